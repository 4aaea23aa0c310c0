"""Mail with a code: why it comes, a button, the digits for another device, and what to do if it was a mistake."""

from prm.accounts.model import CodeKind
from prm.clinics.model import Clinic, StaffMember
from prm.core.text import Texts
from prm.core.urls import Urls
from prm.mail import letter
from prm.mail.letter import Draft
from prm.mail.model import Letter

_KNOWN = "known"


def code(clinic: Clinic, member: StaffMember, kind: CodeKind, digits: str, link: str) -> Letter:
    """Return the mail that carries a code of this kind."""
    return _letter(clinic, member, kind, link, f"{digits[:3]} {digits[3:]}")


def known_address(clinic: Clinic, member: StaffMember, urls: Urls) -> Letter:
    """Return the mail to someone who signed up again with the address of an account."""
    return _letter(clinic, member, _KNOWN, urls.console("sign-in"), "")


def _letter(clinic: Clinic, member: StaffMember, kind: str, link: str, digits: str) -> Letter:
    language = clinic.languages[0]
    texts = Texts(language)
    name = letter.short_name(clinic)
    draft = Draft(
        template="code",
        clinic=clinic,
        to=member.email,
        language=language,
        sender=texts("code_mail.sender", clinic=name),
        local_part="accounts",
        replies=False,
        subject=texts(f"code_mail.{kind}_subject", clinic=name),
        preheader=texts(f"code_mail.{kind}_preheader"),
        values={"kind": str(kind), "link": link, "digits": digits, "name": name},
    )
    return letter.write(draft)
