"""Where a clinic's rules are kept, each with all its versions, and the long work that a changed rule makes."""

import datetime as dt
from collections.abc import Iterator
from typing import ClassVar

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.exceptions import DoesNotExist, PynamoDBException, UpdateError
from pynamodb.expressions.update import Action

from prm.core import ids, record, table
from prm.core.errors import Conflict
from prm.rules.model import Rule, Spread

_JOBS_KEPT = dt.timedelta(days=30)


class RuleRow(table.Row):
    """A rule as it stands (`sk` its id), or one of its versions (`sk` id#v and the number)."""

    class Meta:
        table_name = "prm-rules"

    version: ClassVar[NumberAttribute] = NumberAttribute()
    doc: ClassVar[UnicodeAttribute] = UnicodeAttribute()


class JobRow(table.DueRow):
    """Long work: due until its cursor has passed everyone, in the hands of one worker at a time."""

    class Meta:
        table_name = "prm-jobs"

    due: ClassVar[table.DueIndex] = table.DueIndex()
    cursor: ClassVar[UnicodeAttribute] = UnicodeAttribute()
    lease_until: ClassVar[UTCDateTimeAttribute] = UTCDateTimeAttribute(null=True)
    expires_at: ClassVar[TTLAttribute] = TTLAttribute(null=True)


ROWS: tuple[type[table.Row], ...] = (RuleRow, JobRow)


class RuleStore:
    """Reads and writes rules and spreads. `shards` is how many due shards long work is spread over."""

    def __init__(self, shards: int) -> None:
        self._shards = shards

    def list_of(self, clinic: str) -> Iterator[Rule]:
        """Yield a clinic's rules as they stand, by id, strongly consistent."""
        try:
            for row in RuleRow.query(clinic, consistent_read=True):
                if table.SEPARATOR not in row.sk:
                    yield record.parse(Rule, row.doc)
        except PynamoDBException as err:
            raise table.remains(err) from err

    def find(self, clinic: str, rule: str) -> Rule | None:
        """Return a rule as it stands, strongly consistent, or None."""
        try:
            return record.parse(Rule, RuleRow.get(clinic, rule, consistent_read=True).doc)
        except DoesNotExist:
            return None
        except PynamoDBException as err:
            raise table.remains(err) from err

    def saving(self, clinic: str, rule: Rule) -> table.Writes:
        """Return the writes of a rule's next version; they fail unless the one before it stands there now."""
        document = record.dump(rule)
        now = RuleRow(pk=clinic, sk=rule.id, version=rule.version, doc=document)
        kept = RuleRow(pk=clinic, sk=table.key(rule.id, f"v{rule.version}"), version=rule.version, doc=document)
        before = table.absent(RuleRow) if rule.version == 1 else RuleRow.version == rule.version - 1
        return table.put(now, before), table.put(kept, table.absent(RuleRow))

    def spreading(self, clinic: str, rule: Rule, now: dt.datetime) -> table.Write:
        """Return the write that starts making every patient due for this version of a rule."""
        name = f"spread-{rule.id}-v{rule.version}"
        shard = str(ids.shard_of(clinic, self._shards))
        return table.put(JobRow(pk=clinic, sk=name, due_shard=shard, due_at=now, cursor=""))

    def take(self, clinic: str, job: str, wall: dt.datetime, lease: dt.timedelta) -> Spread | None:
        """Take a spread in hand for a while; None where it is done. Raises Conflict while someone else has it."""
        free = JobRow.lease_until.does_not_exist() | (JobRow.lease_until < wall)
        try:
            row = JobRow(pk=clinic, sk=job)
            row.update([JobRow.lease_until.set(wall + lease)], condition=JobRow.due_at.exists() & free)
        except UpdateError as err:
            if table.is_failed_condition(err):
                self._refuse_if_busy(clinic, job)
                return None
            raise table.remains(err) from err
        return Spread(clinic, job, row.cursor)

    def put_down(self, spread: Spread, cursor: str, due_at: dt.datetime) -> None:
        """Leave a spread for the next tick, everyone up to the cursor done."""
        self._end(spread, [JobRow.cursor.set(cursor), JobRow.due_at.set(due_at)])

    def finish(self, spread: Spread, wall: dt.datetime) -> None:
        """End a spread; it is kept for a while, to be seen."""
        expires = JobRow.expires_at.set(wall + _JOBS_KEPT)
        self._end(spread, [JobRow.due_at.remove(), JobRow.due_shard.remove(), expires])

    @staticmethod
    def _end(spread: Spread, actions: list[Action]) -> None:
        try:
            JobRow(pk=spread.clinic, sk=spread.job).update(
                [*actions, JobRow.lease_until.remove(), JobRow.failures.remove()],
                condition=JobRow.cursor == spread.cursor,
            )
        except UpdateError as err:
            if table.is_failed_condition(err):
                raise Conflict("someone else went on with this work") from err
            raise table.remains(err) from err

    @staticmethod
    def _refuse_if_busy(clinic: str, job: str) -> None:
        try:
            row = JobRow.get(clinic, job, consistent_read=True)
        except DoesNotExist:
            return
        except PynamoDBException as err:
            raise table.remains(err) from err
        if row.due_at is not None:
            raise Conflict("someone else is at this work")
