"""What comments are about, against a count by hand."""

import datetime as dt
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prm.insights.model import CLINIC, scope_of
from prm.insights.model import Cut as By
from prm.insights.seen import Seen
from prm.insights.spans import Span
from prm.insights.summary import Draft, differences, summary
from prm.insights.themed import LISTED, Remark, Tone, newest, quotes
from prm.surveys.model import Answer, Standing, Survey, Via
from prm.surveys.themes import Theme
from tests import examples
from tests.insights.raw import LENGTHS, WATCH, ago

WORDS = {"": set(), "Kind people": set(), "I waited, and the bill": {Theme.WAITING, Theme.BILLING}}
WORDS |= {"esperé mucho": {Theme.WAITING}}


@dataclass(frozen=True)
class Said:
    """An answer so many days ago."""

    days: int
    score: int
    comment: str
    location: str

    def survey(self, number: int) -> Survey:
        at = ago(self.days)
        answer = Answer(self.score, self.comment, Via.BUTTON, at)
        return Survey(
            f"s{number:04}",
            "riverbend",
            "p-maria",
            "rule",
            "1",
            "touch",
            at,
            at,
            location=self.location,
            standing=Standing.CONFIRMED,
            answer=answer,
            counted_at=at,
        )


SAID = st.lists(
    st.builds(
        Said, st.integers(0, 400), st.integers(0, 10), st.sampled_from(sorted(WORDS)), st.sampled_from(["a", "b"])
    )
)


def drafted(said: list[Said]) -> Draft:
    draft = Draft(WATCH.as_of)
    draft.see(Seen(examples.maria(), surveys=tuple(one.survey(n) for n, one in enumerate(said))), WATCH)
    return draft


@settings(max_examples=50)
@given(SAID)
def test_each_theme_is_counted_in_its_time_and_the_time_before(said: list[Said]) -> None:
    counts = drafted(said).counts
    for scope, place in ((CLINIC, ""), (scope_of(By.LOCATION, "b"), "b")):
        found = summary(counts.get(scope, {}), WATCH, ())
        here = [one for one in said if one.comment and place in {"", one.location}]
        for span in Span:
            length = LENGTHS[span]
            low = [one for one in here if one.score < 9 and one.days < length]
            before = [one for one in here if one.score < 9 and length <= one.days < 2 * length and span is not Span.ALL]
            high = [one for one in here if one.score >= 9 and one.days < length]
            comments = found.spans[span].comments
            assert comments.all == Tone(len(low), len(before), len(high))
            for theme in (Theme.WAITING, Theme.BILLING, Theme.PAIN):
                by_hand = Tone(*(sum(theme in WORDS[one.comment] for one in kind) for kind in (low, before, high)))
                assert comments.themes.get(theme, Tone()) == by_hand


@given(SAID)
def test_the_list_holds_what_was_counted_the_newest_first(said: list[Said]) -> None:
    listed = newest(drafted(said).remarks)
    assert [one.at for one in listed] == sorted((one.at for one in listed), reverse=True)
    assert len(listed) == sum(bool(WORDS[one.comment]) for one in said)


def remark(number: int, *, low: bool, location: str = "a") -> Remark:
    at = WATCH.as_of - dt.timedelta(minutes=number)
    return Remark(at, f"p{number}", f"s{number}", low, (Theme.WAITING,), location)


def test_many_comments_are_cut_to_the_newest_of_each_kind() -> None:
    listed = newest([remark(n, low=n % 4 > 0) for n in range(1000)])
    assert len([one for one in listed if one.is_low]) == LISTED
    assert len([one for one in listed if not one.is_low]) == 250
    assert listed[0].patient == "p0"
    assert "p999" not in {one.patient for one in listed}


def test_the_newest_low_comment_of_the_place_is_quoted() -> None:
    listed = [remark(0, low=False), remark(1, low=True, location="b"), remark(2, low=True), remark(3, low=True)]
    assert quotes(listed, CLINIC) == {Theme.WAITING: ("p1", "s1")}
    assert quotes(listed, scope_of(By.LOCATION, "a")) == {Theme.WAITING: ("p2", "s2")}
    assert quotes(listed, scope_of(By.LOCATION, "c")) == {}


def test_a_draft_keeps_what_it_found_between_slices() -> None:
    draft = drafted([Said(1, 4, "I waited, and the bill", "a")])
    assert Draft.load(draft.dump()) == draft


def test_a_draft_of_a_large_clinic_fits_into_an_item() -> None:
    draft = Draft(WATCH.as_of)
    draft.remarks = [
        Remark(WATCH.as_of, f"{n:020x}", f"{n * 7919:020x}", n % 2 > 0, tuple(Theme)[:4], "downtown", "mei-lin")
        for n in range(2000)
    ]
    assert len(draft.dump()) < 100_000


@pytest.mark.parametrize("wrong", [1, -1])
def test_a_recount_tells_a_theme_that_was_miscounted(wrong: int) -> None:
    counts = drafted([Said(1, 4, "I waited, and the bill", "a")]).counts[CLINIC]
    name = f"90d.said.low.{Theme.WAITING}"
    kept = summary(counts | {name: counts[name] + wrong}, WATCH, ())
    [found] = differences(CLINIC, kept, summary(counts, WATCH, ()))
    assert (found.counter, found.tallied, found.counted) == ("spans.90d.comments.themes.waiting.low", 1 + wrong, 1)
