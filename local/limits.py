"""What API Gateway and Lambda refuse before a function sees it, which the emulator lets through.

Source: API Gateway developer guide, "Quotas for configuring and running a REST API"; Lambda's, "Quotas".
"""

from collections.abc import Iterable

MAX_REQUEST = 10 * 1024 * 1024
MAX_LAMBDA = 6 * 1024 * 1024
MAX_HEADERS = 10_240
TIMEOUT = 29  # seconds

_ENVELOPE = 2_000  # the event around the body: request context, path, names


def too_long(body: bytes, headers: Iterable[tuple[str, str]]) -> bool:
    """Tell whether the request is beyond what Lambda takes as one event: binary bodies travel as base64."""
    carried = 4 * len(body) // 3 + sum(len(name) + len(value) for name, value in headers) + _ENVELOPE
    return len(body) > MAX_REQUEST or carried > MAX_LAMBDA


def headers_too_long(headers: Iterable[tuple[str, str]]) -> bool:
    """Tell whether all names and values together are more than API Gateway reads."""
    return sum(len(name) + len(value) for name, value in headers) > MAX_HEADERS
