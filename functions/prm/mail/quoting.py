"""What the writer of a reply wrote, without what was quoted, and without what a mail program signed it with.

Works on plain text, line by line. Losing someone's words is worse than keeping a line too many: a cut needs a sure
sign, and where cutting would leave nothing, nothing is cut.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_MOST_LINES = 2000
_LONGEST_ANNOUNCEMENT = 1000
_ATTRIBUTION_LINES = 4
_HEADER_LINES = 8
_HEADERS = 3

_INVISIBLE = dict.fromkeys([0x200B, 0x200C, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x202A, 0x202F), 0x00AD])
_QUOTE = re.compile(r" {0,3}>")
_SIGNATURE = re.compile(r"(?:--|—|–|_{5,})\s*$")
_STARTS = re.compile(
    r"(?:on|el|am|le|em|op|il|den|dne|dnia|w dniu|at|a|på|v|mon|tue|wed|thu|fri|sat|sun|"
    r"\d{1,4}[./ -])(?![a-z])",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"\b(?:wrote|writes|escribi[óo]|ha escrito|escribe|a écrit|schrieb|geschreven|schreef|escreveu|ha scritto|scrive|"
    r"skrev|kirjoitti|napsal|napisał|написал|пише|пишет)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"<?\S{1,100}@[^\s>]{1,200}>")
_SEPARATOR = re.compile(
    r"[-_*\s>]{2,40}\s?(?:original (?:message|appointment)|forwarded message|mensaje (?:original|reenviado)|"
    r"message d'origine|message (?:original|transf[ée]r[ée])|urspr[üu]ngliche nachricht|mensagem original|"
    r"messaggio originale|oorspronkelijk bericht|begin forwarded message|reply above this line)\s?:?[-_*\s]{0,40}$",
    re.IGNORECASE,
)
_FROM = r"from|de|von|da|van|från|fra|od|от|від|desde"
_OTHER = (
    r"sent|date|to|cc|subject|reply-to|importance|enviado(?: el)?|fecha|para|asunto|gesendet|datum|an|betreff|"
    r"envoyé|à|objet|data|a|oggetto|risposta|inviato|verzonden|aan|onderwerp|skickat|till|ämne|sendt|til|emne|"
    r"enviada(?: em)?|assunto|отправлено|дата|кому|тема"
)
_FROM_LINE = re.compile(rf"\*{{0,2}}(?:{_FROM})\s?:\*{{0,2}}\s", re.IGNORECASE)
_HEADER_LINE = re.compile(rf"\*{{0,2}}(?:{_FROM}|{_OTHER})\s?:\*{{0,2}}(?:\s|$)", re.IGNORECASE)
_SENT_WITH = re.compile(
    r"[(<]{0,2}\s{0,3}(?:sent|enviado|enviada|envoyé|gesendet|verzonden|inviato|sendt|skickat)\s"
    r"(?:from|via|with|by|using|desde|con|de|depuis|von|mit|met|vanaf|da|fra|från)\s.{1,100}$|"
    r"(?:from|desde)\s(?:my|mi)\s.{0,30}(?:phone|ipad|móvil|celular|teléfono|device).{0,30}$|"
    r"(?:someone )?from mobile$|get outlook for .{1,100}$|get \[outlook for .{1,100}$|obtener outlook para .{1,100}$|"
    r"von meinem .{1,60} gesendet.?$|diese nachricht wurde von .{1,80} gesendet.?$|從我的 .{1,40}傳送$|"
    r"yahoo mail: .{1,100}$|.{0,40}\bget the app\b.{0,40}$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Words:
    """`text` is for a reader: a quote that is answered below it stays. `own` holds the writer's words alone."""

    text: str
    own: str


def cut(text: str) -> Words:
    """Return what the writer wrote. Where every line is quoted, `text` is all of it and `own` is empty."""
    lines = [line.translate(_INVISIBLE).rstrip() for line in text.split("\n")[:_MOST_LINES]]
    kept = _trimmed(_without_signature(_without_original(lines)))
    own = _trimmed([line for line in kept if not _is_quote(line)])
    if not own:
        return Words("\n".join(_trimmed(lines)), "")
    while _is_quote(kept[-1]) or not kept[-1]:
        kept.pop()
    return Words("\n".join(kept), "\n".join(own))


def _without_original(lines: Sequence[str]) -> list[str]:
    """Drop the mail that is answered: what a line announces, to the end or as far as it is marked as quoted."""
    kept: list[str] = []
    at = 0
    while at < len(lines):
        after = _announced(lines, at)
        if after is None:
            kept.append(lines[at])
            at += 1
        elif _quoted_at(lines, after):
            at = _end_of_quote(lines, after)
        elif _says(kept):
            break
        else:
            at = after
    return kept


def _announced(lines: Sequence[str], at: int) -> int | None:
    """Return where the lines end that announce the original from `at` on, or None where they do not."""
    line = lines[at].strip()
    if not line or _is_quote(line) or len(line) > _LONGEST_ANNOUNCEMENT:
        return None
    if _SEPARATOR.match(line):
        return _end_of_headers(lines, at + 1)
    if _FROM_LINE.match(line):
        return _end_of_headers(lines, at) if _is_header_block(lines, at) else None
    return _end_of_attribution(lines, at)


def _is_header_block(lines: Sequence[str], at: int) -> bool:
    found = [line for line in lines[at : at + _HEADER_LINES] if _HEADER_LINE.match(line.strip())]
    return len(found) >= _HEADERS


def _end_of_headers(lines: Sequence[str], at: int) -> int:
    """Headers end at an empty line; there may be one before them too."""
    while at < len(lines) and not lines[at].strip():
        at += 1
    if at >= len(lines) or not _HEADER_LINE.match(lines[at].strip()):
        return at
    while at < len(lines) and lines[at].strip():
        at += 1
    return at


def _end_of_attribution(lines: Sequence[str], at: int) -> int | None:
    """Find "On <date>, <name> wrote:" and its kin, which mail programs break over up to four lines."""
    joined = ""
    for number, line in enumerate(lines[at : at + _ATTRIBUTION_LINES], start=at + 1):
        if not line.strip() or len(line) > _LONGEST_ANNOUNCEMENT or (joined and _is_quote(line)):
            return None
        joined = f"{joined} {line.strip()}".strip()
        if joined.endswith(":"):
            return number if _is_dated(joined) or (number == at + 1 and _is_named(joined)) else None
    return None


def _is_dated(line: str) -> bool:
    """Tell "On <date>, <name> wrote:", or the same with an address for the verb."""
    dated = bool(_STARTS.match(line)) and any(char.isdigit() for char in line)
    return dated and bool(_WROTE.search(line) or _ADDRESS.search(line))


def _is_named(line: str) -> bool:
    """Tell "<name> <address> wrote:"."""
    return bool(_WROTE.search(line) and _ADDRESS.search(line))


def _quoted_at(lines: Sequence[str], at: int) -> bool:
    following = next((line for line in lines[at:] if line.strip()), "")
    return _is_quote(following)


def _end_of_quote(lines: Sequence[str], at: int) -> int:
    while at < len(lines) and (not lines[at].strip() or _is_quote(lines[at])):
        at += 1
    return at


def _without_signature(lines: Sequence[str]) -> list[str]:
    kept = list(lines)
    for at, line in enumerate(lines):
        if _SIGNATURE.match(line.strip()) and _says(lines[:at]):
            kept = kept[:at]
            break
    while kept and (not kept[-1].strip() or _is_quote(kept[-1]) or _SENT_WITH.match(kept[-1].strip())):
        if not _says(kept[:-1]):
            break
        kept.pop()
    return kept


def _says(lines: Sequence[str]) -> bool:
    """Tell whether there is a word of the writer's own."""
    return any(line.strip() and not _is_quote(line) for line in lines)


def _is_quote(line: str) -> bool:
    return bool(_QUOTE.match(line))


def _trimmed(lines: Sequence[str]) -> list[str]:
    """Return the lines without empty ones at both ends, and never two in a row."""
    kept: list[str] = []
    for line in lines:
        if line.strip() or (kept and kept[-1]):
            kept.append(line if line.strip() else "")
    while kept and not kept[-1]:
        kept.pop()
    return kept
