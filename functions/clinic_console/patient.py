"""One patient: everything that is known, what happened, and why each rule does or does not write to them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from chalice import Response

from clinic_console import patients
from clinic_console.patient_lines import KINDS, Story, rule_lines
from prm.audit.model import Action
from prm.core.errors import NotFound
from prm.mail.model import OPTIONAL, USES_CAP, State, StopKind
from prm.patients.directory import by_profile
from prm.patients.episodes import Episode
from prm.patients.model import DAY_UNKNOWN, Chart, Patient, VisitStatus
from prm.recovery.model import Case
from prm.rules import presets
from prm.rules.caps import went_at
from prm.rules.dossier import Dossier
from prm.rules.model import Rule
from prm.web.parts import Tab
from prm.web.staff import StaffPages, StaffVisit

RULES = "rules"


def register(pages: StaffPages) -> None:
    """Add the routes."""
    pages.at("/clinic/patients/{patient}")(show)


def show(visit: StaffVisit, patient: str) -> Response:
    """Show the patient: what happened, or what the rules say."""
    chart = found(visit, patient)
    visit.note(Action.VIEWED, patient=patient, what="patient")
    if visit.query("show") == RULES:
        return _rules(visit, *visit.house.dossiers.with_rules(visit.clinic, chart, visit.now))
    dossier = visit.house.dossiers.of_chart(visit.clinic, chart, visit.now)
    only = visit.query("only")
    kind = only if only in KINDS else ""
    return _page(
        visit,
        "patients/patient.html",
        dossier,
        kind=kind,
        kinds=KINDS,
        timeline=Story(visit, dossier, _preset_names()).lines(kind),
        care=[_episode(visit, one) for one in reversed(dossier.facts.episodes)],
        scores=_scores(visit, dossier),
        details=Details(visit, dossier),
        path=f"patients/{patient}",
    )


def found(visit: StaffVisit, patient: str) -> Chart:
    """Return a patient of this person's locations. Raises NotFound for one of another too."""
    chart = visit.house.patients.chart(visit.clinic.id, patient)
    if not visit.sees(chart.patient.location):
        raise NotFound("There is no such patient")
    return chart


def name_of(visit: StaffVisit, patient: Patient) -> str:
    """Return how people say the name."""
    return f"{patient.first_name} {patient.last_name}".strip() or visit.texts("console_patient.no_name")


def first_name(visit: StaffVisit, patient: Patient) -> str:
    """Return what a sentence about the patient calls them."""
    return patient.first_name or name_of(visit, patient)


def _rules(visit: StaffVisit, dossier: Dossier, rules: tuple[Rule, ...]) -> Response:
    return _page(visit, "patients/rules.html", dossier, lines=rule_lines(visit, dossier, rules))


def _page(visit: StaffVisit, template: str, dossier: Dossier, **values: Any) -> Response:  # noqa: ANN401  # the template's
    patient = dossier.patient
    here = visit.query("show")
    at = visit.urls.console(f"patients/{patient.id}")
    return visit.page(
        template,
        nav=patients.NAV,
        patient=patient,
        name=name_of(visit, patient),
        first=first_name(visit, patient),
        about=_about(visit, dossier),
        waiting=_waiting(visit, dossier),
        died=_died(visit, patient),
        tabs=[
            Tab(visit.texts("console_patient.tab_overview"), at, None, here != RULES),
            Tab(visit.texts("console_patient.tab_rules"), f"{at}?show={RULES}", None, here == RULES),
        ],
        **values,
    )


def _about(visit: StaffVisit, dossier: Dossier) -> list[str]:
    patient, courses = dossier.patient, dossier.facts.episodes
    age = patient.age_on(visit.today)
    place, therapist = visit.clinic.location(patient.location), visit.clinic.therapist(patient.therapist)
    return [
        *([str(age)] if age is not None else []),
        *(one.name for one in (place, therapist) if one),
        _standing(visit, courses[-1] if courses else None),
    ]


def _standing(visit: StaffVisit, episode: Episode | None) -> str:
    done = [one for one in episode.completed if one.ends_at <= visit.now] if episode else []
    if episode is None or not done:
        return visit.texts("console_patient.care_new")
    count = visit.texts.count("console_patient.visits", len(done))
    if episode.discharge and episode.discharge.ends_at <= visit.now:
        return f"{visit.texts('console_patient.care_discharged')}, {count}"
    since = visit.formats.month_day(visit.formats.local(done[0].starts_at).date())
    return f"{visit.texts('console_patient.since', date=since)}, {count}"


@dataclass(frozen=True)
class Waiting:
    """The open case: by when to call, what was answered, and where to work on it."""

    said: str
    answered: str
    href: str


def _waiting(visit: StaffVisit, dossier: Dossier) -> Waiting | None:
    case = next((one for one in dossier.facts.cases if one.is_open), None)
    if case is None:
        return None
    when = visit.formats.past_day(case.opened_at, visit.now)
    answered = visit.texts("console_patient.gave", name=first_name(visit, dossier.patient), score=case.score, when=when)
    return Waiting(_by_when(visit, case), answered, visit.urls.console(f"cases/{case.patient}/{case.id}"))


def _by_when(visit: StaffVisit, case: Case) -> str:
    if case.is_paused(visit.now) and case.paused_until:
        return visit.texts("console_patient.waiting_paused", when=visit.formats.moment(case.paused_until, visit.now))
    key = "waiting_late" if case.is_late(visit.now) else "waiting"
    return visit.texts(f"console_patient.{key}", when=visit.formats.by(case.call_by, visit.now))


def _died(visit: StaffVisit, patient: Patient) -> str:
    if patient.deceased_on is None:
        return ""
    if patient.deceased_on == DAY_UNKNOWN:
        return visit.texts("console_patient.deceased_unknown")
    return visit.texts("console_patient.deceased", date=visit.formats.date(patient.deceased_on))


def _scores(visit: StaffVisit, dossier: Dossier) -> list[tuple[int, str, str]]:
    answers = [one.answer for one in dossier.facts.surveys if one.is_counted and one.answer]
    return [(one.score, day(visit, one.at), "") for one in sorted(answers, key=lambda one: one.at)]


def day(visit: StaffVisit, at: dt.datetime) -> str:
    """Return a day in few words: "Nov 5"."""
    return visit.formats.short_day(visit.formats.local(at).date(), visit.today)


def _episode(visit: StaffVisit, episode: Episode) -> tuple[str, str]:
    """Return a course of care: since when, and what it came to."""
    done = [one for one in episode.completed if one.ends_at <= visit.now]
    ahead = [one for one in episode.visits if one.status is VisitStatus.SCHEDULED and one.starts_at > visit.now]
    began = visit.texts("console_patient.episode", date=day(visit, done[0].starts_at)) if done else ""
    said = [visit.texts.count("console_patient.visits", len(done))]
    if episode.discharge:
        said.append(visit.texts("console_patient.episode_discharged", date=day(visit, episode.discharge.ends_at)))
    elif done:
        said.append(visit.texts("console_patient.episode_last", date=day(visit, done[-1].ends_at)))
    if ahead:
        said.append(visit.texts("console_patient.episode_next", date=day(visit, ahead[0].starts_at)))
    return began or visit.texts("console_patient.episode_none"), ", ".join(said)


def _preset_names() -> dict[str, str]:
    """Return the names of the rules that come with the house; a clinic's own are shown on the page of rules."""
    return {rule.id: rule.name for preset in presets.PRESETS for rule in preset.rules()}


@dataclass(frozen=True)
class Details:
    """What stands in the panels beside the timeline."""

    visit: StaffVisit
    dossier: Dossier

    @property
    def email(self) -> tuple[str, str]:
        """The patient's own address, and how it does."""
        patient = self.dossier.patient
        return patient.email or "", self._state(patient.email) if patient.email else ""

    @property
    def proxy(self) -> tuple[str, str, str] | None:
        """Who reads the mail instead, their address, and how it does."""
        proxy = self.dossier.patient.proxy
        return (proxy.name, proxy.email, self._state(proxy.email)) if proxy else None

    def _state(self, address: str) -> str:
        patient = self.dossier.patient
        bounced = self.dossier.bounced(address)
        if bounced:
            return self._say("bounces", when=day(self.visit, bounced.at))
        if address != patient.address_on(self.visit.today):
            return self._say("unused_proxy", name=patient.proxy.name) if patient.proxy else self._say("unused_minor")
        arrived = [one.delivered_at for one in self.dossier.facts.touches if one.state is State.DELIVERED]
        last = max((at for at in arrived if at), default=None)
        return self._say("works_since", when=day(self.visit, last)) if last else self._say("never_mailed")

    @property
    def coming(self) -> str:
        """The next visit."""
        ahead = [one for one in self.dossier.chart.visits if one.status is VisitStatus.SCHEDULED]
        starts = min((one.starts_at for one in ahead if one.starts_at > self.visit.now), default=None)
        return self.visit.formats.moment(starts, self.visit.now) if starts else ""

    @property
    def born(self) -> str:
        """The birth date."""
        born = self.dossier.patient.birth_date
        return self.visit.formats.date(born) if born else ""

    @property
    def may_get(self) -> list[tuple[str, str]]:
        """Each kind of mail, and whether it goes to them."""
        return [
            (self._say("surveys"), self._may(StopKind.SURVEYS)),
            (self._say("content"), self._may(StopKind.CONTENT)),
            (self._say("limit"), self._limit()),
        ]

    def _may(self, kind: StopKind) -> str:
        reach = by_profile(self.dossier.patient, self.visit.today)
        if reach != "ok":
            return self._say("no_reach", why=self.visit.texts(f"console_patients.email_{reach}"))
        held = [one.at for one in self.dossier.stops if one.kind in {kind, StopKind.ALL}]
        effective = self.dossier.facts.stopped & {kind, StopKind.ALL}
        if not effective:
            return self._say("yes")
        return self._say("no_since", date=day(self.visit, min(held))) if held else self._say("no")

    def _limit(self) -> str:
        caps = self.visit.clinic.caps
        since = self.visit.now - dt.timedelta(days=caps.mails_days)
        used = sum(
            one.state in USES_CAP and one.kind in OPTIONAL and went_at(one, self.visit.now) > since
            for one in self.dossier.facts.touches
        )
        return self._say("limit_used", used=used, most=caps.mails, days=caps.mails_days)

    def _say(self, key: str, **values: object) -> str:
        return self.visit.texts(f"console_patient.{key}", **values)
