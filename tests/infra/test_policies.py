"""Who may do what: each function no more than its work."""

from fnmatch import fnmatch

import pytest

from tests.infra.policies import FUNCTIONS, actions, key_use, listed, statements, tables
from tests.infra.stack import child

# Neither knows resources (Service Authorization Reference, Amazon SES).
WITHOUT_RESOURCES = {"ses:GetAccount"}


@pytest.mark.parametrize(
    "action", ["ses:SendEmail", "ses:SendRawEmail", "ses:SendBulkEmail", "ses:SendCustomVerificationEmail"]
)
def test_nobody_but_the_sender_may_send(action: str) -> None:
    able = {one for one in FUNCTIONS if any(fnmatch(action, allowed) for allowed in actions(one))}

    assert able == ({"MailSender"} if action == "ses:SendEmail" else set())


def test_the_sender_may_send_from_our_domain_alone() -> None:
    (statement,) = [one for one in statements("MailSender") if "ses:SendEmail" in listed(one["Action"])]

    assert statement["Condition"] == {"StringLike": {"ses:FromAddress": "*@mail.example.org"}}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_function_may_do_everything_with_anything(function: str) -> None:
    for statement in statements(function):
        allowed = set(listed(statement["Action"]))
        assert not {action for action in allowed if action.endswith(":*") or action == "*"}
        assert "*" not in listed(statement["Resource"]) or allowed <= WITHOUT_RESOURCES


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_function_reads_whole_tables_or_changes_them(function: str) -> None:
    known = {"GetItem", "BatchGetItem", "Query", "ConditionCheckItem", "PutItem", "UpdateItem", "DeleteItem"}
    used = {action.removeprefix("dynamodb:") for action in actions(function) if action.startswith("dynamodb:")}

    assert used <= known


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_audit_is_added_to_and_never_changed(function: str) -> None:
    for action in ("UpdateItem", "DeleteItem"):
        assert "audit" not in tables(function, f"dynamodb:{action}")


def test_the_console_alone_reads_the_audit_to_show_it() -> None:
    reading = {
        one
        for one in FUNCTIONS
        for action in ("GetItem", "Query", "BatchGetItem")
        if "audit" in tables(one, f"dynamodb:{action}")
    }

    assert reading == {"ClinicConsole"}


def test_a_patients_page_deletes_nothing_but_the_suppression_of_one_who_comes_back() -> None:
    assert tables("SurveyWebhook", "dynamodb:DeleteItem") == {"suppressions"}
    assert tables("ReviewRequest", "dynamodb:DeleteItem") == set()


def test_the_public_signup_page_sees_no_patient() -> None:
    seen = {name for action in actions("ClinicSignup") for name in tables("ClinicSignup", action)}

    assert seen == {"clinics", "sessions", "codes", "touches", "attempts"}


def test_a_review_link_changes_nothing_but_the_hits() -> None:
    assert tables("ReviewRequest", "dynamodb:PutItem") == {"hits"}
    assert tables("ReviewRequest", "dynamodb:UpdateItem") == set()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_table_that_a_function_may_use_exists(function: str) -> None:
    existing = {
        one["TableName"].split("production-", 1)[1]
        for one in child("storage").properties("AWS::DynamoDB::Table").values()
    }
    used = {name for action in actions(function) for name in tables(function, action)}

    assert used
    assert {name.split("/")[0] for name in used} <= existing


def test_only_the_scheduler_looks_across_clinics() -> None:
    looking = {one for one in FUNCTIONS if any(name.endswith("/index/due") for name in tables(one, "dynamodb:Query"))}

    assert looking == {"RuleScheduler"}


def test_the_key_is_used_and_not_managed() -> None:
    used = {action for statement in listed(key_use()["Statement"]) for action in listed(statement["Action"])}

    assert used == {"kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"}


def test_mail_and_files_are_read_where_they_arrive_and_nowhere_else() -> None:
    able = {one: [s["Resource"] for s in statements(one) if "s3:GetObject" in listed(s["Action"])] for one in FUNCTIONS}

    reading = {one for one, found in able.items() if found} - {"ClinicConsole"}
    assert reading == {"SurveyWebhook", "EmrImport", "RuleScheduler"}
    assert all(one.endswith("/exports/*") for one in able["RuleScheduler"])
    assert able["SurveyWebhook"][0].endswith("/inbound/*")
    assert able["EmrImport"][0].endswith("/records/*")
