"""Every text of the desk is there in every language, and no text is asked for that is not there."""

import re
from pathlib import Path
from string import Formatter

import pytest

from gateway.domain.call import CallState, EndReason, Speaker
from gateway.domain.ticket import RaiseCause, Review, Status
from gateway.web import texts
from gateway.web.fields import FIELDS
from gateway.web.render import PAGE_TEXTS
from tests.unit.web.samples import ROOT, types

WEB = ROOT / "gateway" / "web"


@pytest.mark.parametrize("key", sorted(texts.table()))
def test_text_is_whole_in_every_language(key: str) -> None:
    row = texts.table()[key]
    assert set(row) == set(texts.LANGUAGES)
    assert all(text.strip() for text in row.values())
    braces = {language: {name for _, name, _, _ in Formatter().parse(text) if name} for language, text in row.items()}
    assert len({frozenset(names) for names in braces.values()}) == 1, braces


@pytest.mark.parametrize(
    ("section", "names"),
    [
        ("status", Status),
        ("list", Status),
        ("review", Review),
        ("cause", RaiseCause),
        ("call", CallState),
        ("end", EndReason),
        ("speaker", Speaker),
        ("spoken", texts.LANGUAGES),
        ("priority", range(1, 6)),
        ("field", [field.id for field in FIELDS]),
    ],
)
def test_every_word_of_the_domain_has_a_text(section: str, names) -> None:
    assert [name for name in names if f"{section}.{name}" not in texts.table()] == []


def test_every_incident_type_has_a_label() -> None:
    assert all(set(kind.label) >= set(texts.LANGUAGES) for kind in types().values())


def _asked(pattern: str, *files: str) -> set[str]:
    found = (path.read_text("utf-8") for glob in files for path in WEB.glob(glob))
    return {key for source in found for key in re.findall(pattern, source)}


def test_templates_and_handlers_ask_for_texts_that_are_there() -> None:
    asked = _asked(r"""say\("([a-z_.]+)"(?! ~)""", "templates/*.html", "*.py")
    assert asked
    assert asked - set(texts.table()) == set()


def test_script_asks_for_texts_that_the_page_carries() -> None:
    asked = _asked(r'"([a-z]+\.[a-z_]+)"', "static/*.js") - {
        "intake101.seen",
        "intake101.drafts",
        "form.editor",
        "intake101.keys-off",
    }
    assert {key for key in asked if not key.startswith(PAGE_TEXTS) or key not in texts.table()} == set()


def test_no_text_is_left_over() -> None:
    sources = "".join(
        path.read_text("utf-8") for path in Path(WEB).rglob("*") if path.suffix in {".py", ".html", ".js"}
    )
    sections = re.findall(r"""say\("([a-z_]+\.)" ~|f"([a-z_]+\.)\{""", sources)
    computed = tuple({prefix for pair in sections for prefix in pair if prefix} | {"facts.", "incident.", "key."})
    idle = {key for key in texts.table() if f'"{key}"' not in sources and not key.startswith(computed)}
    assert idle == set()


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("fr-BE,fr;q=0.9,en;q=0.8", "fr"),
        ("ru,de;q=0.5,en;q=0.7", "en"),
        ("es", "nl"),
        ("", "nl"),
        ("de;q=zero,en", "en"),
    ],
)
def test_language_of_the_browser(header: str, language: str) -> None:
    assert texts.choose(texts.accepted(header)) == language
