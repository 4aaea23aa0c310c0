"""Where a clinic's rules are kept, each with all its versions."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PynamoDBException

from prm.core import record, table
from prm.core.together import Ask
from prm.rules.model import Rule


class RuleRow(table.Row):
    """A rule as it stands (`sk` its id), or one of its versions (`sk` id#v and the number)."""

    class Meta:
        table_name = "prm-rules"

    version: ClassVar[NumberAttribute] = NumberAttribute()
    doc: ClassVar[UnicodeAttribute] = UnicodeAttribute()


ROWS: tuple[type[table.Row], ...] = (RuleRow,)


class RuleStore:
    """Reads and writes rules."""

    def list_of(self, clinic: str) -> Iterator[Rule]:
        """Yield a clinic's rules as they stand, by id, strongly consistent."""
        try:
            for row in RuleRow.query(clinic, consistent_read=True):
                if table.SEPARATOR not in row.sk:
                    yield record.parse(Rule, row.doc)
        except PynamoDBException as err:
            raise table.remains(err) from err

    def asking(self, clinic: str, rules: Iterable[str]) -> Ask[Rule]:
        """Return what asks for these rules as they stand, together with items of other tables."""
        return Ask(RuleRow, tuple((clinic, one) for one in rules), lambda row: record.parse(Rule, row.doc))

    def find(self, clinic: str, rule: str) -> Rule | None:
        """Return a rule as it stands, strongly consistent, or None."""
        try:
            return record.parse(Rule, RuleRow.get(clinic, rule, consistent_read=True).doc)
        except DoesNotExist:
            return None
        except PynamoDBException as err:
            raise table.remains(err) from err

    def versions(self, clinic: str, rule: str) -> Iterator[Rule]:
        """Yield all versions of a rule, in no order, strongly consistent."""
        try:
            named = RuleRow.sk.startswith(table.key(rule, "v"))
            for row in RuleRow.query(clinic, named, consistent_read=True):
                yield record.parse(Rule, row.doc)
        except PynamoDBException as err:
            raise table.remains(err) from err

    def saving(self, clinic: str, rule: Rule) -> table.Writes:
        """Return the writes of a rule's next version; they fail unless the one before it stands there now."""
        document = record.dump(rule)
        now = RuleRow(pk=clinic, sk=rule.id, version=rule.version, doc=document)
        kept = RuleRow(pk=clinic, sk=table.key(rule.id, f"v{rule.version}"), version=rule.version, doc=document)
        before = table.absent(RuleRow) if rule.version == 1 else RuleRow.version == rule.version - 1
        return table.put(now, before), table.put(kept, table.absent(RuleRow))
