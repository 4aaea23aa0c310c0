"""Every patients' page in every state: what tests of pages look at, in files and in a browser."""

from collections.abc import Callable
from dataclasses import dataclass

from prm.clinics.model import Clinic
from tests import examples
from tests.golden.letters import SITES
from tests.mailed import Mailed

WORDS = "Mei-Lin explained every exercise until I really had it. I can lift my grandson again."


def clinic() -> Clinic:
    """Return a clinic with three review sites downtown."""
    from dataclasses import replace

    plain = examples.riverbend()
    downtown = replace(plain.locations[0], phone="(937) 555-0143", review_sites=SITES)
    return replace(plain, locations=(downtown, *plain.locations[1:]))


@dataclass(frozen=True)
class PageIn:
    """A path, and what happened before it is opened."""

    path: str
    before: Callable[[Mailed], object] = lambda _: None

    def __call__(self, mail: Mailed) -> str:
        """Return the page, as a Spanish or an English browser would get it."""
        self.before(mail)
        return str(mail.get(self.path, headers={"Accept-Language": mail.patient.language})["body"])


def _sent(score: int, comment: str = "") -> Callable[[Mailed], object]:
    return lambda mail: mail.post("/s/{token}", {"score": str(score), "comment": comment})


def _declined(mail: Mailed) -> None:
    _sent(4, "Long waits")(mail)
    mail.post("/s/{token}/no-call")


def _late(mail: Mailed) -> None:
    _sent(9)(mail)
    mail.clock.advance(days=8)


def _stopped(kind: str) -> Callable[[Mailed], object]:
    return lambda mail: mail.post("/u/{token}", {"kind": kind})


def _back(mail: Mailed) -> None:
    _stopped("all")(mail)
    mail.post("/u/{token}", {"again": "1"})


PAGES: dict[str, Callable[[Mailed], str]] = {
    "survey": PageIn("/s/{token}/9"),
    "survey-low": PageIn("/s/{token}/4"),
    "survey-no-score": PageIn("/s/{token}"),
    "survey-error": lambda mail: str(mail.post("/s/{token}", {"comment": WORDS})["body"]),
    "thanks-high": PageIn("/s/{token}/thanks", _sent(9, WORDS)),
    "thanks-low": PageIn("/s/{token}/thanks", _sent(4, "Long waits")),
    "thanks-no-call": PageIn("/s/{token}/thanks", _declined),
    "change": PageIn("/s/{token}/7", _sent(9, WORDS)),
    "change-again": PageIn("/s/{token}", _sent(9, WORDS)),
    "too-late": PageIn("/s/{token}", _late),
    "expired": PageIn("/s/{token}", lambda mail: mail.clock.advance(days=31)),
    "unknown": PageIn("/s/" + "a" * 26),
    "stop": PageIn("/u/{token}"),
    "stop-error": lambda mail: str(mail.post("/u/{token}", {})["body"]),
    "stop-done": PageIn("/u/{token}/done", _stopped("all")),
    "stop-done-surveys": PageIn("/u/{token}/done", _stopped("surveys")),
    "stop-already": PageIn("/u/{token}", _stopped("all")),
    "stop-resumed": PageIn("/u/{token}/done", _back),
    "stop-unknown": PageIn("/u/" + "a" * 26),
    "review": PageIn("/r/{token}"),
    "review-expired": PageIn("/r/{token}", lambda mail: mail.clock.advance(days=31)),
    "no-such-page": PageIn("/s/a/b/c"),
}
