"""Pages for staff: who is there, what they may open, and where a form of theirs came from.

Every view that `StaffPages` registers gets a visit by someone who is signed in and has the role; a form is checked for
its origin and its token before the view sees it. Views before that, on the way in, are registered as `open_at`.
"""

import datetime as dt
import functools
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from chalice import Chalice, Response
from chalice.app import Request
from markupsafe import Markup

from prm.accounts.model import IDLE, Session, Stage
from prm.audit.model import Action
from prm.clinics.model import Clinic, ClinicState, Location, Role, StaffMember
from prm.core import ids, tokens
from prm.core.errors import Forbidden, NotFound, PrmError, Unavailable
from prm.core.formats import Formats
from prm.core.text import Texts
from prm.core.urls import Urls
from prm.web import cookies, forms, origin, page, refusals
from prm.web.adapter import Escaped, Event, Handler, adapt
from prm.web.forms import Form
from prm.web.refusals import Stale
from prm.web.routes import READ, SEND

if TYPE_CHECKING:
    from prm.wiring import House

type View = Callable[..., Response]

EVERYONE = frozenset(Role)
LEADS = frozenset({Role.OWNER, Role.MANAGER})
OWNER = frozenset({Role.OWNER})
_FLASHES = ".flash_"
"""What is in the key of each sentence that a page may say after a form."""
FIELDS = 300
"""As many fields as the largest form, opening hours and rights of a whole team, with room to spare."""
_NAME = re.compile(r"[\w.@-]{1,100}", re.ASCII)
_NO_NAME = "-"
"""How a name in an address is read that none of ours could be: too long for a key, or with the separator of keys."""
_NO_SUCH = {404: "not_found", 405: "method"}


@dataclass(frozen=True)
class Visit:
    """One request to the console. `token` is that of its session, or of a browser that has none yet."""

    house: "House"
    request: Request
    token: str
    session: Session | None

    @functools.cached_property
    def now(self) -> dt.datetime:
        """Business time, read once."""
        return self.house.clock.business()

    @functools.cached_property
    def urls(self) -> Urls:
        """Addresses for links within pages."""
        return origin.urls_of(self.request.to_original_event(), self.house.settings.base_url)

    @functools.cached_property
    def texts(self) -> Texts:
        """The console speaks English."""
        return Texts("en")

    @functools.cached_property
    def network(self) -> str:
        """The address the request came from."""
        return str(self.request.context.get("identity", {}).get("sourceIp") or "")

    @functools.cached_property
    def secret(self) -> str:
        """What a form of this browser must bring back."""
        return ids.keyed(self.token.encode(), "form")

    @property
    def csrf(self) -> Markup:
        """The field of a form that holds it."""
        return Markup('<input type="hidden" name="csrf" value="{}">').format(tokens.masked(self.secret))

    def query(self, name: str, default: str = "") -> str:
        """Return a parameter of the address."""
        params = self.request.query_params
        return str(params.get(name, default)) if params else default

    @functools.cached_property
    def _form(self) -> Form:
        origin.check_sent(self.request, self.house.settings.base_url)
        is_in = self.session is not None and self.session.is_in
        form = forms.read_with_file(self.request, FIELDS) if is_in else forms.read(self.request, FIELDS)
        if not hmac.compare_digest(tokens.unmasked(form.one("csrf")).encode(), self.secret.encode()):
            raise Stale("This form is not from our page, or was open too long")
        return form

    def form(self) -> Form:
        """Return what was sent, if it was sent from our page by this browser. Raises Invalid or Forbidden."""
        return self._form

    def show(self, template: str, *, status: int = 200, **values: object) -> Response:
        """Return a page before anyone is signed in."""
        scene = page.Scene(self.texts, self.urls)
        answer = page.render(template, scene, status=status, csrf=self.csrf, flash=self._flash(), **values)
        return cookies.on(answer, self._cookies())

    def go(self, path: str, token: str | None = None) -> Response:
        """Return the way on to another page, with a new session's token where there is one."""
        answer = page.see_other(self.urls.console(path))
        return cookies.on(answer, [cookies.keep(cookies.SESSION, token)] if token else [])

    def done(self, path: str, key: str, **values: object) -> Response:
        """Return the way on after a form; the next page says the sentence under `key`."""
        answer = page.see_other(self.urls.console(path))
        return cookies.on(answer, [cookies.flash(key, {name: str(value) for name, value in values.items()})])

    def _flash(self) -> str:
        found = cookies.flashed(self.request)
        known = self.texts.placeholders()
        if found is None or _FLASHES not in found[0] or known.get(found[0]) != found[1].keys():
            return ""
        return self.texts(found[0], **found[1])

    def _cookies(self) -> list[str]:
        kept = [cookies.drop(cookies.FLASH)] if cookies.read(self.request, cookies.FLASH) else []
        if self.session is None and cookies.read(self.request, cookies.VISIT) != self.token:
            kept.append(cookies.keep(cookies.VISIT, self.token))
        return kept


@dataclass(frozen=True)
class StaffVisit(Visit):
    """One request by someone who is signed in. The clinic is as stored now."""

    clinic: Clinic
    member: StaffMember

    @functools.cached_property
    def formats(self) -> Formats:
        """How dates are written, in the clinic's zone."""
        return Formats(self.texts, self.clinic.tz)

    @property
    def today(self) -> dt.date:
        """The day at the clinic."""
        return self.formats.local(self.now).date()

    @property
    def leads(self) -> bool:
        """Whether this person is an owner or manager."""
        return self.member.role in LEADS

    @property
    def locations(self) -> tuple[Location, ...]:
        """The places this person answers for."""
        return tuple(place for place in self.clinic.locations if self.member.covers(place.id))

    def sees(self, location: str | None) -> bool:
        """Tell whether what belongs to a location is shown to this person; what belongs to none is shown to all."""
        return location is None or self.member.covers(location)

    def note(self, action: Action, *, patient: str = "", what: str = "") -> None:
        """Add a line to the clinic's audit log."""
        self.house.audit.note(self.clinic.id, self.member.id, action, patient=patient, what=what, network=self.network)

    def page(self, template: str, *, nav: str, status: int = 200, **values: object) -> Response:
        """Return a page of the console; `nav` is the entry of the menu that it stands under."""
        scene = page.Scene(self.texts, self.urls, self.clinic)
        answer = page.render(
            template,
            scene,
            status=status,
            member=self.member,
            csrf=self.csrf,
            nav=nav,
            flash=self._flash(),
            now=self.now,
            formats=self.formats,
            idle_seconds=int(IDLE.total_seconds()),
            **values,
        )
        return cookies.on(answer, self._cookies())


@dataclass(frozen=True)
class StaffPages:
    """Registers views on an app."""

    app: Chalice
    house: "House"

    def at(
        self, path: str, methods: tuple[str, ...] = READ, roles: frozenset[Role] = EVERYONE
    ) -> Callable[[View], View]:
        """Make a view the page at `path`, for these roles; it is given the visit, and names in the path."""

        def decorate(view: View) -> View:
            return self._route(path, methods, view, lambda names: self._answer(view, roles, names))

        return decorate

    def operator_at(self, path: str, methods: tuple[str, ...] = READ) -> Callable[[View], View]:
        """Make a view a page of the operator's group, which belongs to no clinic."""

        def decorate(view: View) -> View:
            return self._route(path, methods, view, lambda names: self._answer_operator(view, names))

        return decorate

    def open_at(self, path: str, methods: tuple[str, ...] = READ, stage: Stage | None = None) -> Callable[[View], View]:
        """Make a view a page on the way in: for anyone, or for a session that got to `stage`."""

        def decorate(view: View) -> View:
            return self._route(path, methods, view, lambda names: self._answer_open(view, stage, names))

        return decorate

    def _route(
        self, path: str, methods: tuple[str, ...], view: View, answer: Callable[[dict[str, str]], Response]
    ) -> View:
        def answered(**names: str) -> Response:
            try:
                return answer({name: text if _NAME.fullmatch(text) else _NO_NAME for name, text in names.items()})
            except Unavailable:  # before it was known who is there
                return self._unavailable()
            except Exception as err:
                raise Escaped from err

        self.app.route(path, methods=list(methods), content_types=["*/*"], name=f"{view.__module__}.{view.__name__}")(
            answered
        )
        return view

    def _answer(self, view: View, roles: frozenset[Role], names: dict[str, str]) -> Response:
        visit = self._visit()
        try:
            staff = _signed_in(visit)
            if staff is None:
                return _sign_in_first(visit)
            visit = staff
            if staff.member.role not in roles:
                raise Forbidden("Your role does not open this page")
            _check(staff)
            return view(staff, **names)
        except PrmError as err:
            return _sorry(self.app, visit, err)

    def _answer_operator(self, view: View, names: dict[str, str]) -> Response:
        visit = self._visit()
        try:
            if visit.session is None or not visit.session.is_in:
                return _sign_in_first(visit)
            if not visit.session.is_operators:
                raise NotFound("There is no such page")
            _check(visit)
            return view(visit, **names)
        except PrmError as err:
            return _sorry(self.app, visit, err)

    def _answer_open(self, view: View, stage: Stage | None, names: dict[str, str]) -> Response:
        visit = self._visit()
        try:
            if stage is not None and (visit.session is None or visit.session.stage is not stage):
                return visit.go("sign-in")
            _check(visit)
            return view(visit, **names)
        except PrmError as err:
            return _sorry(self.app, visit, err)

    def _unavailable(self) -> Response:
        request = self.app.current_request
        assert request is not None  # noqa: S101  # Chalice sets it before it calls a view
        scene = page.Scene(Texts("en"), origin.urls_of(request.to_original_event(), self.house.settings.base_url))
        return page.render("console/errors/open.html", scene, status=503, key="unavailable", csrf="", flash="")

    def _visit(self) -> Visit:
        request = self.app.current_request
        assert request is not None  # noqa: S101  # Chalice sets it before it calls a view
        return visit_of(self.house, request)


def visit_of(house: "House", request: Request) -> Visit:
    """Return the visit of a browser, with its session if it has one that is not over."""
    held = cookies.read(request, cookies.SESSION)
    session = house.sessions.find(held) if held else None
    if session:
        return Visit(house, request, held, session)
    token = tokens.clean(cookies.read(request, cookies.VISIT)) or tokens.draw()
    return Visit(house, request, token, None)


def serve(app: Chalice, house: "House") -> Handler:
    """Return the Lambda handler of an app of staff's pages."""

    def missing(event: Event, status: int) -> Response:
        scene = page.Scene(Texts("en"), origin.urls_of(event, house.settings.base_url))
        return page.render("console/errors/open.html", scene, status=status, key=_NO_SUCH[status], csrf="", flash="")

    return adapt(app, missing)


def _sorry(app: Chalice, visit: Visit, err: PrmError) -> Response:
    """Return the page for what was refused."""
    status, key = refusals.told(err)
    again = refusals.again(app, visit.request, visit.urls) if isinstance(err, Stale) else ""
    if isinstance(visit, StaffVisit):
        said = "" if isinstance(err, Stale) else err.message
        return visit.page("console/errors/page.html", nav="", status=status, key=key, said=said, again=again)
    return visit.show("console/errors/open.html", status=status, key=key, again=again)


def _check(visit: Visit) -> None:
    """Check a form before anything reads it: no view can forget to."""
    if visit.request.method in SEND:
        visit.form()


def _signed_in(visit: Visit) -> StaffVisit | None:
    """Return the visit with clinic and member, or None where the session is no longer good for them."""
    session = visit.session
    if session is None or not session.is_in or session.is_operators:
        return None
    try:
        clinic = visit.house.clinics.fresh(session.clinic)
        member = clinic.member(session.member)
    except NotFound:
        return None
    if clinic.state is ClinicState.CLOSED or (member.signed_out_at and session.started_at < member.signed_out_at):
        return None
    return StaffVisit(visit.house, visit.request, visit.token, session, clinic, member)


def _sign_in_first(visit: Visit) -> Response:
    """Send a reader to the way in, and back after it; a form that came too late cannot be sent again by itself."""
    if visit.request.method in SEND:
        return visit.show("console/errors/open.html", status=401, key="signed_out")
    wanted = str(visit.request.to_original_event()["path"])
    back = wanted.partition("/clinic/")[2]
    return visit.go(f"sign-in?next={quote(back, safe='/')}" if back else "sign-in")
