"""What comes in is hostile until parsed."""

import pytest

from prm.surveys.model import Standing
from tests.mailed import FORM, Mailed, location_of, request, snapshot

EVIL = {
    "html": "<b>bold</b><script>alert(1)</script>",
    "attribute": '"><img src=x onerror=alert(1)>',
    "end of the field": "</textarea><script>alert(1)</script>",
    "template": "{{ 7*7 }}{% raw %}",
    "emoji": "👩‍👩‍👧 🙂 gut",
    "right to left": "שירות מצוין \u202egnp.exe",
    "quotes": "'; DROP TABLE surveys; --",
}


@pytest.mark.parametrize("comment", EVIL.values(), ids=list(EVIL))
def test_a_comment_comes_back_as_it_was_written_and_never_as_html(mail: Mailed, comment: str) -> None:
    body = mail.get(location_of(mail.post("/s/{token}", {"score": "9", "comment": comment})))["body"]
    assert mail.survey.answer is not None
    assert mail.survey.answer.comment == comment
    assert "<script>alert" not in body
    assert "<img" not in body
    from markupsafe import escape

    assert str(escape(comment)) in body


@pytest.mark.parametrize("comment", EVIL.values(), ids=list(EVIL))
def test_a_comment_kept_in_the_form_is_no_html_either(mail: Mailed, comment: str) -> None:
    body = mail.post("/s/{token}", {"comment": comment})["body"]
    assert "<script>alert" not in body
    assert body.count("</textarea>") == 1


NO_SCORES = [
    *("-1", "11", "9'--", "1e1", " 9 ", "9 ", "+9", "09", "0x9", "9.0", "9,0", "ten", "null", "true", "NaN", "[9]", ""),
    *("\uff19", "\u0669", "\u0967", "\u00b2", "\u2468", "9\x00", "9\n", "\ufeff9", "9\u200b", "\u202e9", "9" * 50_000),
]
"""Digits of other scripts too: what is read as a number must be what the reader's page showed."""


@pytest.mark.parametrize("score", NO_SCORES, ids=lambda score: ascii(score[:9]))
@pytest.mark.parametrize("form", [{}, {"via": "dwell"}, {"keep": "yes"}], ids=["sent", "saved", "kept"])
def test_a_score_that_is_none_is_no_answer(mail: Mailed, score: str, form: dict[str, str]) -> None:
    before = snapshot()
    answer = mail.post("/s/{token}", {"score": score, "comment": "fine", **form})
    assert answer["statusCode"] in {409, 422}
    assert snapshot() == before


def test_a_score_of_a_million_digits_is_refused(mail: Mailed) -> None:
    before = snapshot()
    assert mail.post("/s/{token}", {"score": "9" * 1_000_000})["statusCode"] == 400
    assert snapshot() == before


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ("score=9&comment=a%ED%A0%80b", "a\ufffd\ufffd\ufffdb"),
        ("score=9&comment=%ZZ%", "%ZZ%"),
        ("score=9&comment=%00a%1B", "a"),
        ("score=9&comment=%C3%28", "\ufffd("),
        ("score=9&comment=a%0D%0Ab%0Dc", "a\nb\nc"),
        ("%73core=%39&comment=a+b%2Bc", "a b+c"),
        ("score=9&comment=%E2%80%AEa", "\u202ea"),
        ("&&=&score=9&comment==&=x", "="),
    ],
)
def test_bad_encoding_is_read_as_far_as_it_goes(mail: Mailed, body: str, kept: str) -> None:
    assert mail.post("/s/{token}", body)["statusCode"] == 303
    assert mail.survey.answer is not None
    assert mail.survey.answer.comment == kept
    assert mail.get("/s/{token}/thanks")["statusCode"] == 200


def test_half_a_character_in_a_body_is_refused(mail: Mailed) -> None:
    event = request("POST", f"/s/{mail.token}", body="score=9&comment=\ud800", headers={"Content-Type": FORM})
    assert mail.ask(event)["statusCode"] == 400
    assert mail.survey.answer is None


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "\ud800"},
        {"User-Agent": "x" * 9000, "Cookie": "a=" + "b" * 60_000},
        {"User-Agent": "\x00\n{0}%s"},
        {"Accept-Language": "\ud800-\x00;q=,,,;" * 500},
        {f"X-{number}": "1" for number in range(500)},
        {"X-HTTP-Method-Override": "POST", "X-Forwarded-Host": "evil.example", "Host": "evil.example"},
    ],
    ids=["half a character", "long", "controls", "languages", "many", "overrides"],
)
def test_no_header_breaks_or_bends_a_page(mail: Mailed, headers: dict[str, str]) -> None:
    for path in ("/s/{token}/9", "/u/{token}", "/s/" + "a" * 26):
        page = mail.get(path, headers=headers)
        assert page["statusCode"] in {200, 404}
        assert "evil" not in page["body"]
    assert mail.survey.answer is None


def test_an_event_without_headers_or_client_gets_its_page(mail: Mailed) -> None:
    event = request("GET", f"/s/{mail.token}/9") | {"headers": None, "multiValueHeaders": None}
    event["requestContext"].pop("identity")
    assert mail.ask(event)["statusCode"] == 200


@pytest.mark.parametrize("path", ["%2e%2e/{token}", "{token}/../../u/{token}", "{token}/9/", "/{token}", "{token}//9"])
def test_a_bent_path_leads_nowhere_else(mail: Mailed, path: str) -> None:
    before = snapshot()
    for method in ("GET", "POST"):
        assert mail.get(f"/s/{path}", method)["statusCode"] in {200, 400, 404, 405}
    assert snapshot() == before


MULTIPART = '--x\r\nContent-Disposition: form-data; name="score"\r\n\r\n2\r\n--x--\r\n'


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=x", MULTIPART),
        ("multipart/form-data", MULTIPART),
        ("multipart/form-data; boundary=x", MULTIPART * 5000),
        ("multipart/form-data; boundary=x", 'name="List-Unsubscribe"\r\n\r\nOne-Clicked'),
        ("text/plain", "List-Unsubscribe=One-Click"),
        (FORM, "List-Unsubscribe=One-Click&List-Unsubscribe=One-Click"),
        (FORM, "List-Unsubscribe=one-click"),
    ],
)
def test_what_only_looks_like_one_click_stops_nothing(mail: Mailed, kind: str, body: str) -> None:
    before = snapshot()
    assert mail.post("/u/{token}", body, headers={"Content-Type": kind})["statusCode"] in {400, 422}
    assert mail.post("/s/{token}", body, headers={"Content-Type": kind})["statusCode"] in {400, 422}
    assert snapshot() == before


def test_control_characters_are_left_out(mail: Mailed) -> None:
    mail.post("/s/{token}", {"score": "9", "comment": "a\x00b\x1b[31mc\x7f\x9bd\te\nf"})
    assert mail.survey.answer is not None
    assert mail.survey.answer.comment == "ab[31mcd\te\nf"


def test_a_comment_of_a_megabyte_is_refused_in_words(mail: Mailed) -> None:
    page = mail.post("/s/{token}", {"score": "9", "comment": "a" * 1_000_000})
    assert page["statusCode"] == 400
    assert "missing or too long" in page["body"]
    assert len(page["body"]) < 10_000
    assert mail.survey.answer is None


@pytest.mark.parametrize(
    "body",
    [
        "score=9&score=2",
        "score=9&comment=a&comment=b",
        "&".join(f"field{number}=1" for number in range(100)),
    ],
    ids=["two scores", "two comments", "a hundred fields"],
)
def test_a_form_that_is_not_ours_is_refused(mail: Mailed, body: str) -> None:
    assert mail.post("/s/{token}", body)["statusCode"] == 400
    assert mail.survey.answer is None


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data; boundary=x", ""])
def test_another_kind_of_body_is_refused(mail: Mailed, kind: str) -> None:
    page = mail.post("/s/{token}", "score=9", headers={"Content-Type": kind})
    assert page["statusCode"] == 400
    assert mail.survey.answer is None


def test_a_post_without_a_body_asks_for_a_number(mail: Mailed) -> None:
    event = request("POST", f"/s/{mail.token}", headers={"Content-Type": FORM})
    assert mail.ask(event)["statusCode"] == 422


def test_a_body_in_base64_is_read(mail: Mailed) -> None:
    assert mail.post("/s/{token}", {"score": "9", "comment": "Señora"}, base64_encoded=True)["statusCode"] == 303
    assert mail.survey.answer is not None
    assert mail.survey.answer.comment == "Señora"


def test_a_broken_base64_body_is_refused(mail: Mailed) -> None:
    event = request("POST", f"/s/{mail.token}", body="a", headers={"Content-Type": FORM}) | {"isBase64Encoded": True}
    assert mail.ask(event)["statusCode"] == 400


def test_bytes_that_are_no_text_do_not_lose_the_answer(mail: Mailed) -> None:
    assert mail.post("/s/{token}", "score=9&comment=Jos%E9")["statusCode"] == 303
    assert mail.survey.standing is Standing.CONFIRMED


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "https://evil.example#abc123.execute-api", "x"])
def test_a_form_sent_from_another_site_is_refused(mail: Mailed, origin: str) -> None:
    before = snapshot()
    for path in ("/s/{token}", "/s/{token}/no-call", "/u/{token}"):
        page = mail.post(path, {"score": "9", "kind": "all"}, headers={"Origin": origin})
        assert page["statusCode"] == 403
    assert snapshot() == before


def test_a_form_sent_from_our_own_page_is_taken(mail: Mailed) -> None:
    origin = {"Origin": "https://abc123.execute-api.us-east-1.amazonaws.com"}
    assert mail.post("/s/{token}", {"score": "9"}, headers=origin)["statusCode"] == 303


def test_scores_in_the_address_that_are_none_choose_none(mail: Mailed) -> None:
    for score in ("-1", "11", "9'--", "9" * 10_000, "%39", "٩"):
        page = mail.get("/s/{token}/" + score.replace("{", ""))
        assert page["statusCode"] == 200
        assert " checked" not in page["body"]
        assert [hit.score for hit in mail.house.links.hits(mail.clinic.id, mail.touch.id)][-1] is None
