"""Where the numbers say, there the pictures are: geometry read back out of the SVG."""

import datetime as dt
import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prm.core.formats import Formats
from prm.core.text import Texts
from prm.insights.dashboard import Comparison, MonthPoint
from prm.insights.model import Cut, Figures
from prm.insights.shrink import Part, compare
from prm.insights.spans import Span
from prm.insights.stays import Stays
from prm.web import charts
from prm.web.charts import Slice
from tests.examples import riverbend
from tests.fakes import NOON

FORMATS = Formats(Texts("en"), riverbend().tz)
FEW = settings(max_examples=40)
COUNTS = st.builds(Figures, st.just(0), st.integers(0, 200), st.integers(0, 80), st.integers(0, 80))
ENOUGH = COUNTS.filter(lambda one: one.answered >= 10)


def drawings(svg: str) -> list[ET.Element]:
    """Return the drawings, the wide one first."""
    found = ET.fromstring(re.sub("^<span.*?</span>", "", svg))  # noqa: S314  # our own markup
    return [one for one in found if one.tag == "svg"]


def of(drawing: ET.Element, *classes: str) -> list[ET.Element]:
    """Return the elements with these classes and no others."""
    return [one for one in drawing.iter() if (one.get("class") or "").split() == list(classes)]


def number(element: ET.Element, name: str) -> float:
    return float(element.get(name) or "nan")


def across(drawing: ET.Element) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return two numbers of the axis with their places: what the eye measures by."""
    ticks = [one for one in drawing.iter("text") if one.get("text-anchor") == "middle" and _is_number(one.text)]
    bottom = max(number(one, "y") for one in ticks)
    row = [(_value(one.text), number(one, "x")) for one in ticks if number(one, "y") == bottom]
    return row[0], row[-1]


def _is_number(text: str | None) -> bool:
    return bool(re.fullmatch("−?[0-9]+", text or ""))  # noqa: RUF001


def _value(text: str | None) -> float:
    return float((text or "").replace("−", "-"))  # noqa: RUF001


def read_at(place: float, scale: tuple[tuple[float, float], tuple[float, float]]) -> float:
    """Return the number that stands at a place."""
    (low, start), (high, end) = scale
    return low + (place - start) / (end - start) * (high - low)


def test_ids_are_never_used_twice() -> None:
    pictures = [
        charts.score("a", Figures(0, 20, 5, 5), FORMATS),
        charts.groups("b", Figures(0, 20, 5, 5), FORMATS),
        charts.trend("c", [MonthPoint("2026-11", Figures(0, 20, 5, 5), under_way=True)], FORMATS),
    ]
    ids = [name for one in pictures if one for name in re.findall(r'\bid="([^"]+)"', one.svg)]
    assert len(ids) == len(set(ids)) > 6


def test_a_picture_has_no_style_of_its_own() -> None:
    picture = charts.groups("x", Figures(0, 3, 2, 1), FORMATS)
    assert "style" not in picture.svg
    assert not re.search(r'(fill|stroke)="(?!url\(#)', picture.svg)


@FEW
@given(ENOUGH)
def test_the_dot_and_the_range_of_a_score_stand_where_the_numbers_say(figures: Figures) -> None:
    picture = charts.score("nps", figures, FORMATS)
    assert picture is not None
    assert figures.nps is not None
    assert figures.range is not None
    for drawing in drawings(picture.svg):
        scale = across(drawing)
        (point,), (band,) = of(drawing, "dot"), of(drawing, "band")
        assert read_at(number(point, "cx"), scale) == pytest.approx(figures.nps, abs=0.1)
        left = number(band, "x")
        assert read_at(left, scale) == pytest.approx(figures.range.low, abs=0.1)
        assert read_at(left + number(band, "width"), scale) == pytest.approx(figures.range.high, abs=0.2)
        ends = sorted(number(one, "x1") for one in of(drawing, "cap"))
        assert ends == [pytest.approx(left, abs=0.1), pytest.approx(left + number(band, "width"), abs=0.2)]
        goals = [round(read_at(number(one, "x1"), scale)) for one in of(drawing, "goal")]
        assert goals == [75, 84, 90]


def test_a_score_of_few_answers_is_not_drawn() -> None:
    assert charts.score("nps", Figures(0, 9, 0, 0), FORMATS) is None


def test_the_title_of_a_score_says_its_figures() -> None:
    picture = charts.score("nps", Figures(0, 166, 32, 16), FORMATS)
    assert picture is not None
    title = next(drawings(picture.svg)[0].iter("title")).text or ""
    assert title.startswith("NPS 70, 95% range 61 to 77.")
    assert picture.rows == (("70", "61 to 77", "214"),)


def upright(drawing: ET.Element) -> tuple[tuple[float, float], tuple[float, float]]:
    ticks = [one for one in drawing.iter("text") if one.get("text-anchor") == "end" and _is_number(one.text)]
    row = [(_value(one.text), number(one, "y") - 4) for one in ticks]
    return row[0], row[-1]


@FEW
@given(st.lists(COUNTS, min_size=12, max_size=12))
def test_each_month_of_the_trend_stands_where_its_numbers_say(year: list[Figures]) -> None:
    months = [MonthPoint(f"2026-{n:02}", one, under_way=n == 12) for n, one in enumerate(year, 1)]
    picture = charts.trend("trend", months, FORMATS)
    shown = [one for one in year if one.answered >= 10]
    for drawing in drawings(picture.svg):
        scale = upright(drawing)
        points = sorted([*of(drawing, "dot"), *of(drawing, "dot", "open")], key=lambda one: number(one, "cx"))
        assert [read_at(number(one, "cy"), scale) for one in points] == [
            pytest.approx(one.nps, abs=0.2) for one in shown
        ]
        bars = sorted(of(drawing, "span"), key=lambda one: number(one, "x"))
        for bar, one in zip(bars, shown, strict=True):
            assert one.range is not None
            top, bottom = number(bar, "y"), number(bar, "y") + number(bar, "height")
            assert read_at(top, scale) == pytest.approx(one.range.high, abs=0.2)
            assert read_at(bottom, scale) == pytest.approx(one.range.low, abs=0.2)
        assert len(of(drawing, "dot", "open")) == (year[-1].answered >= 10)
    few = [one for one in year if 0 < one.answered < 10]
    wide, narrow = ([one.text for one in drawing.iter("text")] for drawing in drawings(picture.svg))
    assert wide.count("few") == len(few)
    assert bool(narrow.count("few")) == bool(few)


def test_the_line_through_the_months_breaks_where_one_shows_nothing() -> None:
    year = [(20, 0, 5)] * 3 + [(2, 0, 0)] + [(20, 0, 5)] * 2
    months = [MonthPoint(f"2026-{n:02}", Figures(0, *one), under_way=False) for n, one in enumerate(year, 1)]
    drawing = drawings(charts.trend("t", months, FORMATS).svg)[0]
    assert [len((one.get("points") or "").split()) for one in of(drawing, "course-line")] == [3, 2]


def test_every_month_has_its_number_of_answers_where_there_is_room() -> None:
    months = [MonthPoint(f"2026-{n:02}", Figures(0, n, 0, 0), under_way=n == 12) for n in range(1, 13)]
    picture = charts.trend("t", months, FORMATS)
    wide, narrow = ([one.text for one in drawing.iter("text")] for drawing in drawings(picture.svg))
    assert [str(n) for n in range(1, 13) if str(n) in wide] == [str(n) for n in range(1, 13)]
    assert "Dec" in narrow
    assert [row[3] for row in picture.rows] == [str(n) for n in range(1, 13)]
    assert picture.rows[0] == ("Jan 2026", "few", "", "1")


def test_labels_of_marks_keep_apart_on_a_long_scale() -> None:
    months = [MonthPoint("2026-11", Figures(0, 0, 0, 30), under_way=False)]
    for drawing in drawings(charts.trend("t", months, FORMATS).svg):
        labels = [number(one, "y") for one in drawing.iter("text") if (one.text or "")[:2] in {"75", "84", "90"}]
        assert min(b - a for a, b in zip(sorted(labels), sorted(labels)[1:], strict=False)) >= 12


def test_a_change_is_named_at_its_month() -> None:
    months = [MonthPoint(f"2026-{n:02}", Figures(0, 20, 3, 2), under_way=False) for n in range(1, 13)]
    drawing = drawings(charts.trend("t", months, FORMATS, {"2026-06": "Evening <hours>"}).svg)[0]
    (label,) = of(drawing, "ink")
    (mark,) = of(drawing, "change")
    june = next(one for one in drawing.iter("text") if one.text == "Jun")
    assert label.text == "Evening <hours>"
    assert number(mark, "x1") == number(june, "x")


@FEW
@given(ENOUGH)
def test_the_bars_of_the_groups_are_as_wide_as_their_shares(figures: Figures) -> None:
    for drawing in drawings(charts.groups("g", figures, FORMATS).svg):
        widths = {
            name: sum(number(one, "width") for one in of(drawing, "bar", name))
            for name in ("detractor", "passive", "promoter")
        }
        whole = sum(widths.values())
        found = {"detractor": figures.detractors, "passive": figures.passives, "promoter": figures.promoters}
        assert widths == {name: pytest.approx(whole * n / figures.answered, abs=0.2) for name, n in found.items()}
        hatched = [one for one in drawing.iter("rect") if (one.get("fill") or "").startswith("url(#")]
        assert len(hatched) == bool(figures.detractors)


def test_parts_of_a_whole_say_their_numbers_and_shares() -> None:
    picture = charts.coverage("c", [Slice("Answered", 30, "bar"), Slice("Not yet", 10, "bar none")], FORMATS)
    assert picture.rows == (("Answered", "30", "75%"), ("Not yet", "10", "25%"))
    assert "Answered 30, 75%; Not yet 10, 25%." in picture.svg


@FEW
@given(st.lists(st.integers(0, 9), min_size=10, max_size=10), st.integers(90, 300))
def test_the_columns_of_those_who_stay_begin_at_nought(stopped: list[int], started: int) -> None:
    found = Stays(dt.date(2026, 7, 1), dt.date(2026, 9, 30), started, tuple(stopped))
    picture = charts.stays("s", found, FORMATS)
    assert picture is not None
    for drawing in drawings(picture.svg):
        bars = sorted([*of(drawing, "bar"), *of(drawing, "bar", "soft")], key=lambda one: number(one, "x"))
        floors = {round(number(one, "y") + number(one, "height"), 1) for one in bars}
        full = number(bars[0], "height")
        assert max(floors) - min(floors) <= 0.2
        assert [100 * number(one, "height") / full for one in bars] == [
            pytest.approx(100 * (1 - sum(stopped[:n]) / started), abs=0.2) for n in range(10)
        ]


def test_nobody_who_began_makes_no_picture() -> None:
    assert charts.stays("s", Stays(dt.date(2026, 7, 1), dt.date(2026, 9, 30)), FORMATS) is None


@FEW
@given(st.lists(COUNTS, min_size=2, max_size=9))
def test_compared_rows_share_one_scale_and_stand_where_their_numbers_say(counts: list[Figures]) -> None:
    whole = sum(counts, Figures())
    rows = compare([Part(f"t{n}", f"Name {n}", one) for n, one in enumerate(counts)], whole)
    pictures = charts.compare("c", Comparison(NOON, Cut.THERAPIST, Span.ALL, whole, rows), FORMATS)
    assert set(pictures.rows) == {one.part.key for one in rows if one.part.figures.answered >= 10}
    for place, axis in enumerate([*drawings(pictures.axis), *drawings(pictures.phone_axis)]):
        scale = across(axis)
        for one in rows:
            if one.adjusted is None or one.range is None or one.part.figures.nps is None:
                continue
            drawing = drawings(pictures.rows[one.part.key])[place]
            (point,), (ring,) = of(drawing, "dot"), of(drawing, "ring-dot")
            (clinic,), (band,) = of(drawing, "goal"), of(drawing, "band")
            assert read_at(number(point, "cx"), scale) == pytest.approx(one.adjusted, abs=0.2)
            assert read_at(number(ring, "cx"), scale) == pytest.approx(one.part.figures.nps, abs=0.2)
            assert read_at(number(clinic, "x1"), scale) == pytest.approx(whole.nps, abs=0.2)
            assert read_at(number(band, "x"), scale) == pytest.approx(one.range.low, abs=0.2)


def test_a_name_with_markup_is_words() -> None:
    part = Part("t", "<script>alert(1)</script>", Figures(0, 20, 5, 5))
    rows = compare([part], part.figures)
    pictures = charts.compare("c", Comparison(NOON, Cut.THERAPIST, Span.ALL, part.figures, rows), FORMATS)
    assert "<script" not in pictures.rows["t"]
    assert "alert(1)" in pictures.rows["t"]


def test_a_change_without_room_is_cut_in_the_picture_and_whole_in_title_and_table() -> None:
    months = [MonthPoint(f"2026-{n:02}", Figures(0, 20, 3, 2), under_way=False) for n in range(1, 13)]
    long = "A front desk that opens at six and closes at nine, on Sundays"
    for month in ("2026-01", "2026-06", "2026-12"):
        picture = charts.trend("t", months, FORMATS, {month: long})
        for drawing in drawings(picture.svg):
            (label,) = of(drawing, "ink")
            at, size = number(label, "x"), len(label.text or "") * 7
            left, right = (at - size, at) if label.get("text-anchor") == "end" else (at, at + size)
            assert left >= 0
            assert right <= float((drawing.get("viewBox") or "").split()[2])
        assert long in picture.svg
        assert [row[4] for row in picture.rows if row[4]] == [long]
        assert picture.columns[4] == "What changed"


def test_changes_of_months_beside_each_other_do_not_meet() -> None:
    months = [MonthPoint(f"2026-{n:02}", Figures(0, 20, 3, 2), under_way=False) for n in range(1, 13)]
    changed = {f"2026-{n:02}": "Evening hours added" for n in (4, 5, 6)}
    for drawing in drawings(charts.trend("t", months, FORMATS, changed).svg):
        heights = [number(one, "y") for one in of(drawing, "ink")]
        assert len(set(heights)) == 3
