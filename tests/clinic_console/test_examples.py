"""The example patients: counted by nothing, mailed by nobody, and gone when an owner or manager says so."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import boto3
import pytest

from prm.audit.model import Action
from prm.core import ids, table
from prm.core.errors import Forbidden, Invalid
from prm.erasure import examples as removal
from prm.insights.spans import Span
from prm.patients import edits, made_up
from prm.patients.directory import Reach, by_profile
from prm.patients.model import Patient, Proxy, Visit, VisitStatus
from prm.rules.decide import EXAMPLE
from tests.clinic_console.test_records import BUCKET
from tests.console import Browser, Console, requests_to_dynamodb
from tests.fakes import NOON
from tests.mailed import snapshot

PATH = "/clinic/records/example/remove"
FIRST = ids.name_of("riverbend", "EX-1002")
"""The first of those with an address."""


class Nobody:
    def failed(self, line: str, key: object, error: Exception, failures: int) -> None:
        raise error


@pytest.fixture
def owner(clinic_console: Console) -> Iterator[Browser]:
    """Nora, in whose clinic the example has come in beside one patient of their own."""
    files = boto3.resource("s3").create_bucket(Bucket=BUCKET)
    browser = clinic_console.signed_in("nora")
    browser.get("/clinic/records")
    upload = browser.post("/clinic/records/example").location.rpartition("/")[2]
    come_in(clinic_console, f"uploads/riverbend/{upload}/import")
    clinic_console.knows()
    yield browser
    files.objects.delete()
    files.delete()


def work(console: Console) -> None:
    for _ in range(60):
        console.house.schedule.drain("jobs", 0, lambda: True, Nobody())
        job = console.house.jobs.find("riverbend", removal.JOB)
        if job is None or job.is_done:
            return
    raise AssertionError("the removal never ends")


def come_in(console: Console, key: str) -> None:
    """Import one patient after the other: the tables in memory bear no threads."""
    replace(console.house.intake, at_once=1).hear(key)


def here(console: Console) -> list[str]:
    return sorted(console.house.patients.roster("riverbend"))


def edit(console: Console, patient: str, **how: object) -> Patient:
    house = console.house
    known = house.patients.chart("riverbend", patient).patient
    clinic = house.clinics.fresh("riverbend")
    return house.patients.edit(
        clinic,
        patient,
        edits.mark(known),
        lambda one: replace(one, **how),  # type: ignore[arg-type]
        NOON,
    )


def test_one_button_removes_them_all_and_nobody_else(clinic_console: Console, owner: Browser) -> None:
    edit(clinic_console, "p-maria", tags=frozenset({"example"}), email="x@patients.open-prm.example")
    assert "Remove 24 example patients" in owner.get(PATH).text

    answer = owner.follow(owner.post(PATH))
    assert "The example patients are being removed." in answer.text
    assert "Remove example patients…" not in answer.text
    work(clinic_console)

    assert here(clinic_console) == ["p-maria"]
    assert "made-up" not in owner.get("/clinic/records").text
    for one in made_up.PEOPLE:
        assert clinic_console.house.patients.find("riverbend", ids.name_of("riverbend", one.number)) is None


def test_nothing_of_them_is_left_in_any_table(clinic_console: Console, owner: Browser) -> None:
    owner.post(PATH)
    work(clinic_console)

    gone = {ids.name_of("riverbend", one.number) for one in made_up.PEOPLE}
    rows = [row for name, found in snapshot().items() if name not in {"uploads", "audit"} for row in found]
    assert [row for row in rows if any(one in row for one in gone)] == []


def test_they_may_come_again(clinic_console: Console, owner: Browser) -> None:
    owner.post(PATH)
    work(clinic_console)
    clinic = clinic_console.house.clinics.fresh("riverbend")
    upload = clinic_console.house.uploads.example(clinic, "nora", "Example")
    come_in(clinic_console, upload.folder + "import")

    assert len(here(clinic_console)) == 25


def test_who_only_has_a_number_of_theirs_stays(clinic_console: Console, owner: Browser) -> None:
    patients = clinic_console.house.patients
    chart = patients.chart("riverbend", FIRST)
    table.transact([patients.store.change("riverbend", replace(chart.patient, last_name="Real"), chart.version, NOON)])

    owner.post(PATH)
    work(clinic_console)

    assert here(clinic_console) == sorted(["p-maria", FIRST])


def test_nobody_real_can_be_removed_without_a_trace(clinic_console: Console) -> None:
    clinic_console.knows()
    chart = clinic_console.house.patients.chart("riverbend", "p-maria")
    with pytest.raises(Invalid):
        clinic_console.house.patients.remove_example("riverbend", chart)


def test_work_that_broke_off_goes_on(clinic_console: Console, owner: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    owner.post(PATH)
    monkeypatch.setattr("prm.jobs.service.SLICE", dt.timedelta())
    clinic_console.house.schedule.drain("jobs", 0, lambda: True, Nobody())
    assert len(here(clinic_console)) == 24

    monkeypatch.undo()
    clinic_console.clock.advance(minutes=5)
    work(clinic_console)

    assert here(clinic_console) == ["p-maria"]


def test_it_stands_in_the_log(clinic_console: Console, owner: Browser) -> None:
    owner.post(PATH)

    entries = [one for _, one in clinic_console.house.audit.month("riverbend", f"{clinic_console.clock.now:%Y-%m}")]
    assert ("nora", Action.ERASED, "example patients") in [(one.member, one.action, one.what) for one in entries]


@pytest.mark.parametrize("member", ["ana", "luis"])
def test_front_desk_does_not_see_the_button_and_managers_do(
    clinic_console: Console, owner: Browser, member: str
) -> None:
    browser = clinic_console.signed_in(member)
    may = member == "luis"

    assert ("Remove example patients…" in browser.get("/clinic/records").text) == may
    assert browser.get(PATH).status == (200 if may else 403)


def test_while_they_still_come_in_they_are_not_removed(clinic_console: Console, owner: Browser) -> None:
    clinic = clinic_console.house.clinics.fresh("riverbend")
    clinic_console.house.uploads.example(clinic, "nora", "Example")

    answer = owner.post(PATH)

    assert answer.status == 409
    assert "still coming in" in answer.text


def test_where_there_are_none_nothing_is_said_and_nothing_is_done(clinic_console: Console) -> None:
    boto3.client("s3").create_bucket(Bucket=BUCKET)
    browser = clinic_console.signed_in("nora")

    assert browser.follow(browser.get(PATH)).status == 200
    assert "There are no example patients." in browser.follow(browser.post(PATH)).text
    assert clinic_console.house.jobs.find("riverbend", removal.JOB) is None
    boto3.client("s3").delete_bucket(Bucket=BUCKET)


def test_the_list_of_files_costs_at_most_six_requests(clinic_console: Console, owner: Browser) -> None:
    with requests_to_dynamodb() as asked:
        assert owner.get("/clinic/records").status == 200
    assert len(asked) <= 6, asked


def test_no_report_counts_them(clinic_console: Console, owner: Browser) -> None:
    house = clinic_console.house
    visit = Visit("v1", NOON - dt.timedelta(days=3), NOON - dt.timedelta(days=3), VisitStatus.COMPLETED)
    table.transact(house.patients.store.add_visits("riverbend", "p-maria", [visit]))

    found = house.summaries.count("riverbend")["clinic"]

    assert (found.patients, found.spans[Span.QUARTER].coverage.patients) == (1, 1)
    assert house.summaries.count("riverbend")["clinic"].stays.started <= 1


GIVEN: dict[str, dict[str, object]] = {
    "an address": {"email": "someone@clinic.example"},
    "a proxy": {"proxy": Proxy("Someone", "someone@clinic.example")},
}


@pytest.mark.parametrize("how", GIVEN)
def test_nobody_is_mailed_for_them_whatever_address_they_are_given(
    clinic_console: Console, owner: Browser, how: str
) -> None:
    house = clinic_console.house
    after = edit(clinic_console, FIRST, **GIVEN[how])
    dossier = house.dossiers.of_chart(house.clinics.fresh("riverbend"), house.patients.chart("riverbend", FIRST), NOON)

    assert after.is_example
    assert after.address_on(NOON.date()) is None
    assert by_profile(after, NOON.date()) is Reach.EXAMPLE
    assert house.by_hand.offer(dossier, NOON).refused == EXAMPLE
    with pytest.raises(Forbidden):
        house.by_hand.order(dossier, NOON, beyond_limits=True)
