"""The people of a clinic: invited, given a role and places, taken off again. A clinic always keeps an owner."""

from dataclasses import dataclass, replace

from prm.accounts.joining import JoinService
from prm.clinics.model import Alert, Clinic, Role, StaffMember
from prm.clinics.service import ClinicService
from prm.core import ids
from prm.core.clock import Clock
from prm.core.errors import Conflict, Forbidden, Invalid

MOST = 200
"""People of one clinic; all of them stand in one item."""


@dataclass(frozen=True)
class Wanted:
    """What is wanted of a member of staff."""

    name: str
    email: str
    role: Role
    locations: frozenset[str]
    alerts: frozenset[Alert]
    therapist: str | None = None


@dataclass(frozen=True)
class TeamService:
    """Changes of a clinic's staff; each holds for the clinic as `clinic` has it, and raises Conflict otherwise."""

    clinics: ClinicService
    joining: JoinService
    clock: Clock

    def invite(self, clinic: Clinic, by: StaffMember, wanted: Wanted) -> StaffMember:
        """Add someone and mail them an invitation.

        Raises Invalid for an address that someone of the clinic has, Forbidden for a role one may not give, Conflict
        for an address that has an account at another clinic, or a therapist whom a colleague stands for.
        """
        _may_give(by, wanted)
        if any(one.email.casefold() == wanted.email.casefold() for one in clinic.staff):
            raise Invalid("Someone in your team has this address", field="email")
        if len(clinic.staff) >= MOST:
            raise Invalid(f"A clinic has at most {MOST} people", field="email")
        if self.joining.is_known(wanted.email):
            raise Conflict("There is an account for this address already")
        _may_be(clinic, wanted)
        new = StaffMember(
            ids.draw(40),
            wanted.name,
            wanted.email,
            wanted.role,
            wanted.locations,
            wanted.alerts,
            therapist=wanted.therapist,
        )
        saved = self.clinics.save(replace(clinic, staff=(*clinic.staff, new)), clinic.version)
        self.joining.invite(saved, new)
        return new

    def change(self, clinic: Clinic, by: StaffMember, member_id: str, wanted: Wanted) -> StaffMember:
        """Change all but the address: it is what they sign in with."""
        before = clinic.member(member_id)
        _may_change(by, before)
        _may_give(by, wanted, before)
        _may_be(clinic, wanted, before)
        after = replace(
            before,
            name=wanted.name,
            role=wanted.role,
            locations=wanted.locations,
            alerts=wanted.alerts,
            therapist=wanted.therapist,
        )
        self._keep(clinic, tuple(after if one.id == member_id else one for one in clinic.staff))
        return after

    def invite_again(self, clinic: Clinic, by: StaffMember, member_id: str) -> StaffMember:
        """Mail another invitation; for someone who lost phone and recovery codes it sets sign-in up anew."""
        member = clinic.member(member_id)
        _may_change(by, member)
        now = self.clock.wall()
        signed_out = replace(member, signed_out_at=now)
        saved = self._keep(clinic, tuple(signed_out if one.id == member_id else one for one in clinic.staff))
        self.joining.invite(saved, signed_out)
        return member

    def remove(self, clinic: Clinic, by: StaffMember, member_id: str) -> StaffMember:
        """Take someone off the team; every browser of theirs is signed out with that."""
        member = clinic.member(member_id)
        _may_change(by, member)
        self._keep(clinic, tuple(one for one in clinic.staff if one.id != member_id))
        self.joining.remove(member)
        return member

    def _keep(self, clinic: Clinic, staff: tuple[StaffMember, ...]) -> Clinic:
        if not any(one.role is Role.OWNER for one in staff):
            raise Conflict("A clinic needs an owner. Make someone else an owner first.")
        return self.clinics.save(replace(clinic, staff=staff), clinic.version)


def _may_change(by: StaffMember, member: StaffMember) -> None:
    if member.role is Role.OWNER and by.role is not Role.OWNER:
        raise Forbidden("Only an owner changes an owner")


def _may_be(clinic: Clinic, wanted: Wanted, before: StaffMember | None = None) -> None:
    """Raise Conflict where a colleague is that therapist already: whose numbers they are is never in doubt."""
    others = (one for one in clinic.staff if before is None or one.id != before.id)
    rival = next((one for one in others if wanted.therapist and one.therapist == wanted.therapist), None)
    if rival:
        raise Conflict(f"That is {rival.name}. Take it off there first.", field="therapist")


def _may_give(by: StaffMember, wanted: Wanted, before: StaffMember | None = None) -> None:
    """Raise Forbidden where someone gives, to another or themselves, what they do not have: what is held is kept."""
    if wanted.role is Role.OWNER and by.role is not Role.OWNER:
        raise Forbidden("Only an owner makes someone an owner")
    if not by.locations or (before and wanted.locations == before.locations):
        return
    held = before.locations if before else frozenset()
    if not wanted.locations or not wanted.locations <= by.locations | held:
        raise Forbidden("You give only locations that are yours", field="locations")
