import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from markupsafe import Markup

from prm.clinics.model import Language
from prm.core import text
from prm.core.text import Texts, Unworded

LANGUAGES = [str(language) for language in Language]
FUNCTIONS = text.ROOT.parent
USED_KEY = re.compile(r"""(?:\bt|\btexts|\.marked|\.count|\.words)\(\s*["']([a-z_]+\.[a-z_]+)["']""")
CALLED_COUNT = re.compile(r"""\.count\(\s*["']([a-z_]+\.[a-z_]+)["']""")


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return the empty English folder of a tree of texts that stands in for the shipped one."""
    monkeypatch.setattr(text, "ROOT", tmp_path)
    text._load.cache_clear()
    folder = tmp_path / "en"
    folder.mkdir()
    yield folder
    text._load.cache_clear()


def for_patients(language: str) -> dict[str, frozenset[str]]:
    """Return the keys patients are written to with: all but the console's."""
    return {key: names for key, names in Texts(language).placeholders().items() if not key.startswith("console_")}


def test_every_language_has_its_texts() -> None:
    assert {folder.name for folder in text.ROOT.iterdir() if folder.is_dir()} == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_exists_in_every_language_with_the_same_placeholders(language: str) -> None:
    assert for_patients(language) == for_patients("en")


def test_the_console_speaks_english_alone() -> None:
    """A clinic's staff works in one language; its patients are written to in theirs."""
    assert [key for key in Texts("es").placeholders() if key.startswith("console_")] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_lists_of_words_are_as_long_in_every_language(language: str) -> None:
    for key in ("months", "months_short", "weekdays", "weekdays_short"):
        assert len(Texts(language).words(f"formats.{key}")) == len(Texts("en").words(f"formats.{key}"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_empty_or_has_space_around_it(language: str) -> None:
    entries = text._load(language)
    assert [key for key, entry in entries.items() if isinstance(entry, text.Sentence) and not entry.text.strip()] == []
    assert [
        key for key, entry in entries.items() if isinstance(entry, text.Sentence) and entry.text != entry.text.strip()
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("never", ["!", "¡", "Oops", "please note", "click here", " her ", " his ", "—"])
def test_house_style_holds(language: str, never: str) -> None:
    sentences = {key: entry.text for key, entry in text._load(language).items() if isinstance(entry, text.Sentence)}
    assert [key for key, sentence in sentences.items() if never in sentence] == []


def test_what_is_sent_is_called_email() -> None:
    sentences = {key: entry.text for key, entry in text._load("en").items() if isinstance(entry, text.Sentence)}
    assert [key for key, sentence in sentences.items() if re.search(r"\bmails?\b", sentence)] == []


def test_the_question_has_the_words_it_was_given() -> None:
    assert Texts("en")("mail.question") == (
        "On a scale of 0 to 10, with 10 being most likely and 0 being not at all likely, "
        "how likely are you to recommend our practice to a friend or family member?"
    )


def keys_in(source: str) -> set[str]:
    """Return the keys this source asks for; one that ends in an underscore is the beginning of several."""
    counted = set(CALLED_COUNT.findall(source))
    forms = {f"{key}_{form}" for key in counted for form in ("one", "other")}
    return set(USED_KEY.findall(source)) - counted | forms


def test_every_key_named_in_code_or_template_exists() -> None:
    known = Texts("en").placeholders()
    files = [file for kind in ("py", "html", "txt") for file in FUNCTIONS.rglob(f"*.{kind}")]
    used = {key: file.name for file in files for key in keys_in(file.read_text(encoding="utf-8"))}
    missing = {key for key in used if key not in known and not key.endswith("_")}
    missing |= {key for key in used if key.endswith("_") and not any(one.startswith(key) for one in known)}
    assert {key: used[key] for key in missing} == {}
    assert len(used) > 30


def test_a_sentence_is_filled_with_its_values() -> None:
    assert Texts("en")("mail.greeting", name="Maria") == "Hi Maria,"


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("mail.no_such_sentence", {}),
        ("formats.months", {}),
        ("mail.greeting", {}),
        ("mail.greeting", {"nme": "Maria"}),
        ("mail.greeting", {"name": "Maria", "score": 9}),
    ],
)
def test_a_missing_key_or_a_value_missing_or_too_many_is_an_error(key: str, values: dict[str, object]) -> None:
    with pytest.raises(Unworded):
        Texts("en")(key, **values)


def test_words_are_not_sentences() -> None:
    with pytest.raises(Unworded):
        Texts("en").words("mail.greeting")


@pytest.mark.parametrize("language", ["fr", "../en", "", "en/../es"])
def test_a_language_without_texts_is_an_error(language: str) -> None:
    with pytest.raises(Unworded):
        Texts(language)("mail.stop")


def test_a_value_with_braces_stays_a_value() -> None:
    assert Texts("en")("mail.greeting", name="{clinic}") == "Hi {clinic},"


def test_marked_sentences_escape_all_but_markup() -> None:
    said = Texts("en").marked("alert_mail.case", number="<b>&")
    assert said == Markup("Case number: &lt;b&gt;&amp;")
    assert Texts("en").marked("alert_mail.case", number=Markup("<b>7</b>")) == Markup("Case number: <b>7</b>")


def test_marked_sentences_escape_what_the_sentence_itself_holds(written: Path) -> None:
    (written / "page.toml").write_text('less = "a < {b}"\n', encoding="utf-8")
    assert Texts("en").marked("page.less", b="c") == Markup("a &lt; c")


@pytest.mark.parametrize(("number", "said"), [(1, "1 more case"), (2, "2 more cases"), (0, "0 more cases")])
def test_count_chooses_the_form(number: int, said: str) -> None:
    assert Texts("en").count("alert_mail.also_open", number, late="") == f"Also open: {said}."


@pytest.mark.parametrize("hole", ["{a.b}", "{a[0]}", "{a!r}", "{a:>9}", "{}", "{0}"])
def test_placeholders_are_plain_names(written: Path, hole: str) -> None:
    (written / "page.toml").write_text(f'line = "x {hole}"\n', encoding="utf-8")
    with pytest.raises(Unworded):
        Texts("en").placeholders()


def test_a_text_is_a_sentence_or_words(written: Path) -> None:
    (written / "page.toml").write_text("line = 3\n", encoding="utf-8")
    with pytest.raises(Unworded):
        Texts("en").placeholders()
