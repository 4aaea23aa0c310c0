import pytest

from tests.allowed import Need, allows, needs


def test_what_a_policy_says_is_allowed() -> None:
    assert allows("MailSender", Need("ses:SendEmail", ""))
    assert allows("RuleScheduler", Need("dynamodb:Query", "patients/index/due"))
    assert allows("EmrImport", Need("s3:PutObject", "reports/riverbend/patients.csv.json"))


@pytest.mark.parametrize(
    ("function", "need"),
    [
        ("SurveyWebhook", Need("ses:SendEmail", "")),
        ("ReviewRequest", Need("dynamodb:UpdateItem", "patients")),
        ("MailSender", Need("dynamodb:Query", "patients/index/due")),
        ("EmrImport", Need("s3:PutObject", "records/riverbend/patients.csv")),
        ("EmrImport", Need("sqs:SendMessage", "now")),
        ("SurveyWebhook", Need("sqs:SendMessage", "work")),
    ],
)
def test_what_no_policy_says_is_not(function: str, need: Need) -> None:
    assert not allows(function, need)


def test_a_transaction_needs_what_each_of_its_writes_needs() -> None:
    items = [{"Put": {"TableName": "test-touches"}}, {"ConditionCheck": {"TableName": "test-links"}}]

    assert list(needs("dynamodb", "TransactWriteItems", {"TransactItems": items})) == [
        Need("dynamodb:PutItem", "touches"),
        Need("dynamodb:ConditionCheckItem", "links"),
    ]


def test_an_index_is_a_place_of_its_own() -> None:
    (need,) = needs("dynamodb", "Query", {"TableName": "test-cases", "IndexName": "desk"})

    assert need == Need("dynamodb:Query", "cases/index/desk")


def test_a_service_that_nobody_looked_at_is_not_passed_over() -> None:
    with pytest.raises(KeyError):
        list(needs("bedrock", "InvokeModel", {}))
