"""Logo and colour: a picture and nothing else is kept, and what can't be read is refused with what can."""

import io
import struct
import zlib
from typing import Any
from urllib.parse import quote

import pytest
from PIL import Image, PngImagePlugin

from prm.clinics.model import Looks
from prm.web.routes import serve
from survey_webhook.routes import build as public_pages
from tests.console import Answer, Browser, Console
from tests.mailed import request

PATH = "/clinic/settings/looks"
BOUNDARY = "----sent0123456789"


def picture(kind: str = "PNG", size: tuple[int, int] = (600, 200), **more: Any) -> bytes:
    made = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(made, kind, **more)
    return made.getvalue()


def noise(side: int) -> bytes:
    made = io.BytesIO()
    Image.effect_noise((side, side), 80).save(made, "PNG")
    return made.getvalue()


def looks(console: Console) -> Looks:
    return console.house.clinics.fresh("riverbend").looks


def send(browser: Browser, console: Console, logo: bytes | None = None, **fields: str) -> Answer:
    """Send the form as a browser does that has a file to send."""
    browser.get(PATH)
    version = console.house.clinics.fresh("riverbend").version
    typed = {"csrf": browser.csrf, "version": str(version), "colour": "#0f5c52", **fields}
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in typed.items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="logo"; filename="logo.png"\r\n'
    parts.append(f"{head}Content-Type: image/png\r\n\r\n".encode() + (logo or b"") + b"\r\n")
    return browser.send(
        PATH, b"".join(parts) + f"--{BOUNDARY}--\r\n".encode(), f"multipart/form-data; boundary={BOUNDARY}"
    )


def served(console: Console, path: str) -> dict[str, Any]:
    return serve(public_pages(console.house), console.house)(request("GET", path, stage=""), None)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_is_drawn_anew_and_served_under_a_name_that_is_kept_for_ever(clinic_console: Console, kind: str) -> None:
    answer = send(clinic_console.signed_in("nora"), clinic_console, picture(kind))

    logo = looks(clinic_console).logo
    assert answer.status == 303, answer.text
    assert logo
    assert (logo.width, logo.height) == (144, 48)
    found = served(clinic_console, f"/assets/pictures/riverbend/{logo.name}")
    assert found["statusCode"] == 200
    assert found["isBase64Encoded"]
    assert found["headers"]["Content-Type"] == "image/png"
    assert "immutable" in found["headers"]["Cache-Control"]


def test_nothing_but_the_picture_is_left_of_what_was_sent(clinic_console: Console) -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "<script>alert(1)</script>")
    send(clinic_console.signed_in("nora"), clinic_console, picture(pnginfo=notes) + b"<script>alert(2)</script>")

    logo = looks(clinic_console).logo
    assert logo
    assert b"script" not in clinic_console.house.clinics.picture("riverbend", logo.name)


def test_what_is_clear_becomes_white_so_that_it_can_be_seen_in_the_dark(clinic_console: Console) -> None:
    made = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(made, "PNG")
    send(clinic_console.signed_in("nora"), clinic_console, made.getvalue())

    logo = looks(clinic_console).logo
    assert logo
    kept = Image.open(io.BytesIO(clinic_console.house.clinics.picture("riverbend", logo.name)))
    assert (kept.mode, kept.getpixel((5, 5))) == ("RGB", (255, 255, 255))


def bomb() -> bytes:
    """Return a small PNG that says it is 30,000 pixels wide and high."""
    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b"")]
    packed = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    "sent",
    [
        SVG,
        b"GIF89a" + b"\0" * 100,
        picture("GIF"),
        picture("BMP", size=(50, 50)),
        picture()[:200],
        picture("JPEG")[:300],
        b"\x89PNG\r\n\x1a\n" + SVG,
        b"\xff\xd8\xff\xe0" + b"x" * 400,
        b"RIFF\x10\0\0\0WEBPVP8 " + b"x" * 50,
        b"%PDF-1.7",
        bomb(),
        picture(size=(5000, 4000)),
    ],
    ids=[
        "svg",
        "gif-head",
        "gif",
        "bmp",
        "cut-png",
        "cut-jpeg",
        "svg-in-png",
        "jpeg-head",
        "webp-head",
        "pdf",
        "bomb",
        "huge",
    ],
)
def test_what_is_no_picture_we_take_is_refused_beside_its_field(clinic_console: Console, sent: bytes) -> None:
    answer = send(clinic_console.signed_in("nora"), clinic_console, sent, colour="#0066cc")

    assert answer.status == 422
    assert 'id="f-logo-error"' in answer.body
    assert 'value="#0066cc"' in answer.body
    assert looks(clinic_console) == Looks()


def test_a_picture_over_200_kb_is_refused(clinic_console: Console) -> None:
    large = noise(500)
    assert len(large) > 200 * 1024

    answer = send(clinic_console.signed_in("nora"), clinic_console, large)

    assert answer.status == 422
    assert "larger than 200 KB" in answer.text


def test_a_form_far_too_large_is_not_read(clinic_console: Console) -> None:
    assert send(clinic_console.signed_in("nora"), clinic_console, b"x" * 4_300_000).status == 400


@pytest.mark.parametrize(
    ("colour", "offered"),
    [("#ffff00", "#747400"), ("#ff6600", "#be4c00"), ("#ffffff", "#707070"), ("#FF6600", "#be4c00")],
)
def test_a_colour_too_pale_is_refused_and_the_nearest_shade_offered(
    clinic_console: Console, colour: str, offered: str
) -> None:
    owner = clinic_console.signed_in("nora")

    refused = send(owner, clinic_console, colour=colour)
    taken = send(owner, clinic_console, colour=colour, use=offered)

    assert refused.status == 422
    assert f'name="use" value="{offered}"' in refused.body
    assert taken.status == 303
    assert looks(clinic_console).colour == offered


@pytest.mark.parametrize(
    "colour", ["", "red", "#12345", "#1234567", "0f5c52", "#0f5c5g", "#\u0660\u0660\u0660\u0660\u0660\u0660", "url(x)"]
)
def test_what_is_no_colour_is_refused(clinic_console: Console, colour: str) -> None:
    answer = send(clinic_console.signed_in("nora"), clinic_console, colour=colour)

    assert answer.status == 422
    assert "Enter a color like" in answer.text


def test_a_logo_stays_when_the_colour_changes_and_goes_on_request(clinic_console: Console) -> None:
    owner = clinic_console.signed_in("nora")
    send(owner, clinic_console, picture())
    send(owner, clinic_console, colour="#0066cc")
    stayed = looks(clinic_console).logo
    send(owner, clinic_console, without="1")

    assert stayed
    assert looks(clinic_console).logo is None


def test_of_two_people_the_second_changes_nothing(clinic_console: Console) -> None:
    owner = clinic_console.signed_in("nora")

    assert send(owner, clinic_console, version="0", colour="#0066cc").status == 409
    assert looks(clinic_console) == Looks()


def test_mail_and_page_show_it(clinic_console: Console) -> None:
    owner = clinic_console.signed_in("nora")
    send(owner, clinic_console, picture(), colour="#0066cc")
    logo = looks(clinic_console).logo
    assert logo

    mail, page = owner.get(f"{PATH}/email"), owner.get(f"{PATH}/page")

    assert (
        f'/assets/pictures/riverbend/{logo.name}" width="144" height="48" alt="Riverbend Physical Therapy"' in mail.body
    )
    assert "#0066CC" not in mail.text
    assert f"/assets/pictures/riverbend/{logo.name}" in page.body
    assert "/assets/brand-0066cc.css" in page.body
    for shown in (mail, page):
        assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]
        assert "sandbox" in shown.headers["Content-Security-Policy"]


def test_the_colour_is_served_as_a_style_sheet(clinic_console: Console) -> None:
    found = served(clinic_console, "/assets/brand-0066cc.css")

    assert found["headers"]["Content-Type"] == "text/css; charset=utf-8"
    assert "--brand:#0066cc" in found["body"]


@pytest.mark.parametrize(
    "path",
    [
        "/assets/brand-ffff00.css",
        "/assets/brand-.css",
        "/assets/brand-0066cc}x{.css",
        "/assets/pictures/riverbend/nosuch.png",
        "/assets/pictures/nobody/profile",
        f"/assets/pictures/riverbend/{quote('../profile')}",
    ],
)
def test_what_is_not_there_is_not_served(clinic_console: Console, path: str) -> None:
    assert served(clinic_console, path)["statusCode"] == 404


def test_front_desk_does_not_change_how_the_clinic_looks(clinic_console: Console) -> None:
    assert clinic_console.signed_in("ana").get(PATH).status == 403
