"""Finding an app's own route under API Gateway's one resource."""

from typing import Any

import pytest
from chalice import Chalice, Response

from prm.web.adapter import Escaped, adapt, path_of
from prm.web.routes import new_app
from tests.mailed import request


@pytest.fixture
def app() -> Chalice:
    """An app whose views say which they are."""
    app = new_app("test")

    @app.route("/s/{token}", methods=["GET", "HEAD"])
    def one(token: str) -> Response:
        return Response(f"one {token}", headers={"X-Method": app.current_request.method})  # type: ignore[union-attr]

    @app.route("/s/{token}/{score}")
    def two(token: str, score: str) -> Response:
        return Response(f"two {token} {score}")

    @app.route("/s/{token}/thanks")
    def thanks(token: str) -> Response:
        return Response(f"thanks {token}")

    @app.route("/s/{token}", methods=["POST"], content_types=["*/*"])
    def posted(token: str) -> Response:
        return Response(f"posted {app.current_request.raw_body!r}")  # type: ignore[union-attr]

    @app.route("/s/broken")
    def broken() -> Response:
        raise Escaped from KeyError("ours")

    return app


def ask(app: Chalice, event: dict[str, Any]) -> dict[str, Any]:
    """Call the app through the adapter."""
    return adapt(app, lambda _event, status: Response(f"missing {status}", status_code=status))(event, None)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/s/abc", "one abc"),
        ("/s/abc/", "one abc"),
        ("/s/abc/9", "two abc 9"),
        ("/s/abc/thanks", "thanks abc"),
        ("/s", "missing 404"),
        ("/s//9", "missing 404"),
        ("/s/abc/9/more", "missing 404"),
        ("/t/abc", "missing 404"),
        ("/s/{token}", "one {token}"),
    ],
)
def test_the_path_finds_its_view(app: Chalice, path: str, body: str) -> None:
    assert ask(app, request("GET", path))["body"] == body


def test_head_is_answered_like_get_without_a_body(app: Chalice) -> None:
    answer = ask(app, request("HEAD", "/s/abc"))
    assert (answer["statusCode"], answer["body"], answer["headers"]["X-Method"]) == (200, "", "HEAD")


def test_a_method_without_a_view_is_told_what_there_is(app: Chalice) -> None:
    answer = ask(app, request("DELETE", "/s/abc"))
    assert (answer["statusCode"], answer["headers"]["Allow"]) == (405, "GET, HEAD, POST")


def test_the_base_path_of_a_custom_domain_is_no_part_of_ours(app: Chalice) -> None:
    event = request("GET", "/s/abc/9") | {"path": "/v1/s/abc/9"}
    assert path_of(event) == "/s/abc/9"
    assert ask(app, event)["body"] == "two abc 9"


def test_the_root_of_an_area_has_no_proxy_part(app: Chalice) -> None:
    assert path_of(request("GET", "/s")) == "/s"


def test_an_event_with_the_least_in_it_is_enough(app: Chalice) -> None:
    event: dict[str, Any] = {
        "httpMethod": "GET",
        "path": "/s/abc",
        "resource": "/s/{proxy+}",
        "headers": None,
        "requestContext": {},
    }
    assert ask(app, event)["body"] == "one abc"


def test_a_defect_leaves_the_function_as_it_was_raised(app: Chalice) -> None:
    with pytest.raises(KeyError, match="ours"):
        ask(app, request("GET", "/s/broken"))
