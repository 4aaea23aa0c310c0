"""The clinic's places: names and phones, and where each can be reviewed; and the review policy with its warning."""

from dataclasses import replace

from chalice import Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from clinic_console.keeping import keep
from prm.audit.model import Action
from prm.clinics import form as clinic_form
from prm.clinics.fields import Name, Phone, SiteName, SiteUrl
from prm.clinics.model import Clinic, Location, ReviewPolicy, ReviewSite
from prm.core import ids
from prm.core.errors import Conflict, NotFound
from prm.web.filled import Filled, Typed
from prm.web.parts import Option
from prm.web.routes import READ, SEND
from prm.web.staff import LEADS, StaffPages, StaffVisit

NAV = "settings"
NEW = "new"
SITES = range(1, 7)
"""As many review sites as a location's form has room for."""
_UNPROCESSABLE = 422
_CONFLICT = 409
_MOST = 100


class SiteForm(BaseModel):
    """One review site."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: SiteName
    url: SiteUrl


class LocationForm(BaseModel):
    """One place."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: Name
    phone: Phone | None
    sites: list[SiteForm] = Field(max_length=len(SITES))

    @field_validator("phone", mode="before")
    @classmethod
    def _none(cls, text: str) -> str | None:
        return text.strip() or None


def register(pages: StaffPages) -> None:
    """Add the routes."""
    pages.at("/clinic/settings/locations", READ, LEADS)(listed)
    pages.at("/clinic/settings/locations/{location}", READ, LEADS)(show)
    pages.at("/clinic/settings/locations/{location}", SEND, LEADS)(saved)
    pages.at("/clinic/settings/reviews", READ, LEADS)(policy)
    pages.at("/clinic/settings/reviews", SEND, LEADS)(policy_sent)


def listed(visit: StaffVisit) -> Response:
    """List the places with their review sites."""
    return visit.page("locations/list.html", nav=NAV)


def show(visit: StaffVisit, location: str) -> Response:
    """Show one place, or the empty form for a new one."""
    place = None if location == NEW else _place(visit, location)
    typed: dict[str, Typed] = {"name": place.name, "phone": place.phone} if place else {}
    for number, site in zip(SITES, place.review_sites if place else (), strict=False):
        typed |= {f"site_{number}": site.name, f"url_{number}": site.url}
    return _show(visit, place, Filled(typed))


def saved(visit: StaffVisit, location: str) -> Response:
    """Keep it."""
    form = visit.form()
    place = None if location == NEW else _place(visit, location)
    names = ("name", "phone", *(f"{kind}_{number}" for number in SITES for kind in ("site", "url")))
    typed: dict[str, Typed] = {name: form.one(name) for name in names}
    rows = [(number, form.one(f"site_{number}").strip(), form.one(f"url_{number}").strip()) for number in SITES]
    filled = [(number, {"name": name, "url": url}) for number, name, url in rows if name or url]
    try:
        read = LocationForm.model_validate(
            {"name": form.one("name"), "phone": form.one("phone"), "sites": [site for _, site in filled]}
        )
    except ValidationError as err:
        errors = dict(_said(visit, one, [number for number, _ in filled]) for one in err.errors(include_url=False))
        return _show(visit, place, Filled(typed, errors), _UNPROCESSABLE)
    return _keep(visit, place, read, typed)


def policy(visit: StaffVisit) -> Response:
    """Show whom the clinic asks for a review."""
    return _policy(visit, Filled({"policy": visit.clinic.review_policy}))


def policy_sent(visit: StaffVisit) -> Response:
    """Change it; asking only promoters is confirmed with its warning, and stands in the audit log."""
    form = visit.form()
    wanted = form.one("policy")
    if wanted not in set(ReviewPolicy):
        errors = {"policy": visit.texts("console_locations.wrong_policy")}
        return _policy(visit, Filled({"policy": wanted}, errors), _UNPROCESSABLE)
    if wanted == ReviewPolicy.PROMOTERS and not form.one("understood"):
        errors = {"understood": visit.texts("console_locations.wrong_understood")}
        return _policy(visit, Filled({"policy": wanted}, errors), _UNPROCESSABLE)
    if not keep(visit, replace(visit.clinic, review_policy=ReviewPolicy(wanted))):
        return _policy(visit, Filled({"policy": wanted}, {"": visit.texts("console_settings.changed")}), _CONFLICT)
    visit.note(Action.SET, what=f"review policy {wanted}")
    return visit.done("settings", "console_locations.flash_policy")


def _keep(visit: StaffVisit, place: Location | None, read: LocationForm, typed: dict[str, Typed]) -> Response:
    taken = {one.id for one in visit.clinic.locations}
    sites = tuple(ReviewSite(_id(site.name, number), site.name, site.url) for number, site in enumerate(read.sites))
    own = place.id if place else clinic_form.slug(read.name)
    made = Location(own if place or (own not in taken and own) else ids.draw(40), read.name, read.phone or "", sites)
    kept = tuple(made if one.id == made.id else one for one in visit.clinic.locations)
    places = kept if place else (*kept, made)
    if len(places) > _MOST:
        raise Conflict("A clinic has at most 100 locations")
    changed: Clinic = replace(visit.clinic, locations=places)
    if not keep(visit, changed):
        errors = {"": visit.texts("console_settings.changed")}
        return _show(visit, place, Filled(typed, errors), _CONFLICT)
    visit.note(Action.SET, what=f"location {made.id}")
    return visit.done("settings/locations", "console_locations.flash_saved", name=made.name)


def _id(name: str, number: int) -> str:
    return clinic_form.slug(name) or f"site-{number + 1}"


def _place(visit: StaffVisit, location: str) -> Location:
    place = visit.clinic.location(location)
    if place is None:
        raise NotFound("There is no such location")
    return place


def _said(visit: StaffVisit, error: object, numbers: list[int]) -> tuple[str, str]:
    where, message = error["loc"], error["msg"].removeprefix("Value error, ")  # type: ignore[index]
    if where[0] != "sites":
        return str(where[0]), visit.texts(f"console_locations.wrong_{where[0]}")
    field = f"{'site' if where[2] == 'name' else 'url'}_{numbers[where[1]]}"
    if "yelp" in message.lower():
        return field, message[:1].upper() + message[1:]
    return field, visit.texts(f"console_locations.wrong_{'site' if where[2] == 'name' else 'url'}")


def _show(visit: StaffVisit, place: Location | None, form: Filled, status: int = 200) -> Response:
    return visit.page("locations/place.html", nav=NAV, status=status, place=place, form=form, numbers=list(SITES))


def _policy(visit: StaffVisit, form: Filled, status: int = 200) -> Response:
    options = [
        Option(one, visit.texts(f"console_locations.policy_{one}"), visit.texts(f"console_locations.policy_{one}_hint"))
        for one in ReviewPolicy
    ]
    return visit.page("locations/policy.html", nav=NAV, status=status, form=form, options=options)
