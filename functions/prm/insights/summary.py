"""What the nightly count found: the draft it keeps between slices, and the summary a page reads."""

import base64
import datetime as dt
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace

from prm.core import record
from prm.insights.contact import Contact, contact, median
from prm.insights.coverage import Coverage, coverage
from prm.insights.model import Difference, Figures, Key, Tally, figures_of_days, scopes
from prm.insights.paired import Paired, paired
from prm.insights.posted import MailHealth, RuleWork, last_day, posted, weeks_before, worked
from prm.insights.praise import praised
from prm.insights.ranges import Sample
from prm.insights.seen import Count, Place, Seen, Watch
from prm.insights.spans import Days, Span
from prm.insights.stays import MOST, Stays, stays
from prm.insights.themed import Comments, Remark, comments, newest, remarks, spoken
from prm.rules.model import Rule
from prm.surveys.model import Group
from prm.surveys.themes import Theme

FIRST_DAYS = 90
LATEST = "latest"
"""What stands in a month's place for the summary. Sorts after every month."""

type Counts = Mapping[str, int]
type Answers = tuple[int, int, int]
"""Promoters, passives, detractors."""


@dataclass(frozen=True)
class Stretch:
    """What was counted over one span. `parts`: the answers of all scopes, in the clinic's alone."""

    coverage: Coverage = field(default_factory=Coverage)
    paired: Paired = field(default_factory=Paired)
    contact: Contact = field(default_factory=Contact)
    mail: MailHealth = field(default_factory=MailHealth)
    comments: Comments = field(default_factory=Comments)
    parts: dict[str, Answers] = field(default_factory=dict)


@dataclass(frozen=True)
class FirstDays:
    """The first 90 days with answers, once they are over."""

    first: dt.date
    answers: Answers

    @property
    def last(self) -> dt.date:
        """The last of them."""
        return self.first + dt.timedelta(days=FIRST_DAYS - 1)

    @property
    def figures(self) -> Figures:
        """Their figures; what was asked then is not kept."""
        return Figures(0, *self.answers)


@dataclass(frozen=True)
class Summary:
    """Everything that is counted by night for one scope, as it was at `as_of`. `rules` are the clinic's alone.

    `praise`: how often each therapist was named beside a 9 or 10 in the 7 days before. `quotes`: the newest
    comment beside a low answer by its theme. `remarks` are the clinic's alone and lie apart: one report reads them.
    `patients` are all there are, with or without visits, `mailable` those whom mail reaches, as lists tell it.
    """

    as_of: dt.datetime
    spans: dict[Span, Stretch]
    stays: Stays
    first_days: FirstDays | None = None
    rules: tuple[RuleWork, ...] = ()
    praise: dict[str, int] = field(default_factory=dict)
    quotes: dict[Theme, Key] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()
    patients: int = 0
    mailable: int = 0


@dataclass
class Draft:
    """Counters by scope, of all patients up to the job's cursor."""

    as_of: dt.datetime
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)

    def see(self, seen: Seen, watch: Watch) -> None:
        """Add all that one patient adds."""
        self.add(counted(seen, watch))
        self.remarks.extend(remarks(seen, watch))

    def add(self, counted: Iterable[Count]) -> None:
        """Add to the counters of the clinic and of each count's place."""
        for one in counted:
            for scope in scopes(one.place.location, one.place.therapist) if one.amount else ():
                counters = self.counts.setdefault(scope, {})
                counters[one.name] = counters.get(one.name, 0) + one.amount

    def dump(self) -> str:
        """Return the draft as text, packed: a large clinic's counters must fit into one item."""
        self.remarks = newest(self.remarks)
        return base64.b85encode(zlib.compress(record.dump(self).encode())).decode()

    @classmethod
    def load(cls, text: str) -> "Draft":
        """Read back what `dump` wrote."""
        return record.parse(cls, zlib.decompress(base64.b85decode(text)).decode())


def counted(seen: Seen, watch: Watch) -> Iterable[Count]:
    """Yield all that one patient adds."""
    home = Place(seen.patient.location, seen.patient.therapist)
    yield Count(home, "patients")
    yield Count(home, "mailable", int(seen.is_mailable))
    yield from coverage(seen, watch)
    yield from stays(seen, watch)
    yield from paired(seen, watch)
    yield from contact(seen, watch)
    yield from posted(seen.touches, watch)
    yield from worked(seen.touches, seen.surveys, watch)
    yield from spoken(seen, watch)


def summary(counts: Counts, watch: Watch, tallies: Iterable[Tally]) -> Summary:
    """Return the summary of one scope; `tallies` are all its months."""
    kept = tuple(tallies)
    return Summary(
        watch.as_of,
        {span: _stretch(counts, span) for span in Span},
        _stays(counts, watch),
        first_days(kept, watch.today),
        praise=praised(counts),
        patients=counts.get("patients", 0),
        mailable=counts.get("mailable", 0),
    )


def differences(scope: str, kept: Summary | None, found: Summary) -> Iterator[Difference]:
    """Yield each number in which a kept summary disagrees with one counted now; of none, every number."""
    before = dict(_numbers("", json.loads(record.dump(kept)))) if kept else {}
    after = dict(_numbers("", json.loads(record.dump(replace(found, remarks=())))))
    for name in sorted(before.keys() | after.keys()):
        if before.get(name, 0) != after.get(name, 0):
            yield Difference(scope, LATEST, name, before.get(name, 0), after.get(name, 0))


def answers_of(tallies: Iterable[Tally], days: Days) -> Answers:
    """Return promoters, passives and detractors of some days."""
    found = figures_of_days(tallies, days)
    return found.promoters, found.passives, found.detractors


def first_days(tallies: Iterable[Tally], today: dt.date) -> FirstDays | None:
    """Return the first 90 days with answers, or None while they last."""
    kept = sorted(tallies, key=lambda one: one.month)
    first = next((day for one in kept for day in one.days_with_answers), None)
    if first is None or today < first + dt.timedelta(days=FIRST_DAYS):
        return None
    return FirstDays(first, answers_of(kept, Days(first, first + dt.timedelta(days=FIRST_DAYS - 1))))


def work_of(rules: Iterable[Rule], counts: Counts, as_of: dt.datetime) -> tuple[RuleWork, ...]:
    """Return what each rule did."""
    return tuple(
        RuleWork(
            rule=one.id,
            name=one.name,
            on=one.on,
            since=one.since,
            sent_month=counts.get(f"rule.{one.id}.sent_month", 0),
            answered_month=counts.get(f"rule.{one.id}.answered_month", 0),
            skipped_month=counts.get(f"rule.{one.id}.skipped_month", 0),
            sent_lately=counts.get(f"rule.{one.id}.sent_lately", 0),
            sent_before=counts.get(f"rule.{one.id}.sent_before", 0),
            weeks_before=weeks_before(one.since, as_of),
            last_sent_on=last_day(counts, one.id),
            coming=counts.get(f"rule.{one.id}.coming", 0),
        )
        for one in rules
    )


def _stretch(counts: Counts, span: Span) -> Stretch:
    return Stretch(
        Coverage(**_ints(Coverage, counts, f"{span}.")),
        _paired(counts, f"{span}.pairs."),
        _contact(counts, f"{span}.contact."),
        MailHealth(**_ints(MailHealth, counts, f"{span}.mail.")),
        comments(counts, span),
    )


def _paired(counts: Counts, prefix: str) -> Paired:
    up, down, same = (counts.get(prefix + name, 0) for name in ("up", "down", "same"))
    groups = {name: number for name, number in _under(counts, prefix).items() if ">" in name}
    return Paired(_sample(counts, prefix), up, down, same, groups)


def _contact(counts: Counts, prefix: str) -> Contact:
    cases, contacted, in_time = (counts.get(prefix + name, 0) for name in ("cases", "contacted", "in_time"))
    minutes = {int(name): number for name, number in _under(counts, f"{prefix}after.").items()}
    return Contact(cases, contacted, in_time, median(minutes))


def _stays(counts: Counts, watch: Watch) -> Stays:
    days = watch.cohort
    return Stays(
        days.first or days.last,
        days.last,
        counts.get("stays.started", 0),
        tuple(counts.get(f"stays.stopped.{visits}", 0) for visits in range(1, MOST + 1)),
        counts.get("stays.at_risk", 0),
        {group: _sample(counts, f"stays.{group}.") for group in Group},
    )


def _numbers(name: str, value: object) -> Iterator[tuple[str, int]]:
    """Yield the numbers of a document by their path; so many in a list are told apart by their place."""
    if isinstance(value, dict):
        inside: Iterable[tuple[object, object]] = value.items()
    elif isinstance(value, list):
        inside = enumerate(value)
    else:
        if isinstance(value, int | float):
            yield name, int(value)
        return
    for key, one in inside:
        yield from _numbers(f"{name}.{key}".lstrip("."), one)


def _sample(counts: Counts, prefix: str) -> Sample:
    return Sample(*(counts.get(prefix + name, 0) for name in ("count", "total", "squares")))


def _ints(kind: type[Coverage | MailHealth], counts: Counts, prefix: str) -> dict[str, int]:
    return {one.name: counts.get(prefix + one.name, 0) for one in fields(kind)}


def _under(counts: Counts, prefix: str) -> dict[str, int]:
    return {name.removeprefix(prefix): number for name, number in counts.items() if name.startswith(prefix)}
