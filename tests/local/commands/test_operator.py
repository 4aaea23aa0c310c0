"""`prm operator`: what whoever runs the deployment decides, and what the sender makes of it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from local.commands import operator
from prm import wiring
from prm.clinics.model import ClinicState
from prm.core import table
from prm.core.errors import Conflict, Invalid
from prm.core.settings import Settings
from prm.mail.model import Kind, Purpose, Send, State, Touch, patient_recipient, staff_recipient
from tests import examples
from tests.cognito import FakeCognito, in_place
from tests.conftest import PREFIX
from tests.fakes import FakeClock, FakeQueues


@pytest.fixture
def house(tables: None, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[wiring.House]:
    with in_place(FakeCognito(clock)):
        made = wiring.house(Settings(tables=PREFIX, user_pool="us-east-1_pool", user_client="client"), clock)
        made.__dict__["queues"] = FakeQueues()
        made.clinics.create(replace(examples.riverbend(), daily_limit=100))
        monkeypatch.setattr(operator, "connect", lambda: made)
        yield made


def prm(*arguments: str) -> Any:
    done = CliRunner().invoke(operator.command, [*arguments, "--json"])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return json.loads(done.stdout)


def test_a_clinic_is_approved_with_a_limit_of_its_own(house: wiring.House) -> None:
    prm("approve", "riverbend", "--daily", "800")

    kept = house.clinics.fresh("riverbend")
    assert kept.approved_at is not None
    assert kept.daily_limit == 800


@pytest.mark.parametrize("daily", ["0", "1000001"])
def test_a_limit_that_cannot_be_is_refused(house: wiring.House, daily: str) -> None:
    with pytest.raises(Invalid):
        prm("cap", "riverbend", daily)


def test_the_agreement_is_put_down_with_its_version(house: wiring.House, tmp_path: Path) -> None:
    file = tmp_path / "agreement.txt"
    file.write_text("We keep it safe.\n", encoding="utf-8")

    prm("terms", str(file), "--version", "2026-12")

    terms = house.clinics.terms()
    assert terms is not None
    assert (terms.version, terms.text) == ("2026-12", "We keep it safe.")


def test_an_owner_whose_phone_is_lost_is_invited_anew(house: wiring.House) -> None:
    prm("invite", "riverbend", "nora")

    queued = house.queues.take_all()  # type: ignore[attr-defined]
    assert [key.recipient for key in queued] == [staff_recipient("nora")]


def test_the_list_says_where_each_clinic_stands(house: wiring.House) -> None:
    prm("suspend", "riverbend")

    (one,) = prm("clinics")
    assert (one["clinic_id"], one["state"], one["daily_limit"]) == ("riverbend", "suspended", 100)


def survey(house: wiring.House, recipient: str, purpose: str, kind: Kind) -> Touch:
    touch = Touch("riverbend", recipient, purpose, "1", kind, house.clock.business())
    table.transact([house.mail.order(touch)])
    return touch


class _Always:
    """Judges that let everything go, so that only the clinic's state decides."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind

    def __call__(self, *_: object) -> Send:
        return Send(self.kind, _never)


def _never(_: str) -> Any:
    raise AssertionError("this must not be sent")


def test_a_suspended_clinics_optional_mail_waits_for_another_day(house: wiring.House) -> None:
    prm("suspend", "riverbend")
    touch = survey(house, patient_recipient("p-maria"), "after-evaluation", Kind.SURVEY)

    replace(house.sender, may_go={"rule": _Always(Kind.SURVEY)}).send(touch.key)

    kept = house.mail.find(touch.key)
    assert kept is not None
    assert kept.state is State.DUE
    assert kept.due_at is not None
    assert kept.due_at > house.clock.business()


def test_a_closed_clinic_sends_nothing_not_even_alerts_and_stays_closed(house: wiring.House) -> None:
    prm("close", "riverbend", "--yes")
    touch = survey(house, staff_recipient("nora"), Purpose.ALERT, Kind.ALERT)

    replace(house.sender, may_go={Purpose.ALERT: _Always(Kind.ALERT)}).send(touch.key)

    kept = house.mail.find(touch.key)
    assert kept is not None
    assert (kept.state, kept.reason) == (State.SKIPPED, "the clinic is closed")
    with pytest.raises(Conflict):
        prm("resume", "riverbend")
    assert house.clinics.fresh("riverbend").state is ClinicState.CLOSED


def test_one_clinic_is_shown_with_its_mail_its_costs_and_its_long_work(house: wiring.House) -> None:
    now = house.clock.business()
    table.transact([house.jobs.start("riverbend", "summary", now)])
    before = prm("clinic", "riverbend")
    house.summaries.keep("riverbend", house.summaries.count("riverbend"))

    after = prm("clinic", "riverbend")

    assert (before["name"], before["mail_90d"], before["costs_30d"]) == ("Riverbend Physical Therapy", None, None)
    assert after["mail_90d"]["sent"] == 0
    assert after["costs_30d"] == {"emails": 0, "answers": 0, "patients": 0, "email": 0, "rest": 0, "dollars": 0}
    [job] = after["jobs"]
    assert (job["id"], job["stand"], job["failures"]) == ("summary", "running", 0)


@pytest.mark.parametrize("arguments", [("clinic", "riverbend"), ("costs",)])
def test_a_person_reads_the_same(house: wiring.House, arguments: tuple[str, ...]) -> None:
    table.transact([house.jobs.start("riverbend", "summary", house.clock.business())])
    assert "ot counted yet" in CliRunner().invoke(operator.command, arguments).stdout
    house.summaries.keep("riverbend", house.summaries.count("riverbend"))
    assert "0.00" in CliRunner().invoke(operator.command, arguments).stdout


def test_costs_list_every_clinic_those_not_counted_yet_too(house: wiring.House) -> None:
    house.clinics.create(replace(examples.riverbend(), id="lakeside"))
    house.summaries.keep("riverbend", house.summaries.count("riverbend"))
    assert [(one["clinic_id"], "dollars" in one) for one in prm("costs")] == [("lakeside", False), ("riverbend", True)]
