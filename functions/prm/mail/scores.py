"""A score from 0 to 10 in someone's own words, in English or Spanish, or none where there is any doubt.

A guessed score alerts staff for nothing or hides an unhappy patient; a comment is read by a person. So a number counts
only where it stands as an answer stands: first, alone, or in words that give a score; and every other number that could
be meant has to say the same.
"""

import re
from dataclasses import dataclass

TOP = 10
_ADDRESS_DIGITS = 3
_WORDS = {
    word: number
    for number, words in enumerate(
        (
            "zero|cero", "one|uno", "two|dos", "three|tres", "four|cuatro", "five|cinco", "six|seis", "seven|siete",
            "eight|ocho", "nine|nueve", "ten|diez",
        )
    )
    for word in words.split("|")
}  # fmt: skip
_KEYCAPS = str.maketrans({"\ufe0f": None, "\u20e3": None, "\U0001f51f": "10"})

_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|"
    "diciembre"
)
_DAYS = (
    "(?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?|lunes|martes|miércoles|jueves|viernes|sábado|domingo|"
    "tomorrow|today|tonight|mañana|hoy"
)
_UNITS = (
    "seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|wks?|months?|years?|yrs?|times?|visits?|sessions?|"
    "appointments?|appts?|people|persons?|patients?|therapists?|kids|children|miles?|blocks?|feet|pounds?|lbs?|"
    "dollars?|bucks|percent|stars?|degrees|o'?clock|segundos?|minutos?|horas?|días?|dias?|semanas?|mes(?:es)?|"
    "años?|veces|vez|visitas?|sesi[óo]n(?:es)?|citas?|personas?|pacientes?|terapeutas?|niños|millas?|dólares|"
    "estrellas?|grados|por ciento"
)
_NOISE = re.compile(
    r"(?:https?://|www\.)\S+|(?<!\S)\S{1,100}@\S{1,200}"
    r"|\b(?:scale|escala)\s+(?:of|from|de|del)?\s*\d+\s*(?:to|-|–|a|al)\s*\d+"
    r"|\b(?:from\s+|del?\s+)?[01]\s?(?:to|-|–|a|al)\s?10\b"
    r"|\+?\(?\d(?:[ \t().-]{0,3}\d){6,}"
    r"|\b\d{1,2}\s?[:h]\s?\d{2}\b(?:\s?[ap]\.?m\b\.?)?"
    r"|\b\d{1,2}(?:[.]\d{2})?\s?(?:[ap]\.?\s?m\b\.?|hs?\b)"
    r"|\b\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\b"
    rf"|\b(?:{_MONTHS})\.?\s+\d{{1,2}}\b(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:de\s+)?(?:{_MONTHS})\b"
    rf"|\b\d{{1,2}}\s+(?:on\s+|this\s+|next\s+|el\s+)?(?:{_DAYS})\b"
    r"|\b\d{1,2}\s+(?:in the (?:morning|afternoon|evening)|at night|de la (?:mañana|tarde|noche))\b"
    r"|\b\d+(?:st|nd|rd|th|º|ª|er|ro|do|to|°)\b"
    r"|[$€£]\s?\d+(?:[.,]\d+)*|\b\d+(?:[.,]\d+)?\s?[%€£]"
    rf"|\b\d+\+?\s?-?(?:{_UNITS})\b"
    r"|\b(?:apt|apartment|suite|ste|unit|room|rm|floor|age|aged|number|num|no|ext|box|door|exit|hwy|highway|route|"
    r"grade|stage|phase|step|level|l|c|t|s|piso|apto|edad|número|núm)\.?\s?#?\d+\b|#\s?\d+"
    r"|\b(?:at|by|around|about|after|before|until|till|til|since|past|between|las|la|hacia|sobre las)\s+\d{1,2}\b"
    r"|\d{4,}",
    re.IGNORECASE,
)
_UNCLEAR = re.compile(r"(?<![\w.,])\d{1,3}[.,]\d|(?<!\w)[-+]\s?\d|\d\s?\+|\d\s?\?|[¿][^?\n]{0,80}\d")
"""Halves, minus signs, "8+", "9?": none of them is one of the eleven answers."""

_NUMBER = rf"(?P<score>\d{{1,3}}(?!\w)|\b(?:{'|'.join(_WORDS)})\b)"
_TEN = r"\s?(?:/|\bout of\b|\bof\b|\bde\b|\bsobre\b|\ben\b)\s?"
_OUT_OF = re.compile(rf"(?<![\w/]){_NUMBER}{_TEN}(?P<of>\d{{1,3}}\b|ten\b|diez\b)", re.IGNORECASE)
_BARE = re.compile(r"(?<!\w)\d{1,3}(?!\w)")
_LABEL = (
    r"(?:(?:my|our|the|mi|la)\s+)?(?:overall\s+)?"
    r"(?:score|rating|answer|vote|number|nota|puntuaci[óo]n|puntaje|calificaci[óo]n|respuesta)\s?"
    r"(?:is|es|would be|sería|:|=|-)?\s{0,3}"
)
_GREETING = (
    r"(?:(?:hi|hello|hey|dear|hola|good (?:morning|afternoon|evening|day)|buen[oa]s? (?:d[íi]as?|tardes|noches)|"
    r"estimad[oa]s?|querid[oa]s?)\b[^\n,.!:\d]{0,40}[,.!:]?\s+)?"
)
_LEAD = re.compile(rf"[\s*(\"'“¡]{{0,10}}{_GREETING}(?:{_LABEL})?(?:an?\s+|un\s+)?{_NUMBER}", re.IGNORECASE)
_ALONE = re.compile(rf"(?:^|[\n.!])[ \t*(\"]{{0,5}}{_NUMBER}[ \t.!)*\"]{{0,10}}(?=\n|$)", re.IGNORECASE)
_SOLID = r"(?:(?:solid|strong|perfect|big|clear|definite|rotundo|sólido)\s+)?"
_GIVEN = re.compile(
    r"(?:\b(?:i|we|yo)?\s?(?:'d|’d|would|will|'ll|’ll)?\s?(?:say|give|rate|go with|score|choose|pick)\b"
    r"(?:\s+(?:you|you all|it|them|this|that|us|your \w+|the \w+|my \w+|overall|probably|maybe|definitely|it's|a|an))"
    rf"{{0,4}}\s+{_SOLID}"
    r"|\b(?:(?:le|les|te|os|lo|la)\s+)?(?:doy|dar[íi]a|damos|pongo|pondr[íi]a|dir[íi]a|digo|califico con)\s+"
    r"(?:que\s+)?(?:es\s+)?(?:un\s+)?"
    rf"|\b{_LABEL}(?:an?\s+|un\s+)?|\b(?:an?|un)\s+{_SOLID}|\b(?:definitely|absolutely|easily|totally|definitivamente)\s+)"
    rf"{_NUMBER}",
    re.IGNORECASE,
)
_ENDS = re.compile(r"\s*(?:$|\n|[.,;:!)=*\"–—-](?!\d))")
_GOES_ON = re.compile(
    r"\s+(?:but|because|and|for|since|as|only|so|overall|given|due|thanks?|just|mainly|mostly|from|points?|"
    r"pero|porque|por|ya|y|puntos?|gracias|para)\b",
    re.IGNORECASE,
)
_MEANS_ELSE = re.compile(
    rf"\s*(?:(?:or|if|unless|o|si|to|a)\b|[-–/]\s?\d|(?:and|y)\s+(?:a half|media|{'|'.join(_WORDS)}|\d)\b)|"
    r"\s+(?:is|are|was|were|works?|would (?:be|work|suit)|will|sounds?|suits?|of|more|other|different|another|much|"
    r"many|late|me|you|u|am|pm|thing|year|way|point|ish|plus|odd|full|half|new|pain|dolor|de|del|más|otr[oa]s?|cosa|"
    r"\w+ (?:street|st|avenue|ave|road|rd|lane|drive))\b",
    re.IGNORECASE,
)
_NO_PLURALS = re.compile(
    r"thanks|was|this|is|always|has|his|as|yes|us|plus|gracias|es|más|además|nos|los|las|ustedes|excelentes|muchas|"
    r"amables|amigables|atent[oa]s|puntuales|buen[oa]s|muchos|tod[oa]s|across|unless|\w*ss"
)
_NOT_SO = re.compile(
    r"\b(?:not|never|no|nor|without|less|more|than|under|over|below|above|almost|nearly|instead|used to|nunca|casi|"
    r"menos|más|mas|jam[áa]s|ni|sin)\b|n['’]t\b",
    re.IGNORECASE,
)
_ONLY_IF = re.compile(
    r"\b(?:if|unless|could|should|would have|would've|last time|pain|hurts?|aches?|dolor|duele|si|hubiera|habr[íi]a|"
    r"podr[íi]a|antes)\b",
    re.IGNORECASE,
)
_LISTED = re.compile(r"(?:1|one|uno|un)\s?[.):]\s*\w", re.IGNORECASE)
"""The first of a list of points, more likely than the worst answer but one."""
_NEAR = 200
_LIMIT = 20_000


@dataclass(frozen=True)
class Scored:
    """A score, and the words beside it."""

    score: int
    comment: str


def find(text: str) -> Scored | None:
    """Return the score someone gives in `text`, or None unless it is beyond doubt."""
    text = text[:_LIMIT].translate(_KEYCAPS).strip()
    plain = _NOISE.sub(lambda found: "\x00" * len(found[0]), text)
    if _UNCLEAR.search(plain):
        return None
    outs = list(_OUT_OF.finditer(plain))
    if any(_number(out["of"]) != TOP for out in outs):
        return None
    plain = _OUT_OF.sub(lambda out: out["score"].ljust(len(out[0]), "\x01"), plain)
    lead = _LEAD.match(plain)
    lead = lead if lead and _leads(plain, lead) else None
    strong = [found for found in (*_ALONE.finditer(plain), *_GIVEN.finditer(plain)) if _stands(plain, found)]
    sure = [found for found in (lead, *strong) if found] + [out for out in outs if _is_meant(plain, out)]
    return _agreed(text, plain, sure, lead)


def _agreed(text: str, plain: str, sure: list[re.Match[str]], lead: re.Match[str] | None) -> Scored | None:
    bare = {int(found[0]) for found in _BARE.finditer(plain) if len(found[0]) < _ADDRESS_DIGITS}
    scores = bare | {_number(found["score"]) for found in sure}
    if not sure or len(scores) != 1:
        return None
    score = scores.pop()
    return Scored(score, _comment(text, plain, lead)) if score <= TOP else None


def _comment(text: str, plain: str, lead: re.Match[str] | None) -> str:
    """Return the words beside the score: what follows it where it comes first, all lines but its own elsewhere."""
    if lead is None:
        lines = zip(text.split("\n"), plain.split("\n"), strict=True)
        return "\n".join(line for line, bare in lines if not _ALONE.fullmatch(bare.rstrip())).strip()
    after = lead.end()
    while after < len(plain) and plain[after] == "\x01":
        after += 1
    return text[after:].lstrip(" \t\n.,:;!)=*\"'–—-")


def _leads(plain: str, found: re.Match[str]) -> bool:
    """Tell whether a number at the beginning is an answer, not the first word of a sentence about something else."""
    rest = _after(plain, found)
    if not _is_meant(plain, found) or _LISTED.match(plain[found.start("score") :]):
        return False
    if _ENDS.match(rest) or _GOES_ON.match(rest):
        return True
    if found["score"].lower() in _WORDS or rest[:1].isalnum():
        return False
    following = re.split(r"[\n.,;:!?]", rest, maxsplit=1)[0].split()[:2]
    counted = following[:1] if following and following[0][0].isupper() else following  # a capital begins anew
    return not any(_is_plural(word) for word in counted)


def _is_plural(word: str) -> bool:
    bare = word.lower().strip("'\"()*")
    return len(bare) > 2 and bare.endswith("s") and not _NO_PLURALS.fullmatch(bare)  # noqa: PLR2004


def _stands(plain: str, found: re.Match[str]) -> bool:
    rest = _after(plain, found)
    return _is_meant(plain, found) and bool(_ENDS.match(rest) or _GOES_ON.match(rest))


def _is_meant(plain: str, found: re.Match[str]) -> bool:
    """Tell whether nothing around the number turns its meaning: "not a 10", "10 if", "8 or 9", "my pain is 8/10"."""
    start = found.start("score")
    sentence = re.split(r"[\n.!?;]", plain[max(0, start - _NEAR) : start])[-1]
    if _ONLY_IF.search(sentence) or _NOT_SO.search(sentence.rsplit(",", 1)[-1]):
        return False
    return not _MEANS_ELSE.match(_after(plain, found))


def _after(plain: str, found: re.Match[str]) -> str:
    """Return what follows the number, as far as it can change its meaning."""
    return plain[found.end("score") : found.end("score") + _NEAR].lstrip("\x01")


def _number(word: str) -> int:
    return _WORDS[word.lower()] if word.lower() in _WORDS else int(word)
