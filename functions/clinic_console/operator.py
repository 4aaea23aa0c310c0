"""The operator's pages: all clinics, one clinic, what they cost, and mail that was given up. None shows a patient."""

from collections.abc import Callable

from chalice import Response

from prm.audit.model import Action
from prm.clinics.model import Clinic, ClinicState
from prm.core.errors import Invalid
from prm.insights.costs import USES
from prm.insights.costs import costs as month
from prm.jobs.model import Post, Stand
from prm.mail.model import TouchKey
from prm.web.filled import Filled
from prm.web.routes import SEND
from prm.web.staff import StaffPages, Visit

_UNPROCESSABLE = 422
BY_OPERATOR = "operator: "
"""What the audit log's words begin with, where the operator did something."""
_JOBS = ("summary", "bulletins", "spread", "reach", "erase", "examples")
_FIELDS = {"daily_limit": "limit", "name": "name"}
"""Where on the page an error of the service belongs."""


def register(pages: StaffPages) -> None:
    """Add the routes."""
    pages.operator_at("/clinic/operator")(clinics)
    pages.operator_at("/clinic/operator/costs")(costs)
    pages.operator_at("/clinic/operator/mail")(mail)
    pages.operator_at("/clinic/operator/mail", SEND)(mail_sent)
    pages.operator_at("/clinic/operator/clinics/{clinic}")(clinic)
    pages.operator_at("/clinic/operator/clinics/{clinic}", SEND)(changed)


def clinics(visit: Visit) -> Response:
    """List the clinics; those that wait for approval come first."""
    found = sorted(visit.house.clinics.list_all(), key=lambda one: (one.approved_at is not None, one.name.casefold()))
    return visit.show("operator/clinics.html", here="clinics", clinics=found)


def costs(visit: Visit) -> Response:
    """Show what each clinic's last 30 days cost, the dearest first."""
    known = {one.id: one for one in visit.house.clinics.list_all()}
    found = {clinic: month(one) for clinic, one in visit.house.insights.summaries(known).items()}
    return visit.show(
        "operator/costs.html",
        here="costs",
        lines=[(known[clinic], one) for clinic, one in sorted(found.items(), key=lambda one: -one[1].dollars)],
        uncounted=len(known) - len(found),
        email=sum(one.email for one in found.values()),
        rest=sum(one.rest for one in found.values()),
        used=USES["email"],
    )


def clinic(visit: Visit, clinic: str) -> Response:
    """Show one clinic: where it stands, what it may send, and how its mail fares."""
    return _show(visit, visit.house.clinics.fresh(clinic))


def changed(visit: Visit, clinic: str) -> Response:
    """Approve, cap, suspend, resume or close a clinic."""
    form = visit.form()
    wanted, limit, name = form.one("do"), form.one("limit").strip(), form.one("name")
    try:
        _do(visit, clinic, wanted, limit, name)
    except Invalid as err:
        typed = Filled({"limit": limit, "name": name}, {_FIELDS.get(err.field, ""): err.message})
        return _show(visit, visit.house.clinics.fresh(clinic), typed, _UNPROCESSABLE)
    assert visit.session is not None  # noqa: S101  # checked before any view
    visit.house.audit.note(
        clinic, visit.session.member, Action.SET, what=f"{BY_OPERATOR}{wanted}", network=visit.network
    )
    return visit.done(f"operator/clinics/{clinic}", f"console_operator.flash_{wanted}")


def _do(visit: Visit, clinic: str, wanted: str, limit: str, name: str) -> None:
    operator = visit.house.operator
    number = int(limit) if limit.isdecimal() and limit.isascii() else 0
    if wanted == "close" and name.strip() != visit.house.clinics.fresh(clinic).name:
        raise Invalid("Type the clinic's name as it stands above", field="name")
    does: dict[str, Callable[[], Clinic]] = {
        "approve": lambda: operator.approve(clinic, number),
        "cap": lambda: operator.cap(clinic, number),
        "suspend": lambda: operator.suspend(clinic),
        "resume": lambda: operator.resume(clinic),
        "close": lambda: operator.close(clinic),
    }
    if wanted not in does:
        raise Invalid("Choose what to do")
    does[wanted]()


def mail(visit: Visit) -> Response:
    """Show what was given up."""
    return visit.show("operator/mail.html", here="mail", found=visit.house.failures.look())


def mail_sent(visit: Visit) -> Response:
    """Queue a mail again, or drop the message."""
    form = visit.form()
    queue, handle = form.one("queue"), form.one("handle")
    if form.one("do") == "retry":
        key = TouchKey(form.one("clinic"), form.one("recipient"), form.one("touch"))
        visit.house.failures.retry(queue, handle, key)
        return visit.done("operator/mail", "console_operator.flash_retry")
    visit.house.failures.drop(queue, handle)
    return visit.done("operator/mail", "console_operator.flash_drop")


def _job(visit: Visit, job: Post) -> tuple[str, Stand, str]:
    """Return a job by its kind, where it stands, and since or until when. An id may be a patient's: none is shown."""
    kind = next((one for one in _JOBS if job.id.startswith(one)), "other")
    stand = job.stand(visit.now)
    at = f"{job.due_at:%Y-%m-%d %H:%M} UTC" if job.due_at else ""
    said = visit.texts.count(f"console_operator.job_{stand}", job.failures, at=at) if stand is Stand.FAILING else ""
    said = said or visit.texts(f"console_operator.job_{stand}", at=at)
    begun = visit.texts("console_operator.job_begun") if job.cursor and stand is not Stand.DONE else ""
    return visit.texts(f"console_operator.job_name_{kind}"), stand, f"{said} {begun}".strip()


def _show(visit: Visit, found: Clinic, form: Filled | None = None, status: int = 200) -> Response:
    board = visit.house.insights.dashboard(found.id) if found.state is not ClinicState.PROPOSED else None
    return visit.show(
        "operator/clinic.html",
        here="",
        status=status,
        found=found,
        mail=board.stretch.mail if board and board.stretch else None,
        costs=month(board.summary) if board and board.summary else None,
        jobs=[_job(visit, one) for one in visit.house.jobs.list_of(found.id)],
        form=form or Filled({"limit": str(found.daily_limit)}),
    )
