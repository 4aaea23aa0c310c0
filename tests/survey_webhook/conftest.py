"""The function's pages over tables in memory."""

import pytest

from prm.web.adapter import Handler
from prm.web.routes import serve
from prm.wiring import House
from survey_webhook.routes import build
from tests.mailed import Mailed, mailed


def pages(house: House) -> Handler:
    """Return the handler that API Gateway would call."""
    return serve(build(house), house)


@pytest.fixture
def mail(tables: None) -> Mailed:
    """A survey mail to Maria."""
    return mailed(pages)
