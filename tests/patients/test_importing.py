"""Files in, patients and visits and a report out."""

import datetime as dt

import pytest

from prm.clinics.model import Language
from prm.core import ids, table
from prm.patients.dates import Order
from prm.patients.model import DAY_UNKNOWN, Patient, Proxy, VisitKind, VisitStatus
from prm.patients.report import Counts, Problem, Report
from prm.patients.service import PatientService
from prm.patients.store import PatientRow
from tests.examples import riverbend
from tests.fakes import FakeClock
from tests.patients.conftest import (
    ANN,
    BO,
    EVALUATION,
    PATIENTS,
    SAME_AGAIN,
    TREATMENT,
    VISITS,
    Import,
    csv_file,
    of,
)


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
        (2, "birth_date", "The date 31/31/1984 does not exist"),
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


def test_a_start_beside_a_date_is_the_time(bring: Import, patients: PatientService) -> None:
    bring(PATIENTS + ANN, "visit id,mrn,visit date,start,end,status\n10,1,2026-11-23,9:00,9:50,completed\n")
    (visit,) = of(patients, "1").visits
    assert (visit.starts_at.hour, visit.ends_at - visit.starts_at) == (14, dt.timedelta(minutes=50))


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
