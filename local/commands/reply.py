"""`prm reply`: what a mail would be taken for, without a running system."""

from pathlib import Path

import click

from local.output import as_json, report
from prm.mail import reply
from prm.mail.incoming import MOST_BYTES
from prm.mail.reply import Reply


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
def command(file: Path, *, json_: bool) -> None:
    """Read a reply from FILE (.eml) and say what it is."""
    with file.open("rb") as mail:
        said = reply.read(mail.read(MOST_BYTES))
    facts = {"kind": said.kind, "score": said.score, "comment": said.comment, "why": said.why}
    report(facts, lambda: _told(said), json_=json_)


def _told(said: Reply) -> str:
    kind = said.kind if said.score is None else f"{said.kind} {said.score}"
    sign = f" ({said.why})" if said.why else ""
    return f"{kind}{sign}\n{said.comment}".strip()
