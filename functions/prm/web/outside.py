"""A page whose form goes somewhere else: to the one origin that is named, and nowhere beside it."""

from chalice import Response

_POLICY = "Content-Security-Policy"


def sending_to(answer: Response, origin: str) -> Response:
    """Return a page that may send a form, or what a script uploads, to this origin."""
    policy = str(answer.headers[_POLICY])
    for directive in ("connect-src 'self'", "form-action 'self'"):
        policy = policy.replace(directive, f"{directive} {origin}")
    answer.headers[_POLICY] = policy
    return answer
