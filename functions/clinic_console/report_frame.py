"""What stands around every report: its tabs, and the choice of time and place."""

from clinic_console import choosing
from clinic_console.choosing import Choice
from clinic_console.saying import Saying
from prm.insights.model import Cut
from prm.web.parts import Tab
from prm.web.staff import StaffVisit

NAV = "reports"
CUTS = {"therapists": Cut.THERAPIST, "locations": Cut.LOCATION}
THEMES = "themes"


def values(visit: StaffVisit, name: str, choice: Choice) -> dict[str, object]:
    """Return what every report shows around its figures."""
    query = f"?span={choice.span}" + (f"&location={choice.location}" if choice.location else "")
    names = ["score", *(CUTS if sees_all(visit) else ()), THEMES, "retention", "coverage"]
    tabs = [
        Tab(visit.texts(f"console_reports.tab_{one}"), visit.urls.console(f"reports/{one}{query}"), None, one == name)
        for one in names
    ]
    return {
        "name": name,
        "tabs": tabs,
        "choice": choice,
        "form": choice.form(),
        "spans": choosing.spans(visit),
        "places": choosing.places(visit, choice) if name not in CUTS else [],
        "where": choice.where(visit),
        "say": Saying(visit.formats),
        "file_at": visit.urls.console(f"reports/{name}/file{query}"),
    }


def sees_all(visit: StaffVisit) -> bool:
    """Tell whether this person may hold colleagues or places against each other."""
    return visit.leads and not visit.member.locations
