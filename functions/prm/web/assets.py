"""The files pages are made with, each served under a name that holds its content's hash: it may be kept for ever.

The console's style sheet is one file made of several. Pico lies in a cascade layer, so that any rule of ours wins over
any of Pico's however specific that is, and relative addresses in it all start from the same place.
"""

import functools
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

_ROOT = Path(__file__).parent / "assets"
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_PICO = _ROOT / "vendor" / "pico.min.css"
_CONSOLE = ("tokens", "shell", "forms", "parts", "tables", "charts")
_ADDRESS = re.compile(r'url\("([a-z]+\.svg)"\)')


@dataclass(frozen=True)
class Asset:
    """One file as it is served."""

    name: str
    content_type: str
    text: str


@functools.cache
def by_file() -> dict[str, Asset]:
    """Return the assets by the name of their file; without `console.css` where `make assets` has not fetched Pico."""
    plain = {path.name: _asset(path.name, _read(path)) for path in sorted(_ROOT.iterdir()) if path.suffix in _TYPES}
    return {**plain, "console.css": _console(plain)} if _PICO.is_file() else plain


@functools.cache
def by_name() -> dict[str, Asset]:
    """Return the assets by the name they are served under."""
    return {asset.name: asset for asset in by_file().values()}


@functools.cache
def icon(name: str) -> Markup:
    """Return a drawing to stand in a page's HTML, where it takes the colour of the text beside it."""
    return Markup(_read(_ROOT / "icons" / f"{name}.svg").strip())  # noqa: S704  # our own files


def _console(pictures: dict[str, Asset]) -> Asset:
    pico = _read(_PICO).removeprefix('@charset "UTF-8";')
    ours = "\n".join(_read(_ROOT / "console" / f"{part}.css") for part in _CONSOLE)
    named = _ADDRESS.sub(lambda found: f'url("{pictures[found[1]].name}")', ours)
    return _asset("console.css", f"@layer pico {{\n{pico}\n}}\n{named}")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _asset(file: str, text: str) -> Asset:
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    stem, _, kind = file.rpartition(".")
    return Asset(f"{stem}.{digest}.{kind}", _TYPES[f".{kind}"], text)
