from collections import defaultdict

import pytest

from local.places import REPOSITORY
from local.receiving import source
from local.receiving.rules import Call, Rule, Store, parse


@pytest.mark.parametrize(
    ("recipients", "address", "expected"),
    [
        (["reply.example"], "r-abc@reply.example", True),
        (["reply.example"], "R-ABC@Reply.Example", True),
        (["reply.example"], "r-abc@other.reply.example", False),
        ([".reply.example"], "r-abc@other.reply.example", True),
        (["in@reply.example"], "in+label@reply.example", True),
        (["in@reply.example"], "out@reply.example", False),
        ([], "anyone@anywhere.example", True),
    ],
)
def test_recipients_are_matched_as_ses_does(recipients: list[str], address: str, *, expected: bool) -> None:
    assert parse("rule", {"Recipients": recipients}).matches(address) is expected


def test_the_rules_are_those_of_the_template_with_the_names_deployed_here() -> None:
    scope = source.scope_of(
        REPOSITORY / "template.yaml",
        parameters={"ReplyDomain": "reply.example"},
        resources={"SurveyWebhook": "prm-SurveyWebhook-1"},
        attributes=defaultdict(
            lambda: "not used by a rule",
            {
                "Storage.Outputs.InboundBucket": "inbound-bucket",
                "SurveyWebhook.Arn": "arn:aws:lambda:us-east-1:000000000000:function:prm-SurveyWebhook-1",
            },
        ),
    )
    (rule,) = source.rules(REPOSITORY / "template.yaml", scope)
    assert rule == Rule(
        "Replies",
        ("reply.example",),
        (
            Store("inbound-bucket", "inbound/"),
            Call("arn:aws:lambda:us-east-1:000000000000:function:prm-SurveyWebhook-1", "Event"),
        ),
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Ref": "Name"}, "clinic"),
        ({"Ref": "AWS::Region"}, "us-east-1"),
        ({"Fn::GetAtt": ["Storage", "Outputs.Bucket"]}, "bucket"),
        ({"Fn::Sub": "${Name}-${Storage.Outputs.Bucket}"}, "clinic-bucket"),
        ({"Fn::Sub": ["${Own}-${Name}", {"Own": {"Ref": "Name"}}]}, "clinic-clinic"),
        ({"Fn::Join": ["/", ["a", {"Ref": "Name"}]]}, "a/clinic"),
        ({"Fn::If": ["Named", "yes", "no"]}, "yes"),
        ({"Fn::If": ["Unnamed", "yes", {"Ref": "AWS::NoValue"}]}, None),
        ([{"Ref": "Name"}, {"Ref": "AWS::NoValue"}], ["clinic"]),
        ({"a": {"Ref": "AWS::NoValue"}, "b": 1}, {"b": 1}),
    ],
)
def test_what_a_rule_refers_to_is_looked_up(value: object, expected: object) -> None:
    conditions = {
        "Named": {"Fn::Not": [{"Condition": "Unnamed"}]},
        "Unnamed": {"Fn::Equals": [{"Ref": "Name"}, ""]},
    }
    scope = source.Scope({"Name": "clinic"}, {"Storage.Outputs.Bucket": "bucket"}, conditions)
    found = scope.resolve(value)
    assert found == expected or (expected is None and not isinstance(found, (str, list, dict)))


def test_a_function_it_does_not_know_is_never_passed_over() -> None:
    with pytest.raises(ValueError, match="Fn::Select"):
        source.Scope({}, {}, {}).resolve({"Fn::Select": [0, ["a"]]})
