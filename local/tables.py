"""Small tables for a person at a terminal."""

import io

from rich.console import Console
from rich.table import Table

_NARROWEST = 100


def drawn(table: Table) -> str:
    """Return the table as text, in colour where the terminal shows it, plain in a pipe."""
    screen = Console()
    kept = io.StringIO()
    width = screen.width if screen.is_terminal else max(screen.width, _NARROWEST)
    console = Console(file=kept, force_terminal=screen.is_terminal, width=width)
    console.print(table)
    return kept.getvalue().rstrip()
