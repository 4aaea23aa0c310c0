"""All pages of this function."""

from chalice import Chalice

from prm.web.house import House
from prm.web.routes import new_app
from survey_webhook import assets, preferences, survey


def build(house: House) -> Chalice:
    """Return the app with all its routes."""
    app = new_app("survey_webhook")
    survey.register(app, house)
    preferences.register(app, house)
    assets.register(app, house)
    return app
