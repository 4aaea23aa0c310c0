"""What to say on the phone: the clinic's talk tracks, each its own or the one that it started with."""

from dataclasses import replace
from typing import Annotated

from chalice import Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from clinic_console.keeping import keep
from prm.audit.model import Action
from prm.clinics.fields import Line
from prm.clinics.model import Clinic, TalkTrack
from prm.core.errors import NotFound
from prm.recovery import playbook
from prm.web.filled import Filled, Typed
from prm.web.routes import READ, SEND
from prm.web.staff import LEADS, StaffPages, StaffVisit

NAV = "settings"
STEPS = 10
"""As many steps as someone on the phone can keep in sight."""
_UNPROCESSABLE = 422
_CONFLICT = 409

Title = Annotated[Line, Field(min_length=1, max_length=60)]
Step = Annotated[Line, Field(min_length=1, max_length=300)]


class TrackForm(BaseModel):
    """One talk track, a step a line."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    title: Title
    steps: Annotated[list[Step], Field(min_length=1, max_length=STEPS)]

    @field_validator("steps", mode="before")
    @classmethod
    def _lines(cls, text: str) -> list[str]:
        return [line.strip() for line in text.splitlines() if line.strip()]


def register(pages: StaffPages) -> None:
    """Add the routes."""
    pages.at("/clinic/settings/talk", READ, LEADS)(listed)
    pages.at("/clinic/settings/talk/{kind}", READ, LEADS)(show)
    pages.at("/clinic/settings/talk/{kind}", SEND, LEADS)(saved)
    pages.at("/clinic/settings/talk/{kind}/ours", SEND, LEADS)(ours)


def listed(visit: StaffVisit) -> Response:
    """List all talk tracks."""
    tracks = [
        (kind, playbook.track_of(visit.clinic, kind), when(visit, kind), kind in visit.clinic.talk_tracks)
        for kind in playbook.kinds()
    ]
    return visit.page("settings/talk.html", nav=NAV, tracks=tracks)


def show(visit: StaffVisit, kind: str) -> Response:
    """Show one to be changed."""
    track = playbook.track_of(visit.clinic, _known(kind))
    return _show(visit, kind, Filled({"title": track.title, "steps": "\n".join(track.steps)}))


def saved(visit: StaffVisit, kind: str) -> Response:
    """Keep the clinic's own words; our own, sent as they stand, stay ours and follow what we make better."""
    form = visit.form()
    typed: dict[str, Typed] = {name: form.one(name) for name in ("title", "steps")}
    usual = playbook.usual(_known(kind))
    try:
        read = TrackForm.model_validate(typed)
    except ValidationError as err:
        wrong = {str(one["loc"][0]) for one in err.errors(include_url=False)}
        errors = {name: visit.texts(f"console_talk.wrong_{name}") for name in typed if name in wrong}
        return _show(visit, kind, Filled(typed, errors), _UNPROCESSABLE)
    track = TalkTrack(read.title, tuple(read.steps))
    return _keep(visit, kind, None if track == usual else track, typed)


def ours(visit: StaffVisit, kind: str) -> Response:
    """Go back to the talk track that a clinic starts with."""
    track = playbook.track_of(visit.clinic, _known(kind))
    return _keep(visit, kind, None, {"title": track.title, "steps": "\n".join(track.steps)})


def when(visit: StaffVisit, kind: str) -> str:
    """Return when a case shows this talk track."""
    if f"console_talk.when_{kind}" in visit.texts.placeholders():
        return visit.texts(f"console_talk.when_{kind}")
    return visit.texts("console_talk.when_theme", theme=visit.texts(f"console_themes.{kind}"))


def _keep(visit: StaffVisit, kind: str, track: TalkTrack | None, typed: dict[str, Typed]) -> Response:
    if not keep(visit, _with(visit.clinic, kind, track)):
        return _show(visit, kind, Filled(typed, {"": visit.texts("console_settings.changed")}), _CONFLICT)
    visit.note(Action.SET, what=f"talk track {kind}")
    title = (track or playbook.usual(kind)).title
    return visit.done("settings/talk", f"console_talk.flash_{'saved' if track else 'ours'}", title=title)


def _with(clinic: Clinic, kind: str, track: TalkTrack | None) -> Clinic:
    kept = {name: one for name, one in clinic.talk_tracks.items() if name != kind}
    return replace(clinic, talk_tracks=kept | ({kind: track} if track else {}))


def _known(kind: str) -> str:
    if kind not in playbook.kinds():
        raise NotFound("There is no such talk track")
    return kind


def _show(visit: StaffVisit, kind: str, form: Filled, status: int = 200) -> Response:
    return visit.page(
        "settings/track.html",
        nav=NAV,
        status=status,
        form=form,
        kind=kind,
        when=when(visit, kind),
        usual=playbook.usual(kind),
        is_own=kind in visit.clinic.talk_tracks,
    )
