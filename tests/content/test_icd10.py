"""ICD-10-CM codes tell the part of the body."""

import json

import pytest

from local.icd10 import regions
from prm.content.icd10 import TABLE, region_of
from prm.content.model import TagKind
from prm.content.vocabulary import vocabulary


@pytest.mark.parametrize(
    ("code", "region"),
    [
        ("M72.2", "foot and ankle"),
        ("M76.61", "foot and ankle"),
        ("M17.11", "knee"),
        ("m25.561", "knee"),
        ("M54.50", "lower back"),
        ("M54.2", "neck"),
        ("M75.01", "shoulder"),
        ("M77.11", "elbow"),
        ("S83.511A", "knee"),
        ("S93.401D", "foot and ankle"),
        ("M16.0", "hip and thigh"),
        ("J45", None),
        ("", None),
    ],
)
def test_a_code_tells_its_region(code: str, region: str | None) -> None:
    assert region_of(code) == region


def test_the_table_is_the_one_made_from_the_pinned_classification() -> None:
    assert json.loads(TABLE.read_text(encoding="utf-8")) == regions()


def test_each_region_is_one_that_articles_are_tagged_with() -> None:
    known = {tag for terms in vocabulary(TagKind.REGION).terms.values() for _, tag in terms}
    assert {*regions().values()} <= known
    assert {*vocabulary(TagKind.CONDITION).regions.values()} <= known
