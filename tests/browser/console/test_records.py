"""Bringing patients in, as a person with a browser does it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from prm.uploads.model import Stage
from tests.browser.desk import Desk, served
from tests.browser.sight import SCHEMES, WIDTHS, is_too_wide, keep, size, violations
from tests.cognito import FakeCognito, in_place
from tests.console import console
from tests.fakes import FakeClock

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

pytestmark = pytest.mark.browser

BUCKET = "records"
STORAGE = re.compile(r"https://records\.s3\.us-east-1\.amazonaws\.com/.*")
ORIGIN = "https://records.s3.us-east-1.amazonaws.com"
PATIENTS = "patient_id,first_name,last_name,birth_date,email,phone,location\n" + "".join(
    f"{number},Ann{number},Lee,1980-01-02,{f'ann{number}@example.com' if number % 9 else ''},937-555-01{number:02},"
    f"{'Downtown' if number % 5 else 'Eastside'}\n"
    for number in range(40)
)
VISITS = (
    "visit_id,patient_id,start_date,end_date,status,kind\n"
    + "".join(
        f"{number},{number},11/{23 if number % 3 else 12}/2026 09:00,,completed,evaluation\n" for number in range(40)
    )
    + "".join(f"9{number},77{number},11/23/2026 10:00,,completed,treatment\n" for number in range(4))
    + "901,1,25/11/2026 10:00,,scheduled,treatment\n902,2,26/11/2026 10:00,,scheduled,treatment\n"
    + "903,3,11/20/2026 10:00,,arr/nocharge,treatment\n"
    + "904,4,11/20/2026 10:00,11/20/2026 09:00,completed,treatment\n"
)


@pytest.fixture
def s3(tables: None) -> "Iterator[S3Client]":
    client = boto3.client("s3")
    client.create_bucket(Bucket=BUCKET)
    yield client
    for item in client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        client.delete_object(Bucket=BUCKET, Key=item["Key"])
    client.delete_bucket(Bucket=BUCKET)


@pytest.fixture
def desk(s3: "S3Client", clock: FakeClock) -> Iterator[Desk]:
    """The console of a clinic whose rules are on."""
    with in_place(FakeCognito(clock)) as cognito:
        made = console(clock, cognito)
        made.house.intake = replace(made.house.intake, at_once=1)
        for rule in ("after-evaluation", "after-discharge"):
            made.house.rules.switch_on("riverbend", rule, clock.now)
        with served(made) as one:
            yield one


@pytest.fixture
def hear(desk: Desk) -> Callable[[str], None]:
    """Let what was asked for of an upload run, as the import does when it hears of it."""

    def run(upload: str) -> None:
        found = desk.console.house.uploads.find("riverbend", upload)
        name = "import" if found.stage is Stage.IMPORTING else "check" if found.version else "file"
        desk.console.house.intake.hear(found.folder + name)

    return run


@pytest.fixture
def storage(page: Page, s3: "S3Client") -> list[dict[str, str]]:
    """Storage as a browser meets it: keeps the file, and answers as the form asks."""
    sent: list[dict[str, str]] = []

    def take(route: Route) -> None:
        body = (route.request.post_data_buffer or b"").decode("latin-1")
        named = r'name="([^"]+)"(?:; filename="([^"]*)")?(?:\r\nContent-Type: [^\r]*)?\r\n\r\n(.*?)\r\n--'
        parts = re.findall(f"(?s){named}", body)
        fields = {name: value for name, _, value in parts}
        file = next(one for name, one, _ in parts if name == "file")
        sent.append(fields)
        metadata = {"by": fields["x-amz-meta-by"], "name": file}
        s3.put_object(Bucket=BUCKET, Key=fields["key"], Body=fields["file"].encode("latin-1"), Metadata=metadata)
        if "success_action_redirect" in fields:
            route.fulfill(status=303, headers={"Location": fields["success_action_redirect"]})
        else:
            allowed = route.request.headers.get("origin", "")
            route.fulfill(status=201, headers={"Access-Control-Allow-Origin": allowed})

    page.route(STORAGE, take)
    return sent


def bring(
    desk: Desk, page: Page, hear: Callable[[str], None], content: str, name: str = "visits-2026-11-22.csv"
) -> str:
    """Upload by the script, let the check run, and return the id."""
    page.goto(desk.url("records"))
    page.get_by_label("CSV file of patients or of visits").set_input_files(file(name, content.encode()))
    page.get_by_role("button", name="Upload and check").click()
    page.wait_for_url("**/clinic/records/2*")
    upload = page.url.rpartition("/")[2]
    hear(upload)
    return upload


def file(name: str, content: bytes) -> Any:
    return {"name": name, "mimeType": "text/csv", "buffer": content}


def look(page: Page, name: str) -> None:
    for width in WIDTHS:
        for scheme in SCHEMES:
            size(page, width, scheme)
            keep(page, f"{name}-{width}-{scheme}")
            assert violations(page) == [], (width, scheme)
            assert not is_too_wide(page), width
    size(page, 1280)


def test_a_manager_brings_patients_and_visits_in_and_sees_what_follows(
    desk: Desk, context: BrowserContext, page: Page, hear: Callable[[str], None], storage: list[dict[str, str]]
) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    desk.let_in(context, "nora")
    page.goto(desk.url("records"))
    look(page, "records-first")

    first = bring(desk, page, hear, PATIENTS, "patients.csv")
    expect(page.get_by_role("heading", level=1)).to_have_text("patients.csv")  # the page looked by itself
    page.get_by_role("link", name="Import these rows…").click()
    page.get_by_role("button", name="Import 40 rows").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Importing patients.csv")
    look(page, "records-waiting")
    hear(first)
    expect(page.get_by_text("All 40 rows are in.")).to_be_visible()

    second = bring(desk, page, hear, VISITS)
    expect(page.get_by_text("40 of 48 rows can come in. 8 can't.")).to_be_visible()
    look(page, "records-check")
    page.get_by_role("link", name="Import these rows…").click()
    look(page, "records-confirm")
    page.get_by_role("button", name="Import 40 rows").click()
    hear(second)
    expect(page.get_by_text("40 of 48 rows are in. 8 were left out.")).to_be_visible()
    look(page, "records-report")
    page.locator(".back a").click()
    look(page, "records")
    assert said == []


@pytest.mark.parametrize(
    ("name", "content", "wrong"),
    [
        ("photo.png", b"\x89PNG", "This is not a CSV file."),
        ("empty.csv", b"", "This file is empty."),
        ("large.csv", b"x" * 2000, "This file is larger than 100 MB."),
    ],
)
def test_what_storage_would_refuse_is_said_beside_the_field_and_not_sent(
    desk: Desk,
    context: BrowserContext,
    page: Page,
    storage: list[dict[str, str]],
    name: str,
    content: bytes,
    wrong: str,
) -> None:
    desk.let_in(context, "nora")
    page.goto(desk.url("records"))
    page.eval_on_selector("form[data-upload]", "form => form.dataset.most = 1000")

    page.get_by_label("CSV file of patients or of visits").set_input_files(file(name, content))
    page.get_by_role("button", name="Upload and check").click()

    expect(page.get_by_role("alert")).to_contain_text(wrong)
    assert violations(page) == []
    keep(page, f"records-wrong-{name}")
    assert storage == []


def test_an_upload_that_breaks_off_says_so_and_can_be_tried_again(
    desk: Desk, context: BrowserContext, page: Page
) -> None:
    page.route(STORAGE, lambda route: route.abort("connectionreset"))
    desk.let_in(context, "nora")
    page.goto(desk.url("records"))

    page.get_by_label("CSV file of patients or of visits").set_input_files(file("patients.csv", b"a,b\n"))
    page.get_by_role("button", name="Upload and check").click()

    expect(page.get_by_role("alert")).to_contain_text("The upload broke off. Nothing was stored.")
    expect(page.get_by_role("button", name="Upload and check")).to_be_visible()


def test_without_a_script_the_form_leads_back_by_itself(
    desk: Desk, browser: Any, hear: Callable[[str], None], s3: "S3Client"
) -> None:
    context = browser.new_context(java_script_enabled=False)
    desk.let_in(context, "nora")
    page = context.new_page()
    page.goto(desk.url("records"))
    target = page.get_attribute("form.upload", "action")
    led = page.locator("input[name=success_action_redirect]").input_value()
    upload = led.rpartition("/")[2]
    key = f"uploads/riverbend/{upload}/file"
    s3.put_object(Bucket=BUCKET, Key=key, Body=PATIENTS.encode(), Metadata={"by": "nora"})

    page.goto(f"{led}?bucket=records&key=x&etag=y")
    assert page.get_by_role("heading", level=1).inner_text() == "Checking File without a name"
    hear(upload)
    page.get_by_role("link", name="See if it is done").click()

    assert target == f"{ORIGIN}/"
    assert page.get_by_text("All 40 rows can come in.").is_visible()
    context.close()


def test_the_whole_way_needs_no_mouse(
    desk: Desk, context: BrowserContext, page: Page, hear: Callable[[str], None], storage: list[dict[str, str]]
) -> None:
    desk.let_in(context, "ana")
    page.goto(desk.url("records"))
    field = page.get_by_label("CSV file of patients or of visits")
    field.set_input_files(file("patients.csv", PATIENTS.encode()))
    field.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/clinic/records/2*")
    upload = page.url.rpartition("/")[2]
    hear(upload)
    expect(page.get_by_text("All 40 rows can come in.")).to_be_visible()

    page.get_by_role("link", name="Import these rows…").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Import 40 rows").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_be_focused()
    assert desk.console.house.uploads.find("riverbend", upload).stage is Stage.IMPORTING


def test_the_example_patients_go_in_two_steps_and_both_bear_looking_at(page: Page, desk: Desk) -> None:
    desk.let_in(page.context, "nora")
    page.goto(desk.url("records"))
    page.get_by_role("button", name="Try it with example patients").click()
    house = desk.console.house
    house.intake.hear(house.uploads.list_of("riverbend")[0].folder + "import")

    page.goto(desk.url("records"))
    look(page, "example-here")
    page.get_by_role("link", name="Remove example patients").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Remove 24 example patients?")
    look(page, "example-remove")
    page.get_by_role("button", name="Remove 24 example patients").click()

    expect(page.get_by_text("The example patients are being removed.").first).to_be_visible()
    look(page, "example-going")


def test_a_dropped_file_and_its_report_bear_looking_at(page: Page, desk: Desk, s3: "S3Client") -> None:
    drops = replace(desk.console.house.drops, at_once=1)
    for name, content in (("patients.csv", PATIENTS), ("visits.csv", VISITS), ("scan.pdf", "%PDF-1.7")):
        key = f"records/riverbend/nightly/{name}"
        s3.put_object(Bucket=BUCKET, Key=key, Body=content.encode())
        drops.take_in(key)
    desk.let_in(page.context, "nora")

    page.goto(desk.url("records"))
    look(page, "dropped-list")
    page.get_by_role("link", name="nightly/visits.csv").click()
    look(page, "dropped-report")
    page.goto(desk.url("records"))
    page.get_by_role("link", name="nightly/scan.pdf").click()
    look(page, "dropped-unreadable")

    expect(page.get_by_text("This file can't be read.")).to_be_visible()
