"""What the signup page asks, checked field by field."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, EmailStr, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from prm.accounts.model import SignUp
from prm.clinics.fields import Line, Name, Phone, Zone
from prm.clinics.model import Language
from prm.web import zones
from prm.web.filled import Typed

TEXTS = (
    "clinic_name",
    "owner_name",
    "email",
    "phone",
    "street",
    "city",
    "state",
    "postal_code",
    "zone",
    "location_name",
    "agreement",
    "accepted",
)
START: Mapping[str, Typed] = {**dict.fromkeys(TEXTS, ""), "zone": "America/New_York", "languages": ["en"]}
"""What the empty form shows."""

_ZIP = re.compile(r"\d{5}(-\d{4})?", re.ASCII)


class SignUpForm(BaseModel):
    """One clinic and its owner."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    clinic_name: Name
    owner_name: Name
    email: Annotated[EmailStr, Field(max_length=128)]
    phone: Phone
    street: Annotated[Line, Field(min_length=3, max_length=100)]
    city: Name
    state: Annotated[Line, Field(min_length=2, max_length=40)]
    postal_code: Annotated[str, Field(pattern=r"^[A-Za-z0-9 -]{3,10}$")]
    zone: Zone
    location_name: Name
    languages: Annotated[list[Language], Field(min_length=1)]
    agreement: Annotated[str, Field(min_length=1, max_length=40)]
    accepted: Literal["yes"]

    @model_validator(mode="after")
    def _american(self) -> Self:
        """Where the clock is American, so is the postal code."""
        if self.zone in zones.US and not _ZIP.fullmatch(self.postal_code):
            raise PydanticCustomError("postal_code", "a ZIP code has 5 digits")
        return self

    def asked(self) -> SignUp:
        """Return what the form asks for."""
        return SignUp(
            clinic_name=self.clinic_name,
            owner_name=self.owner_name,
            email=self.email.casefold(),
            phone=self.phone,
            postal_address=f"{self.street}, {self.city}, {self.state} {self.postal_code}",
            zone=self.zone,
            location_name=self.location_name,
            languages=tuple(dict.fromkeys(self.languages)),
            agreement=self.agreement,
        )


def read(typed: Mapping[str, Typed]) -> tuple[SignUp | None, set[str]]:
    """Return what was asked for, or None and the names of the fields that were wrong."""
    try:
        return SignUpForm.model_validate(typed).asked(), set()
    except ValidationError as err:
        return None, {str(one["loc"][0]) if one["loc"] else one["type"] for one in err.errors(include_url=False)}
