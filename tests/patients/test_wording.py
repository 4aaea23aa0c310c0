import pytest

from prm.clinics.model import Language
from prm.core.errors import Invalid
from prm.patients import wording
from prm.patients.model import VisitKind, VisitStatus


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Completed", VisitStatus.COMPLETED),
        ("Checked Out", VisitStatus.COMPLETED),
        ("arrived", VisitStatus.COMPLETED),
        ("Scheduled", VisitStatus.SCHEDULED),
        ("Canceled by patient", VisitStatus.CANCELLED),
        ("CANCELLED", VisitStatus.CANCELLED),
        ("no-show", VisitStatus.NO_SHOW),
        ("No Show", VisitStatus.NO_SHOW),
        ("no_show", VisitStatus.NO_SHOW),
    ],
)
def test_statuses(text: str, status: VisitStatus) -> None:
    assert wording.status(text) is status


def test_an_unknown_status_is_refused_by_name() -> None:
    with pytest.raises(Invalid, match=r"^“arr/nocharge” is not a status we know$"):
        wording.status("arr/nocharge")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("evaluation", VisitKind.EVALUATION),
        ("PT Initial Evaluation (60 min)", VisitKind.EVALUATION),
        ("IE", VisitKind.EVALUATION),
        ("97162", VisitKind.EVALUATION),
        ("Re-Evaluation", VisitKind.TREATMENT),
        ("97164", VisitKind.TREATMENT),
        ("D/C", VisitKind.DISCHARGE),
        ("Discharge visit", VisitKind.DISCHARGE),
        ("treatment", VisitKind.TREATMENT),
        ("wellness", VisitKind.TREATMENT),
        ("", VisitKind.TREATMENT),
    ],
)
def test_kinds(text: str, kind: VisitKind) -> None:
    assert wording.kind(text) is kind


@pytest.mark.parametrize(
    ("text", "language"),
    [("es-MX", Language.SPANISH), ("Spanish; Castilian", Language.SPANISH), ("en", Language.ENGLISH)],
)
def test_languages(text: str, language: Language) -> None:
    assert wording.language(text, Language.ENGLISH) is language


def test_a_language_without_texts_gives_the_clinics_first() -> None:
    assert wording.language("Vietnamese", Language.SPANISH) is Language.SPANISH


@pytest.mark.parametrize(
    "text", ["mei-lin", "Mei-Lin Chen", "CHEN, MEI-LIN", "Mei-Lin Chen, PT, DPT", "Dr. Mei-Lin Chen"]
)
def test_a_therapist_is_found_by_id_or_by_name(text: str) -> None:
    assert wording.Names([("mei-lin", "Mei-Lin Chen"), ("omar", "Omar Haddad")]).find(text) == "mei-lin"


def test_a_name_that_two_share_finds_neither() -> None:
    names = wording.Names([("a", "Ann Lee"), ("b", "Lee, Ann PT")])
    assert names.find("Ann Lee") is None
    assert names.find("b") == "b"
