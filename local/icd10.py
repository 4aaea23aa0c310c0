"""Writes which part of the body an ICD-10-CM code is about: `python -m local.icd10`, after the classification changed.

The classification comes from the pinned package simple-icd-10-cm; what is kept is the shortest beginnings of codes that
say one region each. A test holds the file and the package together.
"""

import json
import re
from pathlib import Path

from prm.content import icd10

_CHAPTERS = ("M", "S")
_WORDS = (
    ("foot and ankle", r"ankle|foot|toe|heel|calcaneal|achilles|plantar|hallux|bunion|tarsal|talus|talipes|flat foot"),
    ("knee", r"knee|patell|menisc|cruciate|popliteal|genu|pes anserin|prepatellar"),
    ("hip and thigh", r"\bhip\b|thigh|femur|femoral|trochanter|acetabul|coxa|gluteal|hamstring|iliotibial|groin"),
    ("lower leg", r"lower leg|tibia|fibula|calf|shin|leg\b"),
    ("shoulder", r"shoulder|rotator cuff|clavicle|scapula|acromioclavicular|glenohumeral|humerus|upper arm|bicipital"),
    ("elbow", r"elbow|epicondylitis|olecranon|forearm|ulna\b|radius"),
    ("wrist and hand", r"wrist|hand\b|hands\b|finger|thumb|carpal|palmar|de quervain|radial styloid"),
    ("head and jaw", r"temporomandibular|jaw|\bhead\b|skull|intracranial|face|concussion|dentofacial|facial"),
    ("neck", r"cervic|neck|torticollis|atlanto|occipito"),
    ("lower back", r"lumb|sacr|sciatica|low back|coccy|lower back"),
    ("upper back and ribs", r"thorac|\brib|sternum|costochondr|thorax"),
    ("pelvis", r"pelvi|pubis|ischium|perine"),
)  # fmt: skip
_PATTERNS = tuple((region, re.compile(words, re.IGNORECASE)) for region, words in _WORDS)


def regions() -> dict[str, str]:
    """Return the region of each shortest beginning of codes, without dots."""
    import simple_icd_10_cm as classification

    kept: dict[str, str] = {}
    for code in classification.get_all_codes(with_dots=False):
        if code.startswith(_CHAPTERS) and classification.is_category_or_subcategory(code):
            above = next((kept[code[:end]] for end in range(len(code) - 1, 2, -1) if code[:end] in kept), None)
            region = _region(classification.get_description(code))
            if region and region != above:
                kept[code] = region
    return kept


def _region(description: str) -> str | None:
    """Return the one region a description names; None where it names none or several."""
    found = [region for region, pattern in _PATTERNS if pattern.search(description)]
    return found[0] if len(found) == 1 else None


def main() -> None:
    """Write the table anew."""
    Path(icd10.TABLE).write_text(json.dumps(regions(), indent=0, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
