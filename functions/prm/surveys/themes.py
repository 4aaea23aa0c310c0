"""What a comment is about, by the words in it: English and Spanish, several themes a comment.

No judgement and no guess at a mood: a theme is there when one of its words is, and whoever reads the comment sees the
theme beside it. The themes follow what studies of physical-therapy complaints find: waiting, continuity, feeling heard,
cost, scheduling, the explanation of exercises (Hush et al., "Patient satisfaction with musculoskeletal physical therapy
care: a systematic review", Physical Therapy 91(1), 2011).
"""

import functools
import re
from enum import StrEnum


class Theme(StrEnum):
    """What patients write about."""

    WAITING = "waiting"
    RUSHED = "rushed"
    CONTINUITY = "continuity"
    SCHEDULING = "scheduling"
    BILLING = "billing"
    PAIN = "pain"
    EXERCISES = "exercises"
    LISTENING = "listening"
    FRONT_DESK = "front_desk"
    PLACE = "place"
    PROGRESS = "progress"


_WORDS: dict[Theme, tuple[str, ...]] = {
    Theme.WAITING: (
        r"wait(?:ed|ing|s)?\b",
        r"waiting room",
        r"(?:ran|running|run) (?:late|behind)",
        r"minutes late",
        r"esper(?:a|ar|é|ando|amos)\b",
        r"tarde\b",
    ),
    Theme.RUSHED: (
        r"rush(?:ed|ing)?\b",
        r"hurr(?:y|ied)\b",
        r"too short",
        r"no time for",
        r"con prisa",
        r"apurad[oa]s?",
    ),
    Theme.CONTINUITY: (
        r"(?:different|another|new) therapists?",
        r"(?:switched|changed) (?:my )?therapists?",
        r"explain .{0,30}again",
        r"someone (?:new|different)",
        r"(?:otr[oa]|distint[oa]s?) terapeutas?",
    ),
    Theme.SCHEDULING: (
        r"schedul\w+",
        r"appointments?\b",
        r"reschedul\w+",
        r"cancel(?:l?ed|s)?\b",
        r"time slots?",
        r"citas?\b",
        r"horarios?\b",
    ),
    Theme.BILLING: (
        r"bill(?:s|ed|ing)?\b",
        r"charg(?:e|ed|es)\b",
        r"insurance",
        r"co-?pay\w*",
        r"expensive",
        r"cost(?:s)?\b",
        r"factura\w*",
        r"seguro\b",
        r"car[oa]s?\b",
        r"cobr\w+",
    ),
    Theme.PAIN: (
        r"pain(?:ful)?\b",
        r"hurt(?:s|ing)?\b",
        r"sore\b",
        r"worse\b",
        r"dolor\w*",
        r"duele\b",
        r"peor\b",
    ),
    Theme.EXERCISES: (r"exercis\w+", r"hand-?outs?", r"home program\w*", r"stretch\w*", r"ejercicios?"),
    Theme.LISTENING: (
        r"listen\w*",
        r"(?:not|n't|never) (?:heard|told|explained)",
        r"nobody (?:told|explained|asked)",
        r"ignored?\b",
        r"dismiss\w+",
        r"escuch\w+",
        r"nadie me (?:dijo|explicó)",
    ),
    Theme.FRONT_DESK: (
        r"front desk",
        r"reception\w*",
        r"rude\b",
        r"phone calls?",
        r"call(?:ed)? back",
        r"recepci[oó]n\w*",
        r"groser[oa]s?",
    ),
    Theme.PLACE: (
        r"parking",
        r"dirty",
        r"crowded",
        r"noisy",
        r"too (?:cold|hot)",
        r"estacionamiento",
        r"suci[oa]s?",
        r"ruido\w*",
    ),
    Theme.PROGRESS: (
        r"progress\w*",
        r"no better",
        r"not (?:getting )?better",
        r"not helping",
        r"progreso\w*",
        r"mejor(?:a|ar|ía|ando)\b",
    ),
}


def themes(comment: str) -> tuple[Theme, ...]:
    """Return the themes of a comment, in the order of their list; none is common."""
    return tuple(theme for theme in _WORDS if _pattern(theme).search(comment))


@functools.cache
def _pattern(theme: Theme) -> re.Pattern[str]:
    """Return what finds a theme; made when first asked for, as most who load this never do."""
    return re.compile(r"\b(?:" + "|".join(_WORDS[theme]) + ")", re.IGNORECASE)
