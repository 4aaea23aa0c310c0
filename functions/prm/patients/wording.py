"""What EMRs write for a status, a kind of visit, a language or a person, and what we take it for."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from prm.clinics.model import Language
from prm.core.errors import Invalid
from prm.patients.model import VisitKind, VisitStatus

_STATUSES: Mapping[VisitStatus, str] = {
    VisitStatus.SCHEDULED: "scheduled booked pending confirmed planned proposed open reserved rescheduled",
    VisitStatus.COMPLETED: (
        "completed complete done finished attended arrived seen kept fulfilled checkedout closed inprogress checkedin "
        "present signed billed"
    ),
    VisitStatus.CANCELLED: (
        "cancelled canceled cancel cancelledbypatient canceledbypatient cancelledbyclinic canceledbyclinic "
        "cancelledlate canceledlate latecancel latecancelled latecanceled cx cxl deleted removed"
    ),
    VisitStatus.NO_SHOW: "noshow noshowed missed dna didnotattend ns absent noncancellednoshow",
}
_STATUS_OF = {word: status for status, words in _STATUSES.items() for word in words.split()}

# CPT codes of evaluations by physical therapists (97161-97163) and occupational therapists (97165-97167);
# 97164 and 97168 are re-evaluations.
_EVALUATION = re.compile(r"\b(initial|evaluation|evaluations|eval|evals|ie|intake|new patient|9716[1-3]|9716[5-7])\b")
_LATER = re.compile(r"\b(re ?eval\w*|re ?evaluation|progress|97164|97168)\b")
_DISCHARGE = re.compile(r"\b(discharge|discharged|d c|dc|final visit|last visit)\b")

_LANGUAGES = {
    Language.ENGLISH: {"en", "eng", "english", "inglés", "ingles"},
    Language.SPANISH: {"es", "esp", "spa", "spanish", "español", "espanol", "castellano"},
}
_CREDENTIALS = {"dr", "pt", "dpt", "mpt", "pta", "ot", "otr", "otd", "cota", "slp", "ccc", "atc", "ocs", "md", "phd"}


@lru_cache(maxsize=1024)
def status(text: str) -> VisitStatus:
    """Return the status an EMR's word means. Raises Invalid for an unknown one: guessing might mail after a no-show."""
    found = _STATUS_OF.get(re.sub(r"[^a-z]", "", text.casefold()))
    if found is None:
        raise Invalid(f"“{text[:40]}” is not a status we know")
    return found


@lru_cache(maxsize=1024)
def kind(text: str) -> VisitKind:
    """Return what a visit was for; whatever is no evaluation and no discharge is a treatment."""
    words = " ".join(re.sub(r"[^a-z0-9]+", " ", text.casefold()).split())
    if _DISCHARGE.search(words):
        return VisitKind.DISCHARGE
    if _EVALUATION.search(words) and not _LATER.search(words):
        return VisitKind.EVALUATION
    return VisitKind.TREATMENT


def language(text: str, default: Language) -> Language:
    """Return the language to write in; one that we have no texts in gives the clinic's first."""
    word = re.split(r"[-_;,/\s]", text.strip().casefold())[0]
    return next((found for found, words in _LANGUAGES.items() if word in words), default)


class Names:
    """Finds a therapist or a location by id or by name, in any order of words and with or without credentials."""

    def __init__(self, known: Iterable[tuple[str, str]]) -> None:
        """Take pairs of id and name; a name that two of them share finds neither."""
        self._by_id: dict[str, str] = {}
        self._by_name: dict[tuple[str, ...], str | None] = {}
        for id_, name in known:
            self._by_id[id_.casefold()] = id_
            self._by_name[_words(name)] = None if _words(name) in self._by_name else id_

    def find(self, text: str) -> str | None:
        """Return the id, or None."""
        return self._by_id.get(text.casefold()) or self._by_name.get(_words(text))


def _words(name: str) -> tuple[str, ...]:
    words = re.findall(r"\w+", name.casefold())
    return tuple(sorted(word for word in words if word not in _CREDENTIALS)) or tuple(words)
