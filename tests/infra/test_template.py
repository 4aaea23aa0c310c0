"""What the templates bring forth, as far as one can know without AWS."""

import json
import re
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest

from local.cloudformation import read
from tests.infra.policies import FUNCTIONS
from tests.infra.stack import BARE, CHILDREN, FULL, MAIN, REPOSITORY, Stack, child, graph, main, reachable, translated

UPSTREAM = ["Storage", "Sending"]
DOWNSTREAM = ["Replies", "Alarms", "Domain"]


def test_the_functions_are_those_of_the_folders() -> None:
    folders = {path.parent.name for path in (REPOSITORY / "functions").glob("*/app.py")}
    handlers = {one["Handler"] for one in main().properties("AWS::Lambda::Function").values()}

    assert handlers == {f"{folder}.app.handler" for folder in folders}


def test_no_resource_waits_for_itself() -> None:
    order = list(TopologicalSorter(graph(translated())).static_order())

    assert set(FUNCTIONS) < set(order)


@pytest.mark.parametrize("path", CHILDREN, ids=lambda path: path.stem)
def test_no_resource_of_a_nested_template_waits_for_itself(path: Path) -> None:
    assert list(TopologicalSorter(graph(read(path))).static_order())


@pytest.mark.parametrize("part", UPSTREAM)
def test_storage_and_sending_know_no_function(part: str) -> None:
    assert not reachable(graph(translated()), part) & {*FUNCTIONS, *DOWNSTREAM, "Api"}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_knows_nothing_of_what_stands_downstream(function: str) -> None:
    assert not reachable(graph(translated()), function) & set(DOWNSTREAM)


def test_a_function_with_pages_does_not_wait_for_the_api_that_calls_it() -> None:
    edges = graph(translated())

    assert "Api" not in reachable(edges, "SurveyWebhook") | reachable(edges, "ReviewRequest")


@pytest.mark.parametrize("part", ["template", *(path.stem for path in CHILDREN)])
def test_a_template_stays_well_under_the_500_resources_of_cloudformation(part: str) -> None:
    stack = main(**FULL) if part == "template" else child(part)

    assert 0 < len(stack.resources()) < 400


def test_replies_are_received_unless_switched_off() -> None:
    assert "Replies" in main().resources()
    assert "Replies" not in main(Receiving="false").resources()


def test_the_domain_is_set_up_only_where_one_is_named() -> None:
    assert "Domain" not in main(**BARE).resources()
    assert "Domain" in main(CustomDomain="care.example.org").resources()
    assert "Domain" in main(HostedZoneId="Z0123456789ABCDEFGHIJ").resources()


def nested() -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    found = []
    for name, resource in read(MAIN)["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Application":
            found.append((name, resource["Properties"], read(REPOSITORY / resource["Properties"]["Location"])))
    return found


@pytest.mark.parametrize(("name", "properties", "template"), nested(), ids=[one[0] for one in nested()])
def test_a_nested_template_is_given_exactly_what_it_asks_for(
    name: str, properties: dict[str, Any], template: dict[str, Any]
) -> None:
    assert set(properties["Parameters"]) == set(template["Parameters"])


@pytest.mark.parametrize(("name", "properties", "template"), nested(), ids=[one[0] for one in nested()])
def test_what_is_taken_from_a_nested_template_is_put_out_by_it(
    name: str, properties: dict[str, Any], template: dict[str, Any]
) -> None:
    taken = set(re.findall(rf"\b{name}\.Outputs\.(\w+)", MAIN.read_text(encoding="utf-8")))

    assert taken == set(template.get("Outputs", {}))


@pytest.mark.parametrize("path", [MAIN, *CHILDREN], ids=lambda path: path.stem)
def test_business_time_moves_nowhere_but_on_one_machine(path: Path) -> None:
    assert "PRM_CLOCK_FILE" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", [MAIN, *CHILDREN], ids=lambda path: path.stem)
def test_no_deployed_function_may_fetch_pages_from_its_own_machine(path: Path) -> None:
    assert "PRM_FETCH_ALLOWED" not in path.read_text(encoding="utf-8")


def policy_of(stack: Stack, function: str) -> str:
    """The function's resource policy as Lambda stores it, one statement a permission."""
    statements = []
    for name, resource in stack.resources("AWS::Lambda::Permission").items():
        if function not in json.dumps(resource["Properties"]["FunctionName"]):
            continue
        properties = stack.scope.resolve(resource["Properties"])
        statements.append(
            {
                "Sid": f"{stack.scope.values['AWS::StackName']}-{name}-ABCDEFGHIJKL",
                "Effect": "Allow",
                "Principal": {"Service": properties["Principal"]},
                "Action": properties["Action"],
                "Resource": f"arn:aws:lambda:us-east-1:123456789012:function:{properties['FunctionName']}",
                "Condition": {"ArnLike": {"AWS:SourceArn": properties["SourceArn"]}},
            }
        )
    return json.dumps({"Version": "2012-10-17", "Id": "default", "Statement": statements})


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_functions_resource_policy_stays_well_under_the_20_kb_of_lambda(function: str) -> None:
    assert len(policy_of(main(**FULL), function)) < 16 * 1024


def test_the_biggest_resource_policy_is_really_measured() -> None:
    assert policy_of(main(), "SurveyWebhook").count("lambda:InvokeFunction") == 14


def routes() -> dict[str, set[str]]:
    body = translated()["Resources"]["Api"]["Properties"]["Body"]
    return {path: set(methods) for path, methods in body["paths"].items()}


def test_pages_are_read_and_answered_and_nothing_else() -> None:
    asked = {"get", "head", "post"}

    assert routes() == {
        "/s": asked,
        "/s/{proxy+}": asked,
        "/u": asked,
        "/u/{proxy+}": asked,
        "/r": {"get", "head"},
        "/r/{proxy+}": {"get", "head"},
        "/assets/{proxy+}": {"get", "head"},
        "/clinic": {"get", "head"},
        "/clinic/{proxy+}": asked,
        "/signup": asked,
        "/signup/{proxy+}": {"get", "head"},
    }


def test_every_page_is_throttled_and_no_page_is_logged() -> None:
    stage = main().properties("AWS::ApiGateway::Stage")["ApiStage"]
    (settings,) = stage["MethodSettings"]

    assert (settings["ResourcePath"], settings["HttpMethod"]) == ("/*", "*")
    assert settings["ThrottlingRateLimit"] == 50
    assert (settings["LoggingLevel"], settings["DataTraceEnabled"]) == ("OFF", False)
    assert "AccessLogSetting" not in stage


def test_metrics_that_cost_are_counted_only_when_asked_for() -> None:
    assert main().properties("AWS::ApiGateway::Stage")["ApiStage"]["MethodSettings"][0]["MetricsEnabled"] == "false"
    asked = main(DetailedMetrics="true").properties("AWS::ApiGateway::Stage")["ApiStage"]["MethodSettings"][0]
    assert asked["MetricsEnabled"] == "true"


def test_a_custom_domain_is_the_only_way_in() -> None:
    (server,) = translated()["Resources"]["Api"]["Properties"]["Body"]["servers"]
    closed = server["x-amazon-apigateway-endpoint-configuration"]["disableExecuteApiEndpoint"]

    assert main(**FULL).scope.resolve(closed) is True
    assert main().scope.resolve(closed) is False


def test_pages_and_their_style_go_out_compressed_and_logos_as_they_are() -> None:
    api = translated()["Resources"]["Api"]["Properties"]

    assert api["MinimumCompressionSize"] == 1024
    assert api["Body"]["x-amazon-apigateway-binary-media-types"] == ["*/*"]


def test_what_the_gateway_answers_by_itself_is_a_page() -> None:
    answers = read(MAIN)["Resources"]["Api"]["Properties"]["GatewayResponses"]

    assert set(answers) == {"MISSING_AUTHENTICATION_TOKEN", "THROTTLED", "DEFAULT_4XX", "DEFAULT_5XX"}
    for answer in answers.values():
        assert answer["ResponseParameters"]["Headers"]["Content-Type"] == "'text/html; charset=utf-8'"
        assert answer["ResponseTemplates"]["application/json"].startswith("<!doctype html>")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_is_set_up_as_all_are(function: str) -> None:
    one = main(**FULL).properties("AWS::Lambda::Function")[function]
    settings = one["Environment"]["Variables"]

    assert one["Runtime"] == "python3.13"
    assert one["LoggingConfig"].pop("LogGroup").startswith("Logs-")
    assert one["LoggingConfig"] == {"LogFormat": "JSON", "SystemLogLevel": "WARN"}
    assert "KmsKeyArn" in one
    assert settings["POWERTOOLS_SERVICE_NAME"] == one["Handler"].split(".")[0]
    assert (settings["PRM_TABLES"], settings["PRM_SHARDS"]) == ("open-prm-production-", 2)


@pytest.mark.parametrize("function", ["SurveyWebhook", "ReviewRequest", "MailSender"])
def test_addresses_are_made_from_the_custom_domain(function: str) -> None:
    settings = main(**FULL).properties("AWS::Lambda::Function")[function]["Environment"]["Variables"]

    assert settings["PRM_BASE_URL"] == "https://care.example.org"


def test_without_a_domain_mails_lead_to_the_stage_of_the_api() -> None:
    settings = main().properties("AWS::Lambda::Function")["MailSender"]["Environment"]["Variables"]

    assert re.fullmatch(r"https://[\w-]+\.execute-api\.us-east-1\.amazonaws\.com/v1", settings["PRM_BASE_URL"])


def test_logs_are_kept_as_long_as_asked_and_under_the_key() -> None:
    (logs,) = main(LogRetentionDays="30").properties("AWS::Logs::LogGroup").values()

    assert (logs["RetentionInDays"], "KmsKeyId" in logs) == ("30", True)


def test_no_call_is_lost_when_lambda_gives_up() -> None:
    configured = main().properties("AWS::Lambda::EventInvokeConfig")

    for function in ("SurveyWebhook", "EmrImport"):
        assert "Failed" in configured[f"{function}EventInvokeConfig"]["DestinationConfig"]["OnFailure"]["Destination"]


def test_a_missed_tick_is_not_made_up_for_twice() -> None:
    tick = main().properties("AWS::Lambda::EventInvokeConfig")["RuleSchedulerEventInvokeConfig"]

    assert tick["MaximumRetryAttempts"] == 0
    assert main().properties("AWS::Events::Rule")["RuleSchedulerTick"]["ScheduleExpression"] == "rate(1 minute)"
