"""Patients and visits in: a file is looked at, and comes in when someone says so."""

import base64
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from prm.audit.model import Action
from prm.core.errors import NotFound
from prm.patients.csvfile import MAX_FILE
from prm.uploads.model import Stage, Upload
from tests.console import BASE, Answer, Browser, Console, requests_to_dynamodb

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BUCKET = "records"
PATIENTS = "patient_id,first_name,last_name,email\n1,Ann,Lee,ann@example.com\n2,Bo,Fox,\n"
VISITS = (
    "visit_id,patient_id,start,status,kind\n"
    "10,1,11/23/2026 09:00,completed,evaluation\n"
    "11,9,11/23/2026 10:00,completed,evaluation\n"
    "12,1,25/11/2026 10:00,scheduled,treatment\n"
)


@pytest.fixture
def s3(tables: None) -> "Iterator[S3Client]":
    client = boto3.client("s3")
    client.create_bucket(Bucket=BUCKET)
    yield client
    for item in client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        client.delete_object(Bucket=BUCKET, Key=item["Key"])
    client.delete_bucket(Bucket=BUCKET)


type Bring = Callable[..., str]


@pytest.fixture
def bring(s3: "S3Client", clinic_console: Console) -> Bring:
    """Send a file by the form of a page, let the check run, and return the id."""
    clinic_console.house.intake = replace(clinic_console.house.intake, at_once=1)

    def run(browser: Browser, content: str | bytes, name: str = "export.csv", *, check: bool = True) -> str:
        fields = form(browser.get("/clinic/records"))
        body = content.encode() if isinstance(content, str) else content
        metadata = {"by": fields["x-amz-meta-by"], "name": name}
        s3.put_object(Bucket=BUCKET, Key=fields["key"], Body=body, Metadata=metadata)
        if check:
            clinic_console.house.intake.hear(fields["key"])
        return fields["key"].split("/")[2]

    return run


def form(page: Answer) -> dict[str, str]:
    """Return the hidden fields of the form that goes to the bucket."""
    (found,) = re.findall(r"(?s)<form class=\"form upload\".*?</form>", page.body)
    return {name: unescape(value) for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', found)}


def policy(fields: dict[str, str]) -> list[Any]:
    conditions: list[Any] = json.loads(base64.b64decode(fields["policy"]))["conditions"]
    return conditions


def work(console: Console, upload: str) -> Upload:
    """Let what was asked for last run."""
    found = console.house.uploads.find("riverbend", upload)
    console.house.intake.hear(found.folder + ("import" if found.stage is Stage.IMPORTING else "check"))
    return console.house.uploads.find("riverbend", upload)


def press_import(browser: Browser, upload: str) -> Answer:
    asked = browser.get(f"/clinic/records/{upload}/import")
    (version,) = re.findall(r'name="version" value="(\d+)"', asked.body)
    return browser.post(f"/clinic/records/{upload}/import", {"version": version})


def test_the_form_takes_one_file_of_limited_size_under_a_key_that_is_not_imported(
    clinic_console: Console, s3: "S3Client"
) -> None:
    page = clinic_console.signed_in("ana").get("/clinic/records")
    fields = form(page)

    assert re.fullmatch(r"uploads/riverbend/[a-z0-9]{28}/file", fields["key"])
    assert ["content-length-range", 0, MAX_FILE] in policy(fields)
    assert {"key": fields["key"]} in policy(fields)
    assert {"x-amz-meta-by": "ana"} in policy(fields)
    assert fields["success_action_redirect"] == f"{BASE}/clinic/records/{fields['key'].split('/')[2]}"


def test_the_page_may_send_to_the_bucket_and_to_nothing_else(clinic_console: Console, s3: "S3Client") -> None:
    page = clinic_console.signed_in("nora").get("/clinic/records")

    (action,) = re.findall(r'<form class="form upload" method="post" action="([^"]+)"', page.body)
    said = page.headers["Content-Security-Policy"]
    assert action == f"https://{BUCKET}.s3.us-east-1.amazonaws.com/"
    assert f"form-action 'self' {action[:-1]};" in said
    assert f"connect-src 'self' {action[:-1]};" in said


def test_a_file_stores_nothing_until_someone_says_so(clinic_console: Console, bring: Bring) -> None:
    browser = clinic_console.signed_in("nora")

    page = browser.get(f"/clinic/records/{bring(browser, PATIENTS)}")

    assert "All 2 rows can come in." in page.text
    assert "Nothing is stored yet." in page.text
    assert "1 patient has no email address" in page.text
    assert list(clinic_console.house.patients.roster("riverbend")) == []


def test_what_was_confirmed_comes_in_and_is_reported(clinic_console: Console, bring: Bring) -> None:
    browser = clinic_console.signed_in("nora")
    upload = bring(browser, PATIENTS)

    began = browser.follow(press_import(browser, upload))
    work(clinic_console, upload)
    page = browser.get(f"/clinic/records/{upload}")

    assert "The import has begun." in began.text
    assert "Importing export.csv" in began.text
    assert "All 2 rows are in." in page.text
    assert "Imported by Nora Ellison" in page.text
    assert len(list(clinic_console.house.patients.roster("riverbend"))) == 2
    assert "2 rows came in" in browser.get("/clinic/records").text


def test_each_problem_is_told_once_with_its_rows_and_what_to_do(clinic_console: Console, bring: Bring) -> None:
    browser = clinic_console.signed_in("nora")
    upload = bring(browser, PATIENTS)
    press_import(browser, upload)
    work(clinic_console, upload)

    page = browser.get(f"/clinic/records/{bring(browser, VISITS)}")

    assert "1 of 3 rows can come in. 2 can't." in page.text
    assert "There is no patient with this number" in page.text
    assert "Upload the patients file first, then these rows" in page.text
    assert "How the dates are written" in page.text


@pytest.mark.parametrize("day", ["31.02.2026", "13/13/2026"])
def test_a_day_that_does_not_exist_is_left_out_with_row_and_column_and_asks_for_no_order(
    clinic_console: Console, bring: Bring, day: str
) -> None:
    browser = clinic_console.signed_in("nora")
    upload = bring(browser, f"patient_id,first_name,last_name,birth_date\n8,Rosa,Delgado,{day}\n")

    page = browser.get(f"/clinic/records/{upload}")

    assert f"The date {day} does not exist" in page.text
    assert "Row number 2 1 birth_date Correct it in your EMR" in page.text
    assert "How the dates are written" not in page.text


def test_a_second_press_imports_nothing_twice(clinic_console: Console, bring: Bring) -> None:
    nora, luis = clinic_console.signed_in("nora"), clinic_console.signed_in("nora")
    upload = bring(nora, PATIENTS)
    for browser in (nora, luis):
        browser.get(f"/clinic/records/{upload}/import")

    first = press_import(nora, upload)
    second = luis.post(f"/clinic/records/{upload}/import", {"version": "2"})
    work(clinic_console, upload)

    assert first.status == second.status == 303
    assert "All 2 rows are in." in luis.follow(second).text
    imported = [
        one.what for _, one in clinic_console.house.audit.month("riverbend", "2026-11") if one.action is Action.IMPORTED
    ]
    assert imported == [f"upload {upload}"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "This is not a text file"),
        (b"PK\x03\x04rest", "This is an Excel workbook or a zip file. Save it as CSV first"),
        (b"hello\nworld\n", "No row with column names was found"),
    ],
)
def test_what_is_no_list_is_said_and_not_kept(
    clinic_console: Console, bring: Bring, s3: "S3Client", content: bytes, said: str
) -> None:
    browser = clinic_console.signed_in("nora")
    upload = bring(browser, content)

    page = browser.get(f"/clinic/records/{upload}")

    assert "This file can't be read." in page.text
    assert said in page.text
    assert f"uploads/riverbend/{upload}/file" not in [
        one["Key"] for one in s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])
    ]


def test_rows_left_out_can_be_put_right_and_brought_again(
    clinic_console: Console, bring: Bring, s3: "S3Client"
) -> None:
    browser = clinic_console.signed_in("nora")
    upload = bring(browser, 'patient_id,last_name,phone,email\n007,=cmd(),"+1 937 555 0142",x@example.com\n8,Fox,,\n')

    answer = browser.get(f"/clinic/records/{upload}/rows")
    key = re.sub(r"\?.*", "", answer.location).partition("amazonaws.com/")[2]
    content = s3.get_object(Bucket=BUCKET, Key=key)["Body"].read().decode("utf-8-sig")
    again = bring(browser, content.replace("'=cmd()", "Lee"))

    assert answer.status == 303
    assert content.splitlines() == [
        '"patient_id","last_name","phone","email","what_is_wrong"',
        '"007","\'=cmd()","\'+1 937 555 0142","x@example.com","Row 2: The cell looks like a spreadsheet formula"',
    ]
    press_import(browser, again)
    work(clinic_console, again)
    (patient,) = clinic_console.house.patients.roster("riverbend")
    chart = clinic_console.house.patients.chart("riverbend", patient)
    assert (chart.patient.record_number, chart.patient.phone) == ("007", "+1 937 555 0142")


def test_the_example_comes_in_and_is_not_offered_twice(clinic_console: Console, bring: Bring) -> None:
    browser = clinic_console.signed_in("nora")
    assert "Try it with example patients" in browser.get("/clinic/records").text

    upload = browser.post("/clinic/records/example").location.rpartition("/")[2]
    work(clinic_console, upload)
    page = browser.get(f"/clinic/records/{upload}")

    assert "are in." in page.text
    assert "left out" not in page.text.replace("Left out", "")
    assert "No email is sent." in page.text
    assert "Try it with example patients" not in browser.get("/clinic/records").text
    assert browser.post("/clinic/records/example").status == 409


def test_someone_of_one_place_sees_only_what_they_brought(clinic_console: Console, bring: Bring) -> None:
    upload = bring(clinic_console.signed_in("nora"), PATIENTS)
    ana = clinic_console.signed_in("ana")

    assert ana.get(f"/clinic/records/{upload}").status == 404
    assert "export.csv" not in ana.get("/clinic/records").text
    assert ana.get(f"/clinic/records/{bring(ana, PATIENTS)}").status == 200


def test_another_clinics_file_is_not_there(clinic_console: Console, bring: Bring) -> None:
    upload = bring(clinic_console.signed_in("nora"), PATIENTS)

    with pytest.raises(NotFound):
        clinic_console.house.uploads.find("lakeside", upload)


@pytest.mark.parametrize("change", ["rule", "day"])
def test_emails_that_were_counted_under_other_rules_or_on_another_day_are_counted_anew(
    clinic_console: Console, bring: Bring, change: str
) -> None:
    browser = clinic_console.signed_in("nora")
    upload = bring(browser, PATIENTS)
    browser.get(f"/clinic/records/{upload}/import")
    if change == "rule":
        clinic_console.house.rules.switch_on("riverbend", "after-evaluation", clinic_console.clock.now)
    else:
        clinic_console.clock.advance(hours=13)
        browser = clinic_console.signed_in("nora")
        browser.get("/clinic/records")

    refused = browser.follow(browser.post(f"/clinic/records/{upload}/import", {"version": "2"}))
    again = browser.follow(browser.post(f"/clinic/records/{upload}/check"))
    work(clinic_console, upload)

    assert "The emails have to be counted again." in refused.text
    assert "We look at the file again." in again.text
    assert press_import(browser, upload).status == 303
    assert work(clinic_console, upload).stage is Stage.DONE


def test_emails_are_counted_by_rule_before_anyone_says_yes(clinic_console: Console, bring: Bring) -> None:
    browser = clinic_console.signed_in("nora")
    first = bring(browser, PATIENTS)
    press_import(browser, first)
    work(clinic_console, first)
    clinic_console.house.rules.switch_on("riverbend", "after-evaluation", clinic_console.clock.now)
    upload = bring(browser, VISITS)

    page = browser.get(f"/clinic/records/{upload}")
    asked = browser.get(f"/clinic/records/{upload}/import")

    assert "2 emails in the next 7 days 1 survey, 1 reminder" in page.text
    assert "1 of them today" in page.text
    assert "2 emails go out in the next 7 days, 1 of them today." in asked.text
    assert "8 emails" not in asked.text


@pytest.mark.parametrize("before", ["x" * 3000, "../", "261124%00"])
def test_an_address_that_names_no_place_in_the_list_shows_its_beginning(
    clinic_console: Console, s3: "S3Client", before: str
) -> None:
    assert clinic_console.signed_in("nora").get(f"/clinic/records?before={before}").status == 200


def test_the_list_goes_on_where_a_page_ends(clinic_console: Console, bring: Bring, s3: "S3Client") -> None:
    browser = clinic_console.signed_in("nora")
    for number in range(23):
        clinic_console.clock.advance(seconds=2)
        bring(browser, PATIENTS, f"file-{number}.csv", check=False)
    for item in s3.list_objects_v2(Bucket=BUCKET)["Contents"]:
        clinic_console.house.intake.hear(item["Key"])

    page = browser.get("/clinic/records")
    (later,) = re.findall(r'href="(/clinic/records\?before=[^"]+)"', page.body)
    rest = browser.get(later)

    assert ("file-22.csv" in page.text, "file-3.csv" in page.text, "file-2.csv" in page.text) == (True, True, False)
    assert ("file-2.csv" in rest.text, "file-0.csv" in rest.text, "file-3.csv" in rest.text) == (True, True, False)


@pytest.mark.parametrize("path", ["", "/{upload}", "/{upload}/import", "/{upload}/rows"])
def test_a_page_costs_at_most_six_requests(clinic_console: Console, bring: Bring, path: str) -> None:
    browser = clinic_console.signed_in("nora")
    upload = bring(browser, VISITS)

    with requests_to_dynamodb() as noted:
        browser.get("/clinic/records" + path.format(upload=upload))

    assert len(noted) <= 6, noted
