"""How often someone may try, on every door; and what is said when a service behind the doors gives up."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from prm.accounts.limits import Limit
from prm.accounts.model import Stage
from tests.clinic_console.doors import NOTED, TABLE, knock, someone
from tests.clinic_console.test_access import ASKED, code_in
from tests.clinic_console.whole import Whole
from tests.console import PASSWORD, Browser
from tests.mailed import snapshot

NORA = "nora@clinic.example"
OFTEN = "Too many tries"


def entering(browser: Browser, email: str) -> str:
    browser.get("/clinic/sign-in")
    return browser.post("/clinic/sign-in", {"email": email, "password": "not that one", "next": ""}).text


def test_an_address_is_tried_ten_times_in_a_quarter_of_an_hour(whole: Whole) -> None:
    browser = whole.console.browser()
    said = [OFTEN in entering(browser, NORA) for _ in range(11)]
    assert said == [False] * 10 + [True]
    whole.console.clock.advance(minutes=16)
    assert OFTEN not in entering(browser, NORA)


def test_the_right_password_does_not_help_who_tried_too_often_and_others_are_let_in(whole: Whole) -> None:
    browser = whole.console.browser()
    for _ in range(11):
        entering(browser, NORA.upper())
    answer = browser.post("/clinic/sign-in", {"email": NORA, "password": PASSWORD, "next": ""})
    other = browser.post("/clinic/sign-in", {"email": "luis@clinic.example", "password": PASSWORD, "next": ""})
    assert OFTEN in answer.text
    assert other.status == 303


def test_a_network_is_tried_sixty_times_whatever_the_address(whole: Whole) -> None:
    browser = whole.console.browser()
    said = [OFTEN in entering(browser, f"someone{number}@clinic.example") for number in range(61)]
    assert said == [False] * 60 + [True]
    browser.network = "198.51.100.4"
    assert OFTEN not in entering(browser, "someone@clinic.example")


def test_signing_up_is_limited_for_all_networks_together(whole: Whole) -> None:
    for _ in range(299):
        whole.console.house.limits.take(Limit.SIGN_UP_ALL)
    said = []
    for number in range(2):
        browser = whole.console.browser()
        browser.network = f"198.51.100.{number}"
        browser.get("/signup")
        said.append(browser.post("/signup", ASKED | {"email": f"ida{number}@lakeside.example"}).status)
    assert said == [303, 429]


def test_one_address_gets_three_mails_a_day_and_reads_the_same_page(whole: Whole) -> None:
    browser = whole.console.browser()
    pages = []
    for _ in range(5):
        browser.get("/signup")
        pages.append(browser.post("/signup", ASKED).location)
    whole.console.deliver()
    assert set(pages) == {"/clinic/code"}
    assert len(whole.console.ses.sent) == 3


def test_forgotten_passwords_are_mailed_three_times_an_hour(whole: Whole) -> None:
    browser = whole.console.browser()
    pages = [browser.submit("/clinic/forgot", {"email": NORA}).text for _ in range(4)]
    browser.get("/clinic/code")
    browser.post("/clinic/code/again")
    whole.console.deliver()
    assert len(set(pages)) == 1
    assert len(whole.console.ses.sent) <= 3


def test_a_network_forgets_twenty_times_an_hour(whole: Whole) -> None:
    browser = whole.console.browser()
    said = []
    for number in range(21):
        browser.get("/clinic/forgot")
        said.append(browser.post("/clinic/forgot", {"email": f"x{number}@clinic.example"}).status)
    assert said == [303] * 20 + [422]


def test_digits_are_guessed_thirty_times_from_a_network_and_five_times_a_code(whole: Whole) -> None:
    said = []
    for _ in range(31):
        browser = whole.at(Stage.CONFIRM)
        said.append(OFTEN in browser.post("/clinic/code", {"code": "000000"}).text)
    assert said == [False] * 30 + [True]


def test_no_luck_finds_a_code_by_mailing_new_ones(whole: Whole) -> None:
    """Three mails an hour, five entries each."""
    browser = whole.console.browser()
    browser.submit("/clinic/forgot", {"email": NORA})
    right = code_in(whole.console.last_mail)
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(5):
        browser.post("/clinic/code", {"code": wrong})
    assert browser.post("/clinic/code", {"code": right}).status == 422


@contextmanager
def failing(number: int, error: str) -> Iterator[list[str]]:
    """Let the call of this number to DynamoDB fail; note which calls there were."""
    noted: list[str] = []
    original: Callable[..., Any] = vars(BaseClient)["_make_api_call"]

    def call(self: BaseClient, operation_name: str, api_params: dict[str, Any]) -> Any:
        if self.meta.service_model.service_name == "dynamodb":
            noted.append(operation_name)
            if len(noted) == number:
                raise ClientError({"Error": {"Code": error, "Message": "slow down"}}, operation_name)
        return original(self, operation_name, api_params)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", call)
        yield noted


def answered(whole: Whole, browser: Browser, name: str) -> object:
    """Return the status, or what came instead of an answer."""
    try:
        return knock(whole, browser, name).status
    except Exception as err:  # noqa: BLE001 - any defect is what is looked for
        return f"{type(err).__name__} {str(err)[:100]}"


@pytest.mark.parametrize("error", ["ProvisionedThroughputExceededException", "InternalServerError"])
def test_whatever_call_to_the_database_fails_a_page_says_so_and_the_session_lives(whole: Whole, error: str) -> None:
    odd = []
    for name, row in TABLE.items():
        browser = someone(whole, row)
        for number in range(1, 40):
            before = snapshot(but=NOTED)
            with failing(number, error) as calls:
                said = answered(whole, browser, name)
            if len(calls) < number:
                break
            if said not in {503, row.said}:
                odd.append((name, number, calls[number - 1], said))
            if name.startswith("GET") and snapshot(but=NOTED) != before:
                odd.append((name, number, "changed something", said))
            if name.startswith("POST"):
                whole.anew()
                browser = someone(whole, row)
    assert not odd, "\n".join(map(str, odd))
