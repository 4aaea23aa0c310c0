"""A letter shown within a page: a document of its own, that may do nothing but look as it will in a mail program."""

from chalice import Response

from prm.web.page import HTML, PRIVATE

_LETTER = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'self'; base-uri 'none'; "
    "form-action 'none'; sandbox"
)
_RING = (
    "<style>:focus-visible{outline:3px solid #6a2fd0;outline-offset:2px}"
    ":root:has(:focus-visible)::after{content:'';position:fixed;inset:0;border:3px solid #6a2fd0;pointer-events:none}"
    "</style></head>"
)
"""Once the focus is in a frame, no style of the page around it can tell: the ring is drawn within."""
_POLICY = "Content-Security-Policy"


def letter(html: str) -> Response:
    """Return a letter's HTML part for a frame of ours: inline style holds, no script runs, our pictures alone load.

    Whoever goes through the page by keyboard sees where they are within it.
    """
    return Response(
        html.replace("</head>", _RING, 1), status_code=200, headers={"Content-Type": HTML, **PRIVATE, _POLICY: _LETTER}
    )


def page(answer: Response) -> Response:
    """Return a page of ours for such a frame."""
    own = str(answer.headers[_POLICY]).replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    answer.headers[_POLICY] = f"{own}; sandbox"
    return answer


def holding(answer: Response) -> Response:
    """Return a page that may hold such a frame."""
    answer.headers[_POLICY] = f"{answer.headers[_POLICY]}; frame-src 'self'"
    return answer
