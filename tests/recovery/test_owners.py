from prm.clinics.model import Alert, Role, StaffMember
from prm.recovery.owners import owner_of, told
from tests.examples import riverbend

ALL_ALERTS = frozenset(Alert)


def member(name: str, role: Role, *places: str, alerts: frozenset[Alert] = ALL_ALERTS) -> StaffMember:
    return StaffMember(name, name, f"{name}@clinic.example", role, frozenset(places), alerts)


def owner(location: str | None, *staff: StaffMember) -> str | None:
    return owner_of(riverbend(staff=staff), location)


def test_the_manager_of_the_place_comes_first() -> None:
    everywhere, here = member("everywhere", Role.MANAGER), member("here", Role.MANAGER, "north")
    assert owner("north", everywhere, here) == "here"
    assert owner("downtown", everywhere, here) == "everywhere"


def test_without_a_manager_it_is_the_front_desk_and_then_the_owner() -> None:
    boss, desk = member("boss", Role.OWNER), member("desk", Role.FRONT_DESK, "north")
    assert owner("north", boss, desk) == "desk"
    assert owner("downtown", boss, desk) == "boss"


def test_a_therapist_is_never_given_the_case() -> None:
    assert owner("north", member("therapist", Role.THERAPIST, "north")) is None


def test_without_a_place_it_is_someone_who_covers_all() -> None:
    assert owner(None, member("here", Role.MANAGER, "north"), member("boss", Role.OWNER)) == "boss"


def test_alerts_reach_those_who_asked_and_cover_the_place() -> None:
    low_only = frozenset({Alert.LOW_ANSWER})
    clinic = riverbend(
        staff=(
            member("north", Role.FRONT_DESK, "north", alerts=low_only),
            member("both", Role.OWNER),
            member("deaf", Role.MANAGER, alerts=frozenset()),
        )
    )
    assert [one.id for one in told(clinic, Alert.LOW_ANSWER, "north")] == ["north", "both"]
    assert [one.id for one in told(clinic, Alert.LOW_ANSWER, "downtown")] == ["both"]
    assert [one.id for one in told(clinic, Alert.ESCALATION, "north")] == ["both"]
