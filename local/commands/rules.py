"""`prm rules`: what a clinic's rules are, who they would write to, and switching them."""

import datetime as dt
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from local import dryrun
from local.output import as_json, report
from local.session import connect
from prm.clinics.model import Clinic
from prm.rules.model import Rule
from prm.rules.presets import PRESETS
from prm.rules.sentence import sentence

if TYPE_CHECKING:
    from prm.rules.preview import Preview
    from prm.wiring import House

_SHOWN = 10
_WANTED = {"add": "add: a JSON file", "on": "switch on", "off": "switch off", "dry-run": "try out: a rule or preset"}


@click.command()
@click.argument("clinic")
@click.argument("action", required=False, type=click.Choice(["on", "off", "add", "dry-run"]))
@click.argument("what", required=False)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="on: act on what happened from this day on.")
@click.option("--follow-up", "days", type=click.IntRange(0, 60), help="on: days until the follow-up; 0 for none.")
@click.option("--yes", is_flag=True, help="on: do not ask.")
@click.option("--month", type=click.DateTime(["%Y-%m"]), help="dry-run: this month instead of the last, as 2026-10.")
@as_json
def command(  # noqa: PLR0913 - one parameter for each thing the command line takes
    clinic: str,
    action: str | None,
    what: str | None,
    since: dt.datetime | None,
    days: int | None,
    month: dt.datetime | None,
    *,
    yes: bool,
    json_: bool,
) -> None:
    """List rules and presets; switch one `on` or `off`; `add` one from a JSON file; try one out by `dry-run`.

    A rule that is switched on also acts on what happened in the days before, as far back as it may be late (a week).
    `on` says first who gets it now, and asks. `dry-run` tells what one would have sent last month, on or off.
    """
    house = connect()
    known = house.clinics.get(clinic)
    if action is None:
        _list(house, known, json_=json_)
        return
    if what is None:
        raise click.UsageError(f"Say what to {_WANTED[action]}")
    if action == "add":
        _add(house, known, Path(what), json_=json_)
    elif action == "off":
        _off(house, known, what, json_=json_)
    elif action == "dry-run":
        dryrun.tell(house, known, what, month, json_=json_)
    else:
        _on(house, known, _Wish(what, since, days, yes, json_))


@dataclass(frozen=True)
class _Wish:
    """What `on` was called with."""

    name: str
    since: dt.datetime | None
    days: int | None
    yes: bool
    json_: bool


def _list(house: "House", clinic: Clinic, *, json_: bool) -> None:
    rules = house.rules.list_of(clinic.id)
    stored = {rule.id for rule in rules}
    offered = [preset.rule for preset in PRESETS if preset.id not in stored]
    facts = {"rules": [_facts(rule, clinic) for rule in rules], "presets": [_facts(rule, clinic) for rule in offered]}
    report(facts, lambda: _listed(rules, offered, clinic), json_=json_)


def _facts(rule: Rule, clinic: Clinic) -> dict[str, object]:
    return {
        "rule": rule.id,
        "name": rule.name,
        "on": rule.on,
        "since": rule.since.isoformat() if rule.since else None,
        "version": rule.version,
        "sentence": sentence(rule, clinic),
    }


def _listed(rules: tuple[Rule, ...], offered: list[Rule], clinic: Clinic) -> str:
    lines = [line for rule in rules for line in _lines(rule, _state(rule, clinic), clinic)]
    if not lines:
        lines = ["No rules yet. Nothing goes to patients until one is switched on.", ""]
    if offered:
        lines += ["Presets to switch on:", ""]
        lines += [line for rule in offered for line in _lines(rule, "", clinic)]
    return "\n".join(lines).rstrip()


def _lines(rule: Rule, state: str, clinic: Clinic) -> tuple[str, str, str]:
    return f"{rule.id:32}{state}".rstrip(), f"    {sentence(rule, clinic)}", ""


def _state(rule: Rule, clinic: Clinic) -> str:
    return f"on since {_local(rule.since, clinic)}" if rule.on and rule.since else "off"


def _local(at: dt.datetime, clinic: Clinic) -> str:
    return f"{at.astimezone(clinic.tz):%a %Y-%m-%d %H:%M}"


def _add(house: "House", clinic: Clinic, file: Path, *, json_: bool) -> None:
    from prm.rules import form

    try:
        text = file.read_bytes()
    except OSError as err:
        raise click.UsageError(f"{file} cannot be read") from err
    rule = house.rules.keep(clinic.id, form.read(text), house.clock.business())
    state = "on, and acts so from now on" if rule.on else f"off; switch it on with: prm rules {clinic.id} on {rule.id}"
    report(_facts(rule, clinic), lambda: f"{sentence(rule, clinic)}\n{rule.id} is {state}", json_=json_)


def _off(house: "House", clinic: Clinic, name: str, *, json_: bool) -> None:
    changed = house.rules.switch_off(clinic.id, name, house.clock.business())
    facts = {"switched_off": [rule.id for rule in changed]}
    report(facts, lambda: _said("Off", changed) or f"{name} is off already.", json_=json_)


def _said(word: str, rules: tuple[Rule, ...]) -> str:
    return f"{word}: {', '.join(rule.id for rule in rules)}." if rules else ""


def _on(house: "House", clinic: Clinic, wish: _Wish) -> None:
    now = house.clock.business()
    since = wish.since.replace(tzinfo=clinic.tz).astimezone(dt.UTC) if wish.since else None
    rules = house.rules.bundle(clinic.id, wish.name, wish.days)
    if all(rule.on for rule in rules):
        report({"switched_on": []}, lambda: f"{wish.name} is on already.", json_=wish.json_)
        return
    shown = house.rules.preview(clinic.id, _from(rules[0], since), now)
    if not wish.json_:
        click.echo(f"{sentence(rules[0], clinic)}\n{_previewed(shown, clinic)}")
    if not wish.yes and not wish.json_ and sys.stdin.isatty():
        click.confirm("Switch it on?", abort=True)
    changed = house.rules.switch_on_all(clinic.id, rules, now, since)
    facts = {
        "switched_on": [rule.id for rule in changed],
        "now": shown.now,
        "later": [{"patient": number, "at": at.isoformat()} for at, number in sorted(shown.later)],
        "left_out": dict(shown.left_out),
    }
    report(facts, lambda: _said("On", changed), json_=wish.json_)


def _from(rule: Rule, since: dt.datetime | None) -> Rule:
    return replace(rule, on=True, since=since) if since and not rule.on else rule


def _previewed(shown: "Preview", clinic: Clinic) -> str:
    since = f"since {_local(shown.rule.since, clinic)}" if shown.rule.since else ""
    lines = [
        f"Of {shown.patients} patients, by what happened {since}:",
        f"  {len(shown.now)} get it now{_some(shown.now)}",
    ]
    if shown.later:
        first = _local(min(shown.later)[0], clinic)
        lines.append(
            f"  {len(shown.later)} get it later, the first {first}{_some([one for _, one in sorted(shown.later)])}"
        )
    lines += [f"  {count} left out: {reason}" for reason, count in shown.left_out.most_common()]
    return "\n".join(lines)


def _some(numbers: list[str]) -> str:
    if not numbers:
        return ""
    more = f" and {len(numbers) - _SHOWN} more" if len(numbers) > _SHOWN else ""
    return f": {', '.join(numbers[:_SHOWN])}{more}"
