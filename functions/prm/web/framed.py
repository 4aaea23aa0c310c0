"""A letter shown within a page: a document of its own, that may do nothing but look as it will in a mail program."""

from chalice import Response

from prm.web.page import HTML, PRIVATE

_LETTER = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'self'; base-uri 'none'; "
    "form-action 'none'; sandbox"
)
_POLICY = "Content-Security-Policy"


def letter(html: str) -> Response:
    """Return a letter's HTML part for a frame of ours: inline style holds, no script runs, our pictures alone load."""
    return Response(html, status_code=200, headers={"Content-Type": HTML, **PRIVATE, _POLICY: _LETTER})


def page(answer: Response) -> Response:
    """Return a page of ours for such a frame."""
    own = str(answer.headers[_POLICY]).replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    answer.headers[_POLICY] = f"{own}; sandbox"
    return answer


def holding(answer: Response) -> Response:
    """Return a page that may hold such a frame."""
    answer.headers[_POLICY] = f"{answer.headers[_POLICY]}; frame-src 'self'"
    return answer
