"""A letter shown within a page: a document of its own, that may do nothing but look as it will in a mail program."""

from chalice import Response

from prm.web.page import HTML, PRIVATE

_LETTER = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'; sandbox"
_POLICY = "Content-Security-Policy"


def letter(html: str) -> Response:
    """Return a letter's HTML part for a frame of ours: its inline style holds, no script runs, nothing is fetched."""
    return Response(html, status_code=200, headers={"Content-Type": HTML, **PRIVATE, _POLICY: _LETTER})


def holding(answer: Response) -> Response:
    """Return a page that may hold such a frame."""
    answer.headers[_POLICY] = f"{answer.headers[_POLICY]}; frame-src 'self'"
    return answer
