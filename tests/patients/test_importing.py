"""Files in, patients and visits and a report out."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from botocore.model import OperationModel
from hypothesis import given, settings
from hypothesis import strategies as st

from prm.clinics.model import Clinic, Language
from prm.core import ids, table
from prm.patients import importing
from prm.patients.dates import Order
from prm.patients.model import DAY_UNKNOWN, Chart, Patient, Proxy, VisitKind, VisitStatus
from prm.patients.report import Counts, Problem, Report
from prm.patients.service import PatientService
from prm.patients.store import PatientRow, PatientStore
from tests.examples import riverbend
from tests.fakes import NOON, FakeClock
from tests.patients.conftest import Import, csv_file

PATIENTS = "patient_id,first_name,last_name,birth_date,email\n"
ANN = "1,Ann,Lee,1984-03-12,ann@example.com\n"
BO = "2,Bo,Ray,1990-01-30,bo@example.com\n"
VISITS = "visit_id,patient_id,starts_at,ends_at,status,kind\n"
EVALUATION = "10,1,2026-11-23 09:00,2026-11-23 10:00,completed,evaluation\n"
TREATMENT = "11,1,2026-11-26 09:00,2026-11-26 09:45,scheduled,treatment\n"
SAME_AGAIN = Report(Counts(2, unchanged=2), Counts(2, unchanged=2))


@contextmanager
def noted() -> Iterator[list[str]]:
    """Note the names of all requests to DynamoDB as they are made."""
    made: list[str] = []

    def note(model: OperationModel, **_: object) -> None:
        made.append(model.name)

    events = PatientRow._get_connection().connection.client.meta.events
    events.register("before-call.dynamodb.*", note)
    yield made
    events.unregister("before-call.dynamodb.*", note)


@pytest.fixture
def requests(tables: None) -> Iterator[list[str]]:
    with noted() as made:
        yield made


def of(patients: PatientService, number: str) -> Chart:
    return patients.chart("riverbend", ids.name_of("riverbend", number))


def reasons(report: Report) -> list[tuple[int | None, str | None, str]]:
    return [(one.row, one.column, one.reason) for one in report.problems]


def test_patients_and_visits_come_in(bring: Import, patients: PatientService) -> None:
    report = bring(PATIENTS + ANN + BO, VISITS + EVALUATION + TREATMENT)
    assert report == Report(Counts(2, new=2), Counts(2, new=2))
    chart = of(patients, "1")
    assert chart.patient == Patient(
        ids.name_of("riverbend", "1"), "1", "Ann", "Lee", dt.date(1984, 3, 12), "ann@example.com"
    )
    evaluation, treatment = chart.visits
    assert evaluation.starts_at == dt.datetime(2026, 11, 23, 14, tzinfo=dt.UTC)
    assert (evaluation.kind, evaluation.status) == (VisitKind.EVALUATION, VisitStatus.COMPLETED)
    assert treatment.status is VisitStatus.SCHEDULED


def test_visits_may_be_named_before_patients(bring: Import) -> None:
    report = bring(VISITS + EVALUATION, PATIENTS + ANN)
    assert report == Report(Counts(1, new=1), Counts(1, new=1))


def test_the_same_files_again_write_nothing(bring: Import, requests: list[str]) -> None:
    bring(PATIENTS + ANN + BO, VISITS + EVALUATION + TREATMENT)
    requests.clear()
    assert bring(PATIENTS + ANN + BO, VISITS + EVALUATION + TREATMENT) == SAME_AGAIN
    assert requests == ["Query", "Query"]


def test_a_patient_costs_one_read_and_one_transaction(bring: Import, requests: list[str]) -> None:
    bring(PATIENTS + ANN, VISITS + EVALUATION + TREATMENT)
    assert requests == ["Query", "TransactWriteItems"]


def test_a_dry_run_says_the_same_and_stores_nothing(bring: Import, requests: list[str]) -> None:
    report = bring(PATIENTS + ANN, VISITS + EVALUATION, dry_run=True)
    assert report == Report(Counts(1, new=1), Counts(1, new=1))
    assert requests == ["Query"]


def test_a_changed_row_changes_its_patient_alone(bring: Import, patients: PatientService) -> None:
    bring(PATIENTS + ANN + BO)
    report = bring(PATIENTS + ANN.replace("Lee", "Fox") + BO)
    assert report.patients == Counts(2, changed=1, unchanged=1)
    assert (of(patients, "1").patient.last_name, of(patients, "1").version) == ("Fox", 2)
    assert of(patients, "2").version == 1


def test_news_make_a_patient_due_now(bring: Import, patients: PatientService, clock: FakeClock) -> None:
    bring(PATIENTS + ANN + BO)
    for number in "12":
        table.transact([patients.decided("riverbend", ids.name_of("riverbend", number), 1, None)])
    clock.advance(hours=1)
    bring(PATIENTS + ANN + BO, VISITS + EVALUATION)
    due = [key.pk for shard in range(2) for key in table.due_keys(PatientRow, shard, clock.now)]
    assert due == [table.key("riverbend", ids.name_of("riverbend", "1"))]


def test_a_visit_changes_with_its_status(bring: Import, patients: PatientService) -> None:
    bring(PATIENTS + ANN, VISITS + TREATMENT)
    report = bring(VISITS + TREATMENT.replace("scheduled", "cancelled"))
    assert report.visits == Counts(1, changed=1)
    assert [one.status for one in of(patients, "1").visits] == [VisitStatus.CANCELLED]


def test_a_file_that_shrank_deletes_nothing(bring: Import, patients: PatientService) -> None:
    bring(PATIENTS + ANN + BO, VISITS + EVALUATION + TREATMENT)
    bring(PATIENTS + ANN, VISITS + EVALUATION)
    assert len(of(patients, "1").visits) == 2
    assert of(patients, "2").patient.last_name == "Ray"


def test_columns_a_file_does_not_have_are_left_alone(bring: Import, patients: PatientService) -> None:
    bring(PATIENTS + ANN, VISITS + EVALUATION)
    bring("patient_id,last_name\n1,Fox\n", "visit_id,patient_id,date,time,kind\n10,1,2026-11-23,09:30,discharge\n")
    chart = of(patients, "1")
    assert (chart.patient.first_name, chart.patient.last_name, chart.patient.email) == ("Ann", "Fox", "ann@example.com")
    visit = chart.visits[0]
    assert (visit.kind, visit.status) == (VisitKind.DISCHARGE, VisitStatus.COMPLETED)
    assert visit.ends_at - visit.starts_at == dt.timedelta(hours=1)


def test_an_empty_cell_empties(bring: Import, patients: PatientService) -> None:
    bring(PATIENTS + ANN)
    bring(PATIENTS + ANN.replace("ann@example.com", ""))
    assert of(patients, "1").patient.email is None


def test_a_bad_row_stops_no_other(bring: Import, patients: PatientService) -> None:
    report = bring(
        PATIENTS + "1,Ann,Lee,31/31/1984,\n,No,Number,,\n3,=cmd(),Lee,,\n4,,,,\n5,Ok,Fine,,\n6,Too,Many,,,cells\n"
    )
    assert report.patients == Counts(6, new=1, refused=5)
    assert reasons(report) == [
        (2, "birth_date", "“31/31/1984” is not a date we can read"),
        (3, "patient_id", "The patient number is missing"),
        (4, "first_name", "The cell looks like a spreadsheet formula"),
        (5, "last_name", "The name is missing"),
        (7, None, "The row has more cells than the header has names"),
    ]
    assert of(patients, "5").patient.last_name == "Fine"


def test_bad_visits_are_named_by_row_and_column(bring: Import) -> None:
    report = bring(
        PATIENTS + ANN,
        VISITS
        + "10,1,2026-11-23 09:00,2026-11-23 08:00,completed,\n"
        + "11,1,,,completed,\n"
        + "12,1,2026-11-23 09:00,,arr/nocharge,\n"
        + "13,9,2026-11-23 09:00,,completed,\n"
        + '14,1,"2026-11-23 09:00,,completed,\n'
        + "15,1,2026-11-23 09:00,,completed,\n",
    )
    assert report.visits == Counts(6, new=1, refused=5)
    assert reasons(report) == [
        (2, "ends_at", "The visit ends before it starts"),
        (3, "starts_at", "The date is missing"),
        (4, "status", "“arr/nocharge” is not a status we know"),
        (5, "patient_id", "There is no patient with this number"),
        (6, None, "A quotation mark is opened and never closed"),
    ]


@pytest.mark.parametrize("total", ["Total,,,,", "Grand Total: 1,,,,", "TOTALS,1,,,", ",Total,,,", "Rows: 12,,,,"])
def test_a_row_of_totals_is_no_patient(bring: Import, total: str) -> None:
    report = bring(PATIENTS + ANN + total + "\n")
    assert report.patients == Counts(2, new=1, refused=1)
    assert reasons(report) == [(3, None, "This is a row of totals")]


def test_a_patient_may_be_called_like_a_total(bring: Import) -> None:
    assert bring("last_name,first_name,patient_id\nTotal,Ann,1\n").patients == Counts(1, new=1)


def test_an_address_that_mail_cannot_reach_costs_the_address_alone(bring: Import, patients: PatientService) -> None:
    report = bring(PATIENTS + ANN.replace("ann@example.com", "ann@@example"))
    assert report.patients == Counts(1, new=1)
    assert report.not_reachable == 1
    assert reasons(report) == [
        (2, "email", "This is not an email address that mail can reach. Stored without it"),
    ]
    assert of(patients, "1").patient.email is None


def test_of_two_rows_about_one_patient_the_last_wins_and_it_is_said(bring: Import, patients: PatientService) -> None:
    report = bring(PATIENTS + ANN + BO + ANN.replace("Lee", "Fox"))
    assert report.patients == Counts(3, new=2, refused=1)
    assert reasons(report) == [(2, "patient_id", "Row 4 is about the same patient and was taken instead")]
    assert of(patients, "1").patient.last_name == "Fox"


def test_of_two_rows_about_one_visit_the_last_wins_and_it_is_said(bring: Import, patients: PatientService) -> None:
    report = bring(PATIENTS + ANN, VISITS + TREATMENT + TREATMENT.replace("scheduled", "cancelled"))
    assert report.visits == Counts(2, new=1, refused=1)
    assert reasons(report) == [(2, "visit_id", "Row 3 is about the same visit and was taken instead")]
    assert of(patients, "1").visits[0].status is VisitStatus.CANCELLED


def test_unknown_therapists_and_locations_lose_no_visit(bring: Import, patients: PatientService) -> None:
    report = bring(
        PATIENTS + ANN,
        "visit_id,patient_id,start,status,provider,facility\n"
        '10,1,2026-11-23 09:00,completed,"Chen, Mei-Lin, DPT",DOWNTOWN\n'
        "11,1,2026-11-24 09:00,completed,Dr. Who,Mars\n"
        "12,1,2026-11-25 09:00,completed,Dr. Who,\n",
    )
    assert report.visits == Counts(3, new=3)
    assert reasons(report) == [
        (3, "facility", "“Mars” is not in the clinic's settings. 1 row stored without it"),
        (3, "provider", "“Dr. Who” is not in the clinic's settings. 2 rows stored without it"),
    ]
    known, unknown, _ = of(patients, "1").visits
    assert (known.therapist, known.location) == ("mei-lin", "downtown")
    assert (unknown.therapist, unknown.location) == (None, None)


def test_dates_with_two_readings_are_refused_until_someone_says_which(
    patients: PatientService, clock: FakeClock
) -> None:
    asked = riverbend(date_order="")
    text = "patient_id,last_name,birth_date\n1,Lee,11/12/86\n2,Ray,1990-01-30\n"
    report = patients.import_files(asked, [csv_file(text)])
    assert report.patients == Counts(2, new=1, refused=1)
    assert reasons(report)[0][:2] == (2, "birth_date")
    assert reasons(report)[0][2].startswith("The date 11/12/86 could be November 12 or December 11. ")
    patients.import_files(asked, [csv_file(text)], date_order=Order.DMY)
    assert of(patients, "1").patient.birth_date == dt.date(1986, 12, 11)


def test_the_clinics_own_order_decides(bring: Import, patients: PatientService) -> None:
    bring("patient_id,last_name,birth_date\n1,Lee,11/12/86\n")
    assert of(patients, "1").patient.birth_date == dt.date(1986, 11, 12)


def test_a_column_that_tells_its_order_needs_no_setting(patients: PatientService) -> None:
    text = "patient_id,last_name,birth_date\n1,Lee,11/12/86\n2,Ray,25/12/86\n"
    patients.import_files(riverbend(date_order=""), [csv_file(text)])
    assert of(patients, "1").patient.birth_date == dt.date(1986, 12, 11)


def test_times_may_stand_in_columns_of_their_own(bring: Import, patients: PatientService) -> None:
    bring(
        PATIENTS + ANN,
        "appt id,MRN,Appt Date,Start Time,End Time,Appt Status\n10,1,11/23/2026,9:00 am,9:50 am,Arrived\n",
        "visit id,mrn,date,time,duration,status\n11,1,11/24/2026,2:15 PM,30 min,scheduled\n",
    )
    first, second = of(patients, "1").visits
    assert (first.starts_at.hour, first.ends_at.hour, first.ends_at.minute) == (14, 14, 50)
    assert (second.starts_at.hour, second.ends_at - second.starts_at) == (19, dt.timedelta(minutes=30))


def test_a_visit_over_a_clock_change_keeps_its_length(bring: Import, patients: PatientService) -> None:
    bring(PATIENTS + ANN, VISITS + "10,1,2026-03-08 02:30,2026-03-08 03:00,completed,\n")
    visit = of(patients, "1").visits[0]
    assert visit.ends_at - visit.starts_at == dt.timedelta(minutes=30)


def test_without_a_status_time_tells(bring: Import, patients: PatientService, clock: FakeClock) -> None:
    files = PATIENTS + ANN, "visit_id,patient_id,start,stop,provider\n10,1,2026-11-26 09:00,2026-11-26 10:00,\n"
    bring(*files)
    assert of(patients, "1").visits[0].status is VisitStatus.SCHEDULED
    clock.advance(days=3)
    assert bring(*files).visits == Counts(1, changed=1)
    assert of(patients, "1").visits[0].status is VisitStatus.COMPLETED


def test_a_visit_without_an_id_is_known_by_its_start(bring: Import) -> None:
    files = PATIENTS + ANN, "patient_id,start,status\n1,2026-11-23 09:00,completed\n1,2026-11-24 09:00,scheduled\n"
    assert bring(*files).visits == Counts(2, new=2)
    assert bring(*files).visits == Counts(2, unchanged=2)


def test_children_and_their_parents(bring: Import, patients: PatientService) -> None:
    report = bring(
        "patient_id,last_name,birth_date,email,parent_name,parent_email\n"
        "1,Boone,2013-05-14,tyler@example.com,Kelly Boone,kelly@example.com\n"
        "2,Bright,2013-05-14,kid@example.com,,\n"
    )
    assert of(patients, "1").patient.proxy == Proxy("Kelly Boone", "kelly@example.com")
    assert report.not_reachable == 1


@pytest.mark.parametrize(("cell", "day"), [("2026-11-01", dt.date(2026, 11, 1)), ("yes", DAY_UNKNOWN), ("no", None)])
def test_deaths(bring: Import, patients: PatientService, cell: str, day: dt.date | None) -> None:
    files = f"patient_id,last_name,deceased\n1,Lee,{cell}\n"
    bring(files)
    assert of(patients, "1").patient.deceased_on == day
    assert bring(files).patients == Counts(1, unchanged=1)


def test_a_known_day_of_death_is_not_forgotten(bring: Import, patients: PatientService) -> None:
    bring("patient_id,last_name,deceased\n1,Lee,2026-11-01\n")
    bring("patient_id,last_name,deceased\n1,Lee,yes\n")
    assert of(patients, "1").patient.deceased_on == dt.date(2026, 11, 1)


def test_tags_phones_and_languages(bring: Import, patients: PatientService) -> None:
    report = bring(
        "patient_id,last_name,phone,language,tags\n1,Lee,+1 (937) 555-0142 x3,es-MX,Knee|Post-op\n2,Ray,=1+1,,\n"
    )
    found = of(patients, "1").patient
    assert (found.phone, found.language) == ("+1 (937) 555-0142 x3", Language.SPANISH)
    assert found.tags == {"knee", "post-op"}
    assert reasons(report) == [(3, "phone", "This is not a phone number. Stored without it")]


def test_a_header_injected_into_a_name_becomes_part_of_the_name(bring: Import, patients: PatientService) -> None:
    bring('patient_id,first_name,last_name\n1,"Ann\r\nBcc: all@example.com",Lee\n')
    assert of(patients, "1").patient.first_name == "Ann Bcc: all@example.com"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "The file is empty"),
        ("a,b\n1,2\n", "No row with column names was found. The first row must name the columns"),
        (b"\x00\x01\x02\x03" * 99, "This is not a text file"),
        (PATIENTS, "The file has a header and no rows"),
    ],
)
def test_a_file_that_is_none_is_refused_as_a_whole(bring: Import, content: str | bytes, reason: str) -> None:
    report = bring(content, PATIENTS + ANN)
    assert report == Report(Counts(1, new=1), Counts(), (Problem("1.csv", None, None, reason),))


def test_tables_that_only_mention_patients_are_not_taken_for_visits(bring: Import) -> None:
    report = bring("START,STOP,PATIENT,ENCOUNTER,CODE,DESCRIPTION\n2020-01-01,,1,2,3,Sprain\n", "Id,NAME,CITY\n1,A,B\n")
    assert (report.patients.read, report.visits.read) == (0, 0)
    assert len(report.problems) == 2


def test_a_chart_of_five_years_takes_more_than_one_transaction(
    bring: Import, patients: PatientService, requests: list[str]
) -> None:
    start = dt.date(2021, 1, 1)
    rows = [f"{n},1,{start + dt.timedelta(days=n)} 09:00,,completed,\n" for n in range(250)]
    report = bring(PATIENTS + ANN, VISITS + "".join(rows))
    assert report.visits == Counts(250, new=250)
    assert requests == ["Query"] + ["TransactWriteItems"] * 3
    assert len(of(patients, "1").visits) == 250


def test_an_import_that_breaks_off_can_come_again(
    bring: Import, patients: PatientService, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f"{n},1,2026-01-01 09:00,,completed,\n" for n in range(150)]
    files = PATIENTS + ANN, VISITS + "".join(rows)
    commit, sizes = table.transact, list[int]()

    def breaks(writes: Sequence[table.Write]) -> None:
        if sizes:
            raise ConnectionError
        sizes.append(len(writes))
        commit(writes)

    monkeypatch.setattr(table, "transact", breaks)
    with pytest.raises(ConnectionError):
        bring(*files)
    monkeypatch.undo()
    assert bring(*files).visits == Counts(150, new=51, unchanged=99)
    assert len(of(patients, "1").visits) == 150


def test_a_rival_import_is_read_again(bring: Import, patients: PatientService, monkeypatch: pytest.MonkeyPatch) -> None:
    find = PatientStore.find

    def late(store: PatientStore, clinic: str, patient: str) -> Chart | None:
        found = find(store, clinic, patient)
        if found is None:
            table.transact([store.add(clinic, Patient(patient, "1", "Ann", "Lee"), NOON)])
        return found

    monkeypatch.setattr(PatientStore, "find", late)
    assert bring(PATIENTS + ANN).patients == Counts(1, changed=1)
    assert of(patients, "1").patient.email == "ann@example.com"


@pytest.mark.dynamodb_local
def test_an_import_of_2000_patients(real_tables: None, clock: FakeClock, clinic: Clinic) -> None:
    """Not on moto, which copies the whole table for each item of a transaction."""
    patients = PatientService(PatientStore(shards=2), clock)
    people = [f"{n},First{n},Last{n},{1940 + n % 60}-0{1 + n % 9}-11,p{n}@example.com\n" for n in range(2000)]
    visits = [f"{n},{n % 2000},2026-11-{1 + n % 20:02} 09:00,,completed,treatment\n" for n in range(4000)]
    files = [csv_file(PATIENTS + "".join(people), "p"), csv_file(VISITS + "".join(visits), "v")]
    assert patients.import_files(clinic, files) == Report(Counts(2000, new=2000), Counts(4000, new=4000))
    with noted() as requests:
        again = patients.import_files(clinic, files)
    assert again == Report(Counts(2000, unchanged=2000), Counts(4000, unchanged=4000))
    assert set(requests) == {"Query"}


@pytest.mark.dynamodb_local
def test_many_patients_at_once_come_in_like_one_by_one(real_tables: None, clock: FakeClock, clinic: Clinic) -> None:
    patients = PatientService(PatientStore(shards=2), clock, at_once=8)
    people = [f"{n},First{n},Last{n},,\n" for n in range(200)]
    assert patients.import_files(clinic, [csv_file(PATIENTS + "".join(people))]).patients == Counts(200, new=200)
    assert len(list(patients.roster("riverbend"))) == 200


@pytest.mark.parametrize("folder", ["csv-and-fhir-same-patients/csv", "csv-emr-templates"])
def test_exports_of_real_systems(folder: str, corpus: Path, patients: PatientService, clinic: Clinic) -> None:
    files = [csv_file(path.read_bytes(), path.name) for path in sorted((corpus / folder).glob("*.csv"))]
    first = patients.import_files(clinic, files)
    assert first.patients.new == first.patients.read > 0
    assert first.visits.new == first.visits.read > 0
    assert first.not_reachable == first.patients.read
    again = patients.import_files(clinic, files)
    assert (again.patients.unchanged, again.visits.unchanged) == (first.patients.read, first.visits.read)


cell = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(
    ["1", "2026-11-23 09:00", "11/12/26", "completed", "=1+1", "ann@example.com", "Total", '"', "NULL", "9:00"]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(cell, min_size=6, max_size=7), max_size=6), st.sampled_from([PATIENTS, VISITS]))
def test_every_row_is_taken_or_refused_whatever_it_holds(rows: list[list[str]], header: str) -> None:
    text = header + "".join(",".join(row) + "\n" for row in rows)
    intake = importing.read(riverbend(), [csv_file(text)], NOON, None)
    gathered = sum(len(group.patients) + len(group.visits) for group in intake.groups.values())
    report = intake.tally.report(["file.csv"])
    refused = report.patients.refused + report.visits.refused
    assert sum(1 for one in report.problems if one.row and "Stored without it" not in one.reason) >= refused
    assert gathered + refused <= text.count("\n") + text.count("\r")
