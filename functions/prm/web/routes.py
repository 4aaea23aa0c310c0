"""Pages that mailed links lead to, as routes of an app, and the handler that serves them."""

from collections.abc import Callable
from dataclasses import dataclass

from chalice import Chalice, Response

from prm.core.errors import Expired, PrmError
from prm.links.model import Purpose
from prm.web import errors
from prm.web.adapter import Escaped, Event, Handler, adapt
from prm.web.house import House
from prm.web.visit import Visit, open_link, stranger

READ = ("GET", "HEAD")
SEND = ("POST",)

type View = Callable[..., Response]


@dataclass(frozen=True)
class LinkPages:
    """Registers views on an app: pages reached by a mailed link whose mail allows `purpose`."""

    app: Chalice
    house: House
    purpose: Purpose

    def at(self, path: str, methods: tuple[str, ...] = READ) -> Callable[[View], View]:
        """Make a view the page at `path`; it is given the visit, and the rest of the path by name.

        Links of a closed clinic lead to a page that says so, and nothing is stored; but one may still leave the list:
        an email's way out must work for 30 days after it went (15 U.S.C. 7704(a)(3)(A)(ii)), and a page that a mail
        program's unsubscribe button finds gone looks like spam.

        What it refuses becomes a page in the reader's language, with the clinic's phone number if the link is real.
        Any other exception is our defect and leaves the function, so that it is seen.
        """

        def decorate(view: View) -> View:
            def answered(token: str, **rest: str) -> Response:
                try:
                    return self._answer(view, token, rest)
                except Exception as err:
                    raise Escaped from err

            self.app.route(path, methods=list(methods), content_types=["*/*"], name=view.__name__)(answered)
            return view

        return decorate

    def _answer(self, view: View, token: str, rest: dict[str, str]) -> Response:
        request = self.app.current_request
        assert request is not None  # noqa: S101  # Chalice sets it before it calls a view
        visit: Visit | None = None
        try:
            visit = open_link(self.house, request, token)
            if visit.is_over and self.purpose is not Purpose.STOP:
                return errors.plain("closed", visit.scene, errors.ANSWERS[Expired].status)
            visit.link.allow(self.purpose, visit.now)
            return view(visit, **rest)
        except PrmError as err:
            scene = visit.scene if visit else stranger(self.house, request.to_original_event())
            return errors.sorry(err, scene, self.purpose)


def new_app(name: str) -> Chalice:
    """Return an app that logs nothing by itself, as Chalice would log what exceptions say.

    It gets an environment of its own: it would write its name into AWS_EXECUTION_ENV, once more for each app, and so
    into the headers of each request.
    """
    return Chalice(app_name=name, configure_logs=False, env={})


def serve(app: Chalice, house: House) -> Handler:
    """Return the Lambda handler of an app."""

    def missing(event: Event, status: int) -> Response:
        return errors.no_such(stranger(house, event), status)

    return adapt(app, missing)
