"""All pages of this function: one module a part, each of which adds its own."""

from chalice import Chalice

from clinic_console import (
    access,
    asking,
    audit_log,
    case,
    checklist,
    contact,
    erasing,
    examples,
    export,
    home,
    inbox,
    locations,
    looks,
    marks,
    operator,
    patient,
    patients,
    patients_file,
    record,
    records,
    reports,
    retention,
    rules,
    settings,
    talk,
    team,
    texts,
    therapists,
    wishes,
)
from prm.web.routes import new_app
from prm.web.staff import StaffPages
from prm.wiring import House


def build(house: House) -> Chalice:
    """Return the app with all its routes."""
    app = new_app("clinic_console")
    pages = StaffPages(app, house)
    for part in (
        access,
        inbox,
        case,
        settings,
        locations,
        therapists,
        team,
        talk,
        looks,
        texts,
        retention,
        export,
        audit_log,
        operator,
        home,
        checklist,
        patients,
        patients_file,
        patient,
        contact,
        wishes,
        asking,
        erasing,
        reports,
        marks,
        rules,
        records,
        examples,
        record,
    ):
        part.register(pages)
    return app
