"""Where surveys are kept: one item each under their patient, on hold ones in the due index, asked ones by month."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, ClassVar

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PutError, PynamoDBException, UpdateError
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from prm.core import ids, record, table
from prm.core.errors import Conflict, NotFound
from prm.core.together import Ask
from prm.surveys.model import Asked, Survey


class MonthIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """Sparse: surveys that were asked, by clinic and month, so that a campaign needs no hot counter."""

    class Meta:
        index_name = "month"
        projection = IncludeProjection(["location", "therapist"])

    month: ClassVar[UnicodeAttribute] = UnicodeAttribute(hash_key=True)
    pk: ClassVar[UnicodeAttribute] = UnicodeAttribute(range_key=True)


class SurveyRow(table.DueRow):
    """`month` is there as long as the survey counts as asked; no later write changes what that index holds."""

    class Meta:
        table_name = "prm-surveys"

    due: ClassVar[table.DueIndex] = table.DueIndex()
    by_month: ClassVar[MonthIndex] = MonthIndex()
    month: ClassVar[UnicodeAttribute] = UnicodeAttribute(null=True)
    location: ClassVar[UnicodeAttribute] = UnicodeAttribute(null=True)
    therapist: ClassVar[UnicodeAttribute] = UnicodeAttribute(null=True)
    version: ClassVar[NumberAttribute] = NumberAttribute()
    doc: ClassVar[UnicodeAttribute] = UnicodeAttribute()


ROWS: tuple[type[table.Row], ...] = (SurveyRow,)


class SurveyStore:
    """Reads and writes surveys. `shards` is how many due shards those on hold are spread over."""

    def __init__(self, shards: int) -> None:
        self._shards = shards

    def find(self, clinic: str, patient: str, survey: str) -> Survey | None:
        """Return a survey, strongly consistent, or None."""
        try:
            return _survey(SurveyRow.get(table.key(clinic, patient), survey, consistent_read=True))
        except DoesNotExist:
            return None
        except PynamoDBException as err:
            raise table.remains(err) from err

    def get(self, clinic: str, patient: str, survey: str) -> Survey:
        """Return a survey, strongly consistent. Raises NotFound."""
        found = self.find(clinic, patient, survey)
        if found is None:
            raise NotFound("There is no such survey")
        return found

    def list_of(self, clinic: str, patient: str) -> Iterator[Survey]:
        """Yield a patient's surveys, strongly consistent."""
        try:
            for row in SurveyRow.query(table.key(clinic, patient), consistent_read=True):
                yield _survey(row)
        except PynamoDBException as err:
            raise table.remains(err) from err

    def asking(self, clinic: str, keys: Iterable[tuple[str, str]]) -> Ask[Survey]:
        """Return what asks for these surveys, by patient and id, together with items of other tables."""
        return Ask(SurveyRow, tuple((table.key(clinic, patient), one) for patient, one in keys), _survey)

    def list_asked(self, clinic: str, month: str) -> Iterator[Asked]:
        """Yield what was asked in a month (YYYY-MM, clinic time), from an index that lags by moments."""
        try:
            for row in SurveyRow.by_month.query(table.key(clinic, month)):
                yield Asked(row.location, row.therapist)
        except PynamoDBException as err:
            raise table.remains(err) from err

    def add(self, survey: Survey, month: str) -> None:
        """Store a survey as asked in `month` ("" for one that counts in none), unless it stands already.

        A second mail asks nothing new.
        """
        row = SurveyRow(
            pk=table.key(survey.clinic, survey.patient),
            sk=survey.id,
            month=table.key(survey.clinic, month) if month else None,
            location=survey.location,
            therapist=survey.therapist,
            version=survey.version,
            doc=_doc(survey),
        )
        try:
            row.save(condition=table.absent(SurveyRow))
        except PutError as err:
            if not table.is_failed_condition(err):
                raise table.remains(err) from err

    def save(self, survey: Survey, expected_version: int) -> None:
        """Replace a survey. Raises Conflict when it changed since `expected_version` was read."""
        try:
            _at(survey).update(self._actions(survey), condition=SurveyRow.version == expected_version)
        except UpdateError as err:
            if table.is_failed_condition(err):
                raise Conflict("This answer was changed meanwhile") from err
            raise table.remains(err) from err

    def saving(self, survey: Survey, expected_version: int) -> table.Write:
        """Return the write that replaces a survey, on condition that its version is still the expected one."""
        return table.update(_at(survey), self._actions(survey), SurveyRow.version == expected_version)

    def unask(self, survey: Survey) -> table.Write:
        """Return the write that takes a survey out of its month."""
        return table.update(_at(survey), [SurveyRow.month.remove()], SurveyRow.pk.exists())

    def moving(self, survey: Survey, after: Survey, month: str) -> table.Writes:
        """Return the writes that put `after` in a survey's place, under another patient and name."""
        row = SurveyRow(
            pk=table.key(after.clinic, after.patient),
            sk=after.id,
            month=table.key(after.clinic, month) if month else None,
            location=after.location,
            therapist=after.therapist,
            version=after.version,
            doc=_doc(after),
        )
        return table.put(row), table.delete(_at(survey))

    def _actions(self, survey: Survey) -> list[Action]:
        actions: list[Action] = [SurveyRow.doc.set(_doc(survey)), SurveyRow.version.set(survey.version)]
        if survey.due_at is None:
            return [*actions, SurveyRow.due_at.remove(), SurveyRow.due_shard.remove(), SurveyRow.failures.remove()]
        shard = str(ids.shard_of(survey.patient, self._shards))
        return [*actions, SurveyRow.due_at.set(survey.due_at), SurveyRow.due_shard.set(shard)]


def _at(survey: Survey) -> SurveyRow:
    return SurveyRow(pk=table.key(survey.clinic, survey.patient), sk=survey.id)


def _doc(survey: Survey) -> str:
    return record.dump(replace(survey, due_at=None))


def _survey(row: SurveyRow) -> Survey:
    return replace(
        record.parse(Survey, row.doc), asked=row.month is not None, version=int(row.version), due_at=row.due_at
    )
