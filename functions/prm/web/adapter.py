"""One `/<area>/{proxy+}` per function on API Gateway, routes in the app alone.

Chalice finds a view by the resource API Gateway matched, which under a proxy is the same for every path. The adapter
finds the route for the path itself and names it in the event, as API Gateway would have done.
"""

from collections.abc import Callable
from typing import Any

from chalice import Chalice, Response

type Event = dict[str, Any]
type Handler = Callable[[Event, object], dict[str, Any]]
type Missing = Callable[[Event, int], Response]

_NOTHING = {"multiValueQueryStringParameters": None, "stageVariables": None, "body": None}


class Escaped(BaseException):
    """Carries a defect of ours past Chalice, which would answer JSON and hide it from Lambda's alarm."""


def adapt(app: Chalice, missing: Missing) -> Handler:
    """Return the Lambda handler of `app`; `missing` makes the page for a path (404) or method (405) we do not have."""
    routes = [(tuple(pattern.strip("/").split("/")), pattern) for pattern in app.routes]
    routes.sort(key=lambda route: [part.startswith("{") for part in route[0]])  # fixed words before names

    def handle(event: Event, context: object) -> dict[str, Any]:
        method = event["httpMethod"]
        pattern, names = _find(routes, path_of(event))
        if pattern is None or method not in app.routes[pattern]:
            answer = _refuse(missing, event, sorted(app.routes[pattern]) if pattern else [])
        else:
            answer = _call(app, _routed(event, pattern, names), context)
        return {**answer, "body": ""} if method == "HEAD" else answer

    return handle


def path_of(event: Event) -> str:
    """Return the path below our base: API Gateway's `path` may hold a custom domain's base path too."""
    proxy = (event.get("pathParameters") or {}).get("proxy")
    if proxy is None:
        return str(event["path"])
    return str(event["resource"]).replace("{proxy+}", proxy)


def _find(routes: list[tuple[tuple[str, ...], str]], path: str) -> tuple[str | None, dict[str, str]]:
    parts = path.strip("/").split("/")
    for names, pattern in routes:
        pairs = list(zip(names, parts, strict=False))
        if len(names) == len(parts) and all(part and name in {part, "{" + name[1:-1] + "}"} for name, part in pairs):
            return pattern, {name[1:-1]: part for name, part in pairs if name.startswith("{")}
    return None, {}


def _routed(event: Event, pattern: str, names: dict[str, str]) -> Event:
    context = {**event["requestContext"], "resourcePath": pattern, "httpMethod": event["httpMethod"]}
    # API Gateway has looked at Accept; Chalice would refuse a picture to who does not say that they want one.
    sent = (event.get("headers") or {}).items()
    headers = {name: value for name, value in sent if name.lower() != "accept"} | {"Accept": "*/*"}
    return {**_NOTHING, **event, "headers": headers, "requestContext": context, "pathParameters": names}


def _call(app: Chalice, event: Event, context: object) -> dict[str, Any]:
    try:
        return dict(app(event, context))
    except Escaped as out:
        raise out.__cause__ or out from None


def _refuse(missing: Missing, event: Event, allowed: list[str]) -> dict[str, Any]:
    answer = missing(event, 405 if allowed else 404)
    if allowed:
        answer.headers["Allow"] = ", ".join(allowed)
    return dict(answer.to_dict())
