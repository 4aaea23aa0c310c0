"""Where a patient can write a public review: always the clinic's own settings, never what an address says."""

from dataclasses import dataclass

from prm.clinics.model import ReviewSite
from prm.clinics.service import ClinicService
from prm.links.model import HitKind, Link
from prm.links.service import LinkService
from prm.mail.model import TouchKey
from prm.mail.service import MailService


@dataclass(frozen=True)
class ReviewService:
    """The review sites behind a mailed link. A `client` of None is a program that only looks: not noted."""

    clinics: ClinicService
    links: LinkService
    mail: MailService

    def sites(self, link: Link, client: str | None = None) -> tuple[ReviewSite, ...]:
        """Return the sites of the place the mail was about."""
        if client:
            self.links.hit(link, HitKind.REVIEW_LIST, client)
        return self._sites(link)

    def site(self, link: Link, site_id: str, client: str | None = None) -> ReviewSite | None:
        """Return one site, or None for one the clinic does not have (any more).

        The fetch is kept as a hit: that a review was written, nobody here can know.
        """
        found = next((one for one in self._sites(link) if one.id == site_id), None)
        if found and client:
            self.links.hit(link, HitKind.REVIEW_SITE, client, site=found.id)
        return found

    def _sites(self, link: Link) -> tuple[ReviewSite, ...]:
        touch = self.mail.find(TouchKey(link.clinic, link.recipient, link.touch))
        return self.clinics.get(link.clinic).review_sites(touch.about.location if touch else None)
