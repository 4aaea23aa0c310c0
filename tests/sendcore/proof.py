"""What must hold whatever was cut, doubled, late, or raced."""

from collections import Counter

from prm.core import ids
from prm.mail.model import Kind, Purpose, State, Touch, patient_recipient
from prm.recovery.model import ESCALATION, Case
from prm.surveys.model import Survey
from tests.sendcore.story import CLINIC
from tests.sendcore.world import World

PATIENT = ids.name_of(CLINIC, "1001")
RECIPIENT = patient_recipient(PATIENT)
ENDED = {
    State.SENT,
    State.DELIVERED,
    State.BOUNCED,
    State.COMPLAINED,
    State.FAILED,
    State.SKIPPED,
    State.UNCONFIRMED,
}


def all_touches(world: World, patients: list[str]) -> list[Touch]:
    """Return every touch of these patients and of the staff."""
    recipients = [*(f"patient:{one}" for one in patients), "staff:nora", "staff:luis", "staff:ana"]
    return [touch for recipient in recipients for touch in world.touches(recipient)]


def no_double_sends(world: World, touches: list[Touch]) -> None:
    """Each touch went at most once, an urgent one at most once each time it was started over."""
    sends = Counter(one.touch for one in world.wire.sent)
    for touch in touches:
        assert sends.pop(touch.key.tag, 0) <= 1 + touch.resend, touch
    assert not sends, "mails without a touch"


def all_ended(touches: list[Touch]) -> None:
    """Each touch is in a state with a name and an end."""
    assert {touch.state for touch in touches} <= ENDED, [t for t in touches if t.state not in ENDED]


def numbers_agree(world: World) -> None:
    """The tallies are what counting again finds."""
    with world.quiet():
        assert world.house.insights.recount(CLINIC) == []


def staff_know(world: World, patient: str) -> None:
    """A low answer that counts has a case, and every member of staff on the list was told or lost to SES alone."""
    with world.quiet():
        surveys = world.house.surveys.of_patient(CLINIC, patient)
        cases = world.house.recovery.of_patient(CLINIC, patient)
    low = [one for one in surveys if one.is_counted and one.answer and one.answer.is_low]
    assert bool(low) == bool(cases)
    if low:
        for member in ("staff:nora", "staff:luis"):
            assert any(touch.kind is Kind.ALERT for touch in world.touches(member)), member


def answered(world: World, score: int) -> None:
    """The patient's answer is stored and counted, once."""
    survey = survey_of(world)
    with world.quiet():
        total = world.house.insights.nps(CLINIC).total
    assert survey.answer
    assert (survey.answer.score, survey.is_counted) == (score, True)
    assert (total.asked, total.answered) == (1, 1)


def alerted(world: World) -> None:
    """The case was opened once, and whoever is on the list was told in one mail, once more where it was passed on."""
    case = case_of(world)
    opened = [f"{case.id}.1"]
    passed_on = [f"{case.id}.1{ESCALATION}"] if case.escalated_at else []
    for member, expected in (("staff:nora", [*opened, *passed_on]), ("staff:luis", opened), ("staff:ana", [])):
        alerts = [touch.occurrence for touch in world.touches(member) if touch.purpose == Purpose.ALERT]
        assert sorted(alerts) == expected, member


def everything(world: World) -> None:
    """Hold what must be so whatever happened."""
    with world.quiet():
        patients = list(world.house.patients.roster(CLINIC))
    touches = all_touches(world, patients)
    assert world.dead == [], "a message ended in a dead-letter queue"
    no_double_sends(world, touches)
    all_ended(touches)
    numbers_agree(world)
    for patient in patients:
        staff_know(world, patient)


def of_patient(world: World, *kinds: Kind) -> list[Touch]:
    """Return the patient's touches of these kinds."""
    return [touch for touch in world.touches(RECIPIENT) if touch.kind in kinds]


def survey_of(world: World) -> Survey:
    """Return the patient's one survey."""
    with world.quiet():
        [survey] = world.house.surveys.of_patient(CLINIC, PATIENT)
    return survey


def case_of(world: World) -> Case:
    """Return the patient's one case."""
    with world.quiet():
        [case] = world.house.recovery.of_patient(CLINIC, PATIENT)
    return case
