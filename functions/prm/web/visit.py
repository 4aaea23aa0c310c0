"""Someone came by a mailed link: whose it is, in which language, and what they may see."""

import datetime as dt
import functools
from dataclasses import dataclass

from chalice.app import Request

from prm.clinics.model import Clinic, ClinicState, Language
from prm.core.errors import NotFound
from prm.core.formats import Formats
from prm.core.text import Texts
from prm.links.model import Link
from prm.patients.model import Patient
from prm.web import forms, origin
from prm.web.adapter import Event
from prm.web.house import House
from prm.web.page import Scene


@dataclass(frozen=True)
class Visit:
    """One request by a real link. `now` is business time, read once."""

    house: House
    request: Request
    token: str
    link: Link
    clinic: Clinic
    patient: Patient
    now: dt.datetime

    @functools.cached_property
    def scene(self) -> Scene:
        """What pages for this reader are set with."""
        phone = self.clinic.phone_at(self.patient.location)
        urls = origin.urls_of(self.request.to_original_event(), self.house.settings.base_url)
        return Scene(Texts(self.patient.language), urls, self.clinic, phone, self.token, self.patient.is_test)

    @functools.cached_property
    def formats(self) -> Formats:
        """How dates are written for this reader."""
        return Formats(self.scene.texts, self.clinic.tz)

    @property
    def is_over(self) -> bool:
        """Whether the clinic closed its account: nobody there reads an answer any more."""
        return self.clinic.state is ClinicState.CLOSED

    @property
    def today(self) -> dt.date:
        """The day at the clinic."""
        return self.formats.local(self.now).date()

    @property
    def client(self) -> str:
        """The name that tells this reader from another, and names nobody."""
        network = self.request.context.get("identity", {}).get("sourceIp") or ""
        return self.house.links.client(network, self.request.headers.get("user-agent", ""))

    def form(self) -> forms.Form:
        """Return what was sent, if it was sent from our page. Raises Invalid or Forbidden."""
        origin.check(self.request, self.house.settings.base_url)
        return forms.read(self.request)


def open_link(house: House, request: Request, token: str) -> Visit:
    """Return the visit behind a token. Raises NotFound for what is no token of ours, or of a patient erased since."""
    link = house.links.open(token)
    chart = house.patients.find(link.clinic, link.patient)
    if chart is None:
        raise NotFound("This link is unknown")
    clinic = house.clinics.get(link.clinic)
    return Visit(house, request, token, link, clinic, chart.patient, house.clock.business())


def stranger(house: House, event: Event) -> Scene:
    """Return what pages are set with for someone we know nothing of."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    language = preferred(headers.get("accept-language", ""))
    return Scene(Texts(language), origin.urls_of(event, house.settings.base_url))


def preferred(header: str) -> Language:
    """Return the first language of an Accept-Language header that we speak, else English.

    Browsers list languages in order; the weights (RFC 9110, 12.5.4) only repeat it.
    """
    for choice in header.lower().split(","):
        code = choice.partition(";")[0].strip().partition("-")[0]
        if code in set(Language):
            return Language(code)
    return Language.ENGLISH
