"""The clinic of the pictures, as numbers: what the sample page of charts shows."""

import datetime as dt

from prm.core.formats import Formats
from prm.core.text import Texts
from prm.insights.dashboard import Comparison, MonthPoint
from prm.insights.model import Cut, Figures
from prm.insights.shrink import Part, compare
from prm.insights.spans import Span
from prm.insights.stays import Stays
from prm.web import charts
from prm.web.charts import Slice
from tests.browser.console.scene import NOON
from tests.examples import riverbend

FORMATS = Formats(Texts("en"), riverbend().tz)
YEAR = [(5, 3, 1), (24, 9, 5), (23, 9, 4), (26, 11, 4), (30, 10, 4), (28, 9, 3)]
YEAR += [(34, 9, 2), (32, 8, 2), (37, 8, 2), (52, 14, 5), (57, 16, 3), (43, 12, 2)]
MONTHS = ["2025-12", *(f"2026-{month:02}" for month in range(1, 12))]
PEOPLE = [
    ("Anna Lindgren, PT", 8, 5, 2),
    ("Beth Nowak, PTA", 32, 8, 3),
    ("Dana Whitaker, DPT", 88, 19, 5),
    ("Kofi Mensah, DPT", 19, 2, 2),
    ("Luis Ortega, PT", 53, 19, 8),
    ("Mei-Lin Chow, DPT", 86, 10, 3),
    ("Omar Haddad, PT", 65, 14, 6),
    ("Peter Voss, PTA", 5, 1, 1),
    ("Rachel Stein, DPT", 44, 25, 13),
]
SLICES = [
    Slice("Answered", 214, "bar", is_filled=True),
    Slice("Asked, no answer", 498, "bar soft"),
    Slice("Not due yet", 118, "bar sunken"),
    Slice("Not reachable: no or dead address", 129, "bar none", is_hatched=True),
    Slice("Opted out", 53, "bar none"),
]
STAYS = Stays(dt.date(2026, 7, 1), dt.date(2026, 9, 30), 318, (22, 20, 16, 14, 13, 16, 12, 14, 12, 40), 7)


def months(*answers: tuple[int, int, int]) -> list[MonthPoint]:
    return [
        MonthPoint(month, Figures(0, *one), under_way=month == MONTHS[-1])
        for month, one in zip(MONTHS, answers, strict=True)
    ]


def comparison() -> Comparison:
    parts = [Part(f"t{n}", name, Figures(0, *one)) for n, (name, *one) in enumerate(PEOPLE)]
    whole = sum((one.figures for one in parts), Figures())
    return Comparison(NOON, Cut.THERAPIST, Span.ALL, whole, compare(parts, whole))


def pictures() -> dict[str, object]:
    """Return one picture of each kind."""
    figures = Figures(712, 166, 32, 16)
    bad = [(n, 2, 14) for n in range(12)]
    return {
        "score": charts.score("nps", figures, FORMATS),
        "groups": charts.groups("groups", figures, FORMATS),
        "trend": charts.trend("trend", months(*YEAR), FORMATS, {"2026-06": "Evening hours added"}),
        "bad": charts.trend("bad", months(*bad), FORMATS),
        "coverage": charts.coverage("coverage", SLICES, FORMATS),
        "stays": charts.stays("stays", STAYS, FORMATS),
        "compare": charts.compare("compare", comparison(), FORMATS),
    }
