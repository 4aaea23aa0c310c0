"""Where rules are kept: the store keeps its word in memory and on DynamoDB Local."""

from dataclasses import replace

import pytest

from prm.core import table
from prm.core.errors import Conflict
from prm.rules.model import Rule
from prm.rules.presets import PRESETS
from prm.rules.store import RuleStore

FIRST = replace(PRESETS[0].rule, version=1)

pytestmark = pytest.mark.usefixtures("both_tables")


@pytest.fixture
def rules() -> RuleStore:
    return RuleStore()


def saved(rules: RuleStore, rule: Rule) -> Rule:
    table.transact(rules.saving("riverbend", rule))
    return rule


def test_a_rule_stands_as_its_last_version(rules: RuleStore) -> None:
    saved(rules, FIRST)
    second = saved(rules, replace(FIRST, name="Renamed", version=2))
    assert rules.find("riverbend", FIRST.id) == second
    assert list(rules.list_of("riverbend")) == [second]
    assert list(rules.list_of("lakeside")) == []


@pytest.mark.parametrize("version", [1, 2, 4])
def test_a_version_follows_the_one_before_it_alone(rules: RuleStore, version: int) -> None:
    saved(rules, FIRST)
    second = saved(rules, replace(FIRST, version=2))
    with pytest.raises(Conflict):
        saved(rules, replace(FIRST, name="Another", version=version))
    assert rules.find("riverbend", FIRST.id) == second
