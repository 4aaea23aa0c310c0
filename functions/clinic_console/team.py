"""The clinic's people: who is in, who was invited, what each may see and is told of."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

from chalice import Response
from pydantic import BaseModel, ConfigDict, EmailStr, Field, ValidationError

from clinic_console.keeping import keep
from prm.accounts.team import Wanted
from prm.audit.model import Action
from prm.clinics.fields import Name
from prm.clinics.model import Alert, Role, StaffMember
from prm.core.errors import Conflict, Forbidden, Invalid, PrmError
from prm.web.filled import Filled, Typed
from prm.web.forms import Form
from prm.web.parts import Option
from prm.web.routes import READ, SEND
from prm.web.staff import LEADS, StaffPages, StaffVisit

NAV = "settings"
_UNPROCESSABLE = 422
_CONFLICT = 409


class MemberForm(BaseModel):
    """One member of staff."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: Name
    email: Annotated[EmailStr, Field(max_length=128)]
    role: Role
    locations: list[str]
    alerts: list[Alert]
    therapist: str


def register(pages: StaffPages) -> None:
    """Add the routes."""
    pages.at("/clinic/emails")(mine)
    pages.at("/clinic/emails", SEND)(mine_sent)
    pages.at("/clinic/settings/team", READ, LEADS)(team)
    pages.at("/clinic/settings/team/new", READ, LEADS)(new)
    pages.at("/clinic/settings/team/new", SEND, LEADS)(invited)
    pages.at("/clinic/settings/team/{member}", READ, LEADS)(edit)
    pages.at("/clinic/settings/team/{member}", SEND, LEADS)(edited)
    pages.at("/clinic/settings/team/{member}/invite", SEND, LEADS)(invited_again)
    pages.at("/clinic/settings/team/{member}/remove", READ, LEADS)(remove)
    pages.at("/clinic/settings/team/{member}/remove", SEND, LEADS)(removed)


def team(visit: StaffVisit) -> Response:
    """List everyone."""
    people = sorted(visit.clinic.staff, key=lambda one: one.name.casefold())
    return visit.page(
        "team/list.html", nav=NAV, people=[(one, _places(visit, one), _since(visit, one)) for one in people]
    )


def new(visit: StaffVisit) -> Response:
    """Ask whom to invite."""
    return _form(visit, Filled({"role": Role.FRONT_DESK, "alerts": [Alert.LOW_ANSWER]}), None)


def invited(visit: StaffVisit) -> Response:
    """Invite them."""
    typed = _typed(visit.form())
    wanted, wrong = _read(visit, typed)
    try:
        if wanted is None:
            return _form(visit, Filled(typed, wrong), None, _UNPROCESSABLE)
        made = visit.house.team.invite(visit.clinic, visit.member, wanted)
    except (Invalid, Conflict) as err:
        return _form(visit, Filled(typed, {_at(err, "email"): err.message}), None, _UNPROCESSABLE)
    except Forbidden as err:
        return _form(visit, Filled(typed, {_at(err): err.message}), None, _UNPROCESSABLE)
    visit.note(Action.INVITED, what=made.id)
    return visit.done("settings/team", "console_team.flash_invited", name=made.name, email=made.email)


def edit(visit: StaffVisit, member: str) -> Response:
    """Show one person's rights."""
    one = visit.clinic.member(member)
    typed: dict[str, Typed] = {
        "name": one.name,
        "email": one.email,
        "role": one.role,
        "locations": sorted(one.locations),
        "alerts": sorted(one.alerts),
        "therapist": one.therapist or "",
    }
    return _form(visit, Filled(typed), one)


def edited(visit: StaffVisit, member: str) -> Response:
    """Change them."""
    one = visit.clinic.member(member)
    typed = {**_typed(visit.form()), "email": one.email}
    wanted, wrong = _read(visit, typed)
    try:
        if wanted is None:
            return _form(visit, Filled(typed, wrong), one, _UNPROCESSABLE)
        visit.house.team.change(visit.clinic, visit.member, member, wanted)
    except (Conflict, Forbidden) as err:
        return _form(visit, Filled(typed, {_at(err): err.message}), one, _UNPROCESSABLE)
    visit.note(Action.SET, what=f"rights of {member}")
    return visit.done("settings/team", "console_team.flash_changed", name=wanted.name)


def invited_again(visit: StaffVisit, member: str) -> Response:
    """Mail another invitation, which also sets sign-in up anew for who lost their phone."""
    one = visit.house.team.invite_again(visit.clinic, visit.member, member)
    visit.note(Action.INVITED, what=member)
    return visit.done("settings/team", "console_team.flash_invited", name=one.name, email=one.email)


def remove(visit: StaffVisit, member: str) -> Response:
    """Ask before someone is taken off."""
    one = visit.clinic.member(member)
    return visit.page("team/remove.html", nav=NAV, one=one, is_self=one.id == visit.member.id)


def removed(visit: StaffVisit, member: str) -> Response:
    """Take them off."""
    one = visit.house.team.remove(visit.clinic, visit.member, member)
    visit.note(Action.REMOVED, what=member)
    if member == visit.member.id:
        visit.house.sessions.end(visit.token)
        return visit.go("sign-in")
    return visit.done("settings/team", "console_team.flash_removed", name=one.name)


def mine(visit: StaffVisit) -> Response:
    """Show what one is told of oneself, whatever one's role."""
    return _mine(visit, Filled({"alerts": sorted(visit.member.alerts)}))


def mine_sent(visit: StaffVisit) -> Response:
    """Change it."""
    chosen = visit.form().many("alerts")
    filled = Filled({"alerts": list(chosen)})
    if not set(chosen) <= set(Alert):
        return _mine(
            visit, replace(filled, errors={"alerts": visit.texts("console_team.wrong_alerts")}), _UNPROCESSABLE
        )
    me = replace(visit.member, alerts=frozenset(Alert(one) for one in chosen))
    staff = tuple(me if one.id == me.id else one for one in visit.clinic.staff)
    if not keep(visit, replace(visit.clinic, staff=staff)):
        return _mine(visit, replace(filled, errors={"": visit.texts("console_settings.changed")}), _CONFLICT)
    visit.note(Action.SET, what="own emails")
    return visit.done("emails", "console_team.flash_mine")


def _mine(visit: StaffVisit, form: Filled, status: int = 200) -> Response:
    return visit.page("team/mine.html", nav="emails", status=status, form=form, alerts=_alerts(visit))


def _alerts(visit: StaffVisit) -> list[Option]:
    return [
        Option(alert, visit.texts(f"console_team.alert_{alert}"), visit.texts(f"console_team.alert_{alert}_hint"))
        for alert in Alert
    ]


def _typed(form: Form) -> dict[str, Typed]:
    return {
        "name": form.one("name"),
        "email": form.one("email"),
        "role": form.one("role"),
        "locations": list(form.many("locations")),
        "alerts": list(form.many("alerts")),
        "therapist": form.one("therapist"),
    }


def _read(visit: StaffVisit, typed: Mapping[str, Typed]) -> tuple[Wanted | None, dict[str, str]]:
    try:
        form = MemberForm.model_validate(dict(typed))
    except ValidationError as err:
        wrong = {str(one["loc"][0]) for one in err.errors(include_url=False)}
        return None, {name: visit.texts(f"console_team.wrong_{name}") for name in typed if name in wrong}
    if form.therapist and visit.clinic.therapist(form.therapist) is None:
        return None, {"therapist": visit.texts("console_team.wrong_therapist")}
    known = {place.id for place in visit.clinic.locations}
    chosen = frozenset(form.locations) & known
    return Wanted(form.name, form.email, form.role, chosen, frozenset(form.alerts), form.therapist or None), {}


def _at(err: PrmError, otherwise: str = "role") -> str:
    """Return the field that a refusal is about."""
    return str(err.detail.get("field", otherwise))


def _form(visit: StaffVisit, form: Filled, one: StaffMember | None, status: int = 200) -> Response:
    roles = [
        Option(role, visit.texts(f"console_shell.role_{role}"), visit.texts(f"console_team.may_{role}"))
        for role in Role
        if role is not Role.OWNER or visit.member.role is Role.OWNER
    ]
    return visit.page(
        "team/member.html",
        nav=NAV,
        status=status,
        form=form,
        one=one,
        roles=roles,
        places=[(place.id, place.name) for place in visit.clinic.locations],
        alerts=_alerts(visit),
        therapists=[
            ("", visit.texts("console_team.no_therapist")),
            *((one.id, one.name) for one in visit.clinic.therapists),
        ],
    )


def _places(visit: StaffVisit, one: StaffMember) -> str:
    if not one.locations:
        return visit.texts("console_team.everywhere")
    return ", ".join(place.name for place in visit.clinic.locations if place.id in one.locations)


def _since(visit: StaffVisit, one: StaffMember) -> str:
    if one.joined_at is None:
        return visit.texts("console_team.not_yet")
    return visit.texts("console_team.since", date=visit.formats.date(visit.formats.local(one.joined_at).date()))
