"""The one table from the house's errors to statuses and pages."""

from dataclasses import dataclass

from chalice import Response

from prm.core.errors import Conflict, Expired, Forbidden, Invalid, NotFound, PrmError, Unavailable
from prm.links.model import SURVEY_DAYS, Purpose
from prm.web.page import Scene, render


@dataclass(frozen=True)
class Answer:
    """How an error is answered: a status, and the key of its words in errors.toml; None where the link is to blame."""

    status: int
    key: str | None


ANSWERS: dict[type[PrmError], Answer] = {
    Invalid: Answer(400, "invalid"),
    Forbidden: Answer(403, "forbidden"),
    NotFound: Answer(404, None),
    Conflict: Answer(409, "conflict"),
    Expired: Answer(410, None),
    Unavailable: Answer(503, "unavailable"),
}
_LINKS = {Purpose.ANSWER: "survey", Purpose.STOP: "stop", Purpose.REVIEW: "review"}


def sorry(err: PrmError, scene: Scene, purpose: Purpose) -> Response:
    """Return the page for an error on a page of this purpose. Raises what is not in the table: a defect of ours."""
    answer = next((found for kind, found in ANSWERS.items() if isinstance(err, kind)), None)
    if answer is None:
        raise err
    if answer.key:
        return plain(answer.key, scene, answer.status)
    return render(f"{_LINKS[purpose]}/link.html", scene, status=answer.status, days=SURVEY_DAYS)


def plain(key: str, scene: Scene, status: int) -> Response:
    """Return the page that says what happened and what to do."""
    return render("errors/plain.html", scene, status=status, key=f"errors.{key}")


def no_such(scene: Scene, status: int) -> Response:
    """Return the page for a path, or a method, that we do not have."""
    return plain("not_found", scene, status)
