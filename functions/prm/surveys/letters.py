"""The mails around a survey: the question, the reminder, the thanks, and the answer to a reply that is none."""

import datetime as dt
from dataclasses import dataclass, replace

from prm.clinics.model import Clinic, Language
from prm.core.errors import Invalid
from prm.core.formats import Formats
from prm.core.text import OwnTexts, Texts
from prm.core.urls import Urls
from prm.mail import letter
from prm.mail.letter import Draft
from prm.mail.model import Letter
from prm.patients.model import Patient
from prm.surveys.model import TOP


@dataclass(frozen=True)
class Occasion:
    """Whom a letter is for: a patient, or who reads for them, of this clinic, at this moment (business time)."""

    clinic: Clinic
    patient: Patient
    urls: Urls
    now: dt.datetime

    @property
    def today(self) -> dt.date:
        """The day at the clinic: it decides who reads for a child."""
        return self.now.astimezone(self.clinic.tz).date()

    @property
    def language(self) -> Language:
        """The patient's language."""
        return self.patient.language

    @property
    def texts(self) -> Texts:
        """The sentences in the reader's language, the clinic's own where it wrote some."""
        return OwnTexts(self.language, self.clinic.own_texts(self.language), {"clinic": self.clinic_name})

    @property
    def formats(self) -> Formats:
        """Dates and times for the reader."""
        return Formats(self.texts, self.clinic.tz)

    @property
    def clinic_name(self) -> str:
        """What the reader calls the clinic."""
        return letter.short_name(self.clinic)

    def draft(self, kind: str, subject: str, token: str, **values: object) -> Draft:
        """Return the frame of a letter of this kind (`kind_mail` holds its texts), from greeting to stop link.

        Raises Invalid where nobody can be written to.
        """
        to = self.patient.address_on(self.today)
        if to is None:
            raise Invalid("there is no address to write to", field="email")
        stop, looks = self.urls.stop(token), self.clinic.looks
        return Draft(
            template=kind,
            clinic=self.clinic,
            to=to,
            language=self.language,
            subject=self.texts("trial.subject", subject=subject) if self.patient.is_test else subject,
            preheader=self.texts(f"{kind}_mail.preheader"),
            headers=letter.stoppable(stop),
            looks=looks,
            texts=self.texts,
            logo_url=self.urls.picture(self.clinic.id, looks.logo.name) if looks.logo else "",
            phone=self.clinic.phone_at(self.patient.location),
            notice=self.texts("trial.notice") if self.patient.is_test else "",
            values={"greeting": self._greeting(), "why": self._why(to), "stop": stop, **values},
        )

    def _greeting(self) -> str:
        name = letter.greeted(self.patient.greeting_on(self.today))
        return self.texts("mail.greeting", name=name) if name else self.texts("mail.greeting_unnamed")

    def _why(self, to: str) -> str:
        proxy = self.patient.proxy
        key = "mail.why_proxy" if proxy and to == proxy.email else "mail.why"
        return self.texts(key, clinic=letter.one_line(self.clinic.name))


def survey(occasion: Occasion, token: str) -> Letter:
    """Return the question with its eleven answers, each one tap away."""
    return _question(occasion, "survey", token)


def follow_up(occasion: Occasion, token: str) -> Letter:
    """Return the same question once more, for those who did not answer."""
    return _question(occasion, "follow_up", token)


def thank_you(occasion: Occasion, answered_at: dt.datetime, token: str) -> Letter:
    """Return thanks for an answer, in the same words whatever it was."""
    texts = occasion.texts
    day = occasion.formats.past_day(answered_at, occasion.now)
    subject = texts("thank_you_mail.subject", clinic=occasion.clinic_name)
    return letter.write(occasion.draft("thank_you", subject, token, lead=texts("thank_you_mail.lead", day=day)))


def receipt(occasion: Occasion, token: str) -> Letter:
    """Return the one automatic answer to a reply that a person will read; it says whom to call.

    RFC 3834 section 3.1.5 wants the subject of such a mail to say what it is; the sender's own subject is not repeated.
    """
    subject = occasion.texts("receipt_mail.subject", clinic=occasion.clinic_name)
    return letter.write(replace(occasion.draft("receipt", subject, token), headers=letter.REPLIED))


def _question(occasion: Occasion, kind: str, token: str) -> Letter:
    subject = occasion.texts(f"{kind}_mail.subject", clinic=occasion.clinic_name)
    scores = [(score, occasion.urls.survey(token, score)) for score in range(TOP + 1)]
    return letter.write(occasion.draft(kind, subject, token, scores=scores))
