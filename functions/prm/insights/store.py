"""Where tallies are kept: one item a month for the clinic, each location, each therapist."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PynamoDBException, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from prm.core import record, table
from prm.core.errors import Conflict
from prm.core.together import Ask
from prm.insights.model import ASKED, CLINIC, COUNTERS, NEWEST, Counts, Key, Tally
from prm.insights.summary import LATEST, Summary
from prm.insights.themed import Remark, Remarks


class TallyRow(table.Row):
    """A month (`sk`) of one scope: a number for each counter that ever moved; how many were asked, once it is old.

    `l0` to `l4` are the keys of the answers that came to count last; each new one moves the others on by a place.
    Beside the months, under `latest`, stands what the nightly count found, as a document: one query reads both.
    """

    class Meta:
        table_name = "prm-tallies"

    for _name in (*COUNTERS, ASKED):
        locals()[_name] = NumberAttribute(null=True)
    del _name
    for _place in range(NEWEST):
        locals()[f"l{_place}"] = UnicodeAttribute(null=True)
    del _place
    doc = UnicodeAttribute(null=True)


ROWS: tuple[type[table.Row], ...] = (TallyRow,)

_ATTRIBUTES: dict[str, NumberAttribute] = {name: getattr(TallyRow, name) for name in (*COUNTERS, ASKED)}
_REMARKS = "remarks"
"""What stands in a scope's place for the list of comments."""
_NEWEST: tuple[UnicodeAttribute, ...] = tuple(getattr(TallyRow, f"l{place}") for place in range(NEWEST))


class TallyStore:
    """Reads and moves tallies."""

    def adding(self, clinic: str, scope: str, month: str, change: Counts, newest: Key | None = None) -> table.Write:
        """Return the write that moves counters, and puts an answer before the newest; a month begins with its first."""
        return table.update(_at(clinic, scope, month), [*_moves(change), *(_moved_on(newest) if newest else ())])

    def list_months(
        self, clinic: str, scope: str, months: tuple[str, ...] = (), *, consistent: bool = False
    ) -> Iterator[Tally]:
        """Yield a scope's tallies, oldest first: of the months between the first and last named, or of all."""
        between = TallyRow.sk.between(months[0], months[-1]) if months else TallyRow.sk < LATEST
        try:
            for row in TallyRow.query(table.key(clinic, scope), between, consistent_read=consistent):
                yield _tally(scope, row)
        except PynamoDBException as err:
            raise table.remains(err) from err

    def read_since(self, clinic: str, scope: str, month: str) -> tuple[tuple[Tally, ...], Summary | None]:
        """Return a scope's tallies from a month on (empty: all), and what the nightly count found, by one query."""
        since = TallyRow.sk >= month if month else None
        try:
            rows = list(TallyRow.query(table.key(clinic, scope), since))
        except PynamoDBException as err:
            raise table.remains(err) from err
        documents = [record.parse(Summary, row.doc) for row in rows if row.sk == LATEST]
        tallies = tuple(_tally(scope, row) for row in rows if row.sk != LATEST)
        return tallies, documents[0] if documents else None

    def find_summary(self, clinic: str, scope: str) -> Summary | None:
        """Return what the nightly count found for a scope, or None."""
        return self.read_since(clinic, scope, LATEST)[1]

    def summaries_of(self, clinics: Iterable[str]) -> Ask[tuple[str, Summary]]:
        """Return what asks for the summaries of whole clinics, with the clinic each is of."""
        return Ask(TallyRow, tuple((table.key(one, CLINIC), LATEST) for one in clinics), _summary)

    def list_remarks(self, clinic: str) -> tuple[Remark, ...]:
        """Return where the comments stand that the nightly count found, the newest first."""
        try:
            [row] = TallyRow.query(table.key(clinic, _REMARKS), TallyRow.sk == LATEST)
        except ValueError:
            return ()
        except PynamoDBException as err:
            raise table.remains(err) from err
        return record.parse(Remarks, row.doc).listed

    def keep_summary(self, clinic: str, scope: str, found: Summary) -> None:
        """Keep what the nightly count found: the clinic's remarks, or that there are none, first and apart."""
        try:
            if scope == CLINIC:
                listed = record.dump(Remarks(found.remarks))
                _at(clinic, _REMARKS, LATEST).update([TallyRow.doc.set(listed)])
            _at(clinic, scope, LATEST).update([TallyRow.doc.set(record.dump(replace(found, remarks=())))])
        except PynamoDBException as err:
            raise table.remains(err) from err

    def keep_asked(self, clinic: str, scope: str, month: str, asked: int) -> None:
        """Keep how many were asked in a month that is over for good."""
        try:
            _at(clinic, scope, month).update([_ATTRIBUTES[ASKED].set(asked)])
        except PynamoDBException as err:
            raise table.remains(err) from err

    def repair(self, clinic: str, tally: Tally, change: Counts) -> None:
        """Move counters that were read wrong to where they belong. Raises Conflict when one moved meanwhile."""
        condition: Condition | None = None
        for name in change:
            attribute = _ATTRIBUTES[name]
            read = tally.counts.get(name)
            same = attribute.does_not_exist() if read is None else attribute == read
            condition = same if condition is None else condition & same
        try:
            _at(clinic, tally.scope, tally.month).update(_moves(change), condition=condition)
        except UpdateError as err:
            if table.is_failed_condition(err):
                raise Conflict("this tally moved meanwhile") from err
            raise table.remains(err) from err


def _at(clinic: str, scope: str, month: str) -> TallyRow:
    return TallyRow(pk=table.key(clinic, scope), sk=month)


def _moves(change: Counts) -> list[Action]:
    return [_ATTRIBUTES[name].add(amount) for name, amount in change.items()]


def _moved_on(newest: Key) -> list[Action]:
    """Return what puts a key first and each other one place on: no list to read before, and none that grows."""
    moves = [after.set(before | "") for before, after in pairwise(_NEWEST)]
    return [*reversed(moves), _NEWEST[0].set(table.key(*newest))]


def _tally(scope: str, row: TallyRow) -> Tally:
    numbers = {name: int(value) for name, value in row.attribute_values.items() if name in _ATTRIBUTES}
    asked = numbers.pop(ASKED, None)
    names = (row.attribute_values.get(f"l{place}") for place in range(NEWEST))
    return Tally(scope, row.sk, numbers, asked, tuple(_named(name) for name in names if name))


def _summary(row: TallyRow) -> tuple[str, Summary]:
    return table.parts(row.pk)[0], record.parse(Summary, row.doc)


def _named(name: str) -> Key:
    patient, survey = table.parts(name)
    return patient, survey
