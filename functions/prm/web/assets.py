"""The files pages are made with, each served under a name that holds its content's hash: it may be kept for ever."""

import functools
import hashlib
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

_ROOT = Path(__file__).parent / "assets"
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class Asset:
    """One file as it is served."""

    name: str
    content_type: str
    text: str


@functools.cache
def by_file() -> dict[str, Asset]:
    """Return the assets by the name of their file."""
    return {path.name: _asset(path) for path in sorted(_ROOT.iterdir()) if path.suffix in _TYPES}


@functools.cache
def by_name() -> dict[str, Asset]:
    """Return the assets by the name they are served under."""
    return {asset.name: asset for asset in by_file().values()}


@functools.cache
def icon(name: str) -> Markup:
    """Return a drawing to stand in a page's HTML, where it takes the colour of the text beside it."""
    return Markup((_ROOT / "icons" / f"{name}.svg").read_text(encoding="utf-8").strip())  # noqa: S704  # our own files


def _asset(path: Path) -> Asset:
    text = path.read_text(encoding="utf-8")
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return Asset(f"{path.stem}.{digest}{path.suffix}", _TYPES[path.suffix], text)
