"""The XML of feeds, read with handlers: no document type, bounded depth and texts; what breaks off counts so far."""

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.entities import html5
from urllib.parse import urljoin
from xml.parsers import expat

from prm.core.errors import Invalid

_DEPTH = 100
_TEXT = 20_000
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,200}\?>")
_DECLARED = re.compile(rb"\A[^<]{0,20}<\?xml[^>]{0,100}encoding=[\"']([A-Za-z0-9._-]{1,40})[\"']")
_REFERENCE = re.compile(r"&(#\d{1,7};|#x[0-9a-fA-F]{1,6};|\w{1,32};)?")
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_XML_NAMES = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})
_ROOTS = frozenset({"rss", "RDF", "feed"})
_FEEDS = ("atom", "/rss", "netscape.com/rdf", "rss2")


@dataclass
class Field:
    """One element of an entry: its name (`dc:` before Dublin Core's), attributes and text."""

    name: str
    attributes: Mapping[str, str]
    base: str
    text: str = ""


@dataclass
class Raw:
    """A feed as its XML has it."""

    title: str = ""
    entries: list[list[Field]] = field(default_factory=list[list[Field]])


class _Enough(Exception):
    """There is more, and it is not wanted."""


def read(body: bytes, charset: str, base: str, most: int) -> Raw:
    """Read a feed's XML. Raises Invalid for what is no feed, or has a document type."""
    reader = _Reader(base, most)
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_types
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(_repaired(_decoded(body, charset)).encode(), True)  # noqa: FBT003 - the last piece
    except (expat.ExpatError, _Enough) as err:
        if not reader.rooted:
            raise Invalid("That is no feed.", field="address") from err
    return reader.raw


def _refuse_types(*_: object) -> None:
    raise Invalid("That feed declares types of its own, which is how feeds attack their readers.", field="address")


class _Reader:
    def __init__(self, base: str, most: int) -> None:
        self.raw = Raw()
        self.rooted = False
        self._most = most
        self._bases = [base]
        self._names: list[str] = []
        self._spaces: dict[str, str] = {}
        self._entry: list[Field] | None = None
        self._entry_depth = 0
        self._field: Field | None = None
        self._field_depth = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._spaces |= {key[6:]: value for key, value in attributes.items() if key.startswith("xmlns:")}
        name = self._name(tag)
        if not self._names:
            if tag.rpartition(":")[2] not in _ROOTS:
                raise Invalid("That is no feed.", field="address")
            self.rooted = True
        if len(self._names) >= _DEPTH:
            raise _Enough
        self._names.append(name)
        self._bases.append(_joined(self._bases[-1], attributes.get("xml:base", "")))
        if self._entry is None and name in {"item", "entry"}:
            self._begin()
        elif self._field is None and self._wanted(name):
            self._field, self._field_depth = Field(name, attributes, self._bases[-1]), len(self._names)

    def end(self, _tag: str) -> None:
        depth = len(self._names)
        if self._field is not None and depth == self._field_depth:
            self._keep(self._field)
            self._field = None
        if self._entry is not None and depth == self._entry_depth:
            self._entry = None
        self._names.pop()
        self._bases.pop()

    def text(self, text: str) -> None:
        if self._field is not None and len(self._field.text) < _TEXT:
            self._field.text += text

    def _begin(self) -> None:
        if len(self.raw.entries) >= self._most:
            raise _Enough
        self._entry, self._entry_depth = [], len(self._names)
        self.raw.entries.append(self._entry)

    def _wanted(self, name: str) -> bool:
        if self._entry is not None:
            return len(self._names) == self._entry_depth + 1
        return name == "title" and len(self._names) >= 2 and self._names[-2] in {"channel", "feed"}  # noqa: PLR2004

    def _keep(self, found: Field) -> None:
        if self._entry is not None:
            self._entry.append(found)
        elif not self.raw.title:
            self.raw.title = found.text

    def _name(self, tag: str) -> str:
        """Return a name without its prefix if it is a feed's own, with `dc:` if Dublin Core's, else as it stands."""
        prefix, _, local = tag.rpartition(":")
        space = self._spaces.get(prefix, prefix).lower()
        if not prefix or any(part in space for part in _FEEDS):
            return local
        return f"dc:{local}" if "purl.org/dc" in space or prefix == "dc" else tag


def _joined(base: str, further: str) -> str:
    try:
        return urljoin(base, further.strip()) if further else base
    except ValueError:
        return base


def _decoded(body: bytes, charset: str) -> str:
    for mark, name in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if body.startswith(mark):
            return body.decode(name, "replace").removeprefix("\ufeff")
    declared = _DECLARED.match(body)
    for name in (charset, declared[1].decode("ascii") if declared else "", "utf-8"):
        try:
            return body.decode(name, "replace")
        except (LookupError, UnicodeError):  # no such charset, or one that is none of text
            continue
    return ""


def _repaired(text: str) -> str:
    """Mend what feeds get wrong most: a blank first line, HTML's names of letters, bare ampersands, control bytes."""
    return _NOT_XML.sub("", _REFERENCE.sub(_reference, _DECLARATION.sub("", text.lstrip())))


def _reference(found: re.Match[str]) -> str:
    name = found[1]
    if name is None:
        return "&amp;"
    if name.startswith("#") or name in _XML_NAMES:
        return found[0]
    letters = html5.get(name)
    return "".join(f"&#{ord(letter)};" for letter in letters) if letters else f"&amp;{name}"
