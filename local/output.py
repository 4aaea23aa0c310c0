"""How commands report: a few lines for a person, or the same facts as JSON for a program."""

import json
from collections.abc import Callable
from typing import Any

import click

as_json = click.option("--json", "json_", is_flag=True, help="Print the facts as JSON.")


def report(facts: Any, text: Callable[[], str], *, json_: bool) -> None:  # noqa: ANN401 - whatever JSON can hold
    """Print `facts` as JSON, or what `text` makes of them for a person; times are written as ISO 8601."""
    click.echo(json.dumps(facts, default=str, ensure_ascii=False, indent=2) if json_ else text())
