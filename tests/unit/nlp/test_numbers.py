"""Spoken and written numbers."""

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from nlp.numbers import find

SAID = [
    ("nl", "drieënvijftig", ["53"]),
    ("nl", "drieenvijftig", ["53"]),
    ("nl", "drie en vijftig", ["53"]),
    ("nl", "vijf-en-zestig", ["65"]),
    ("nl", "honderd drie en twintig", ["123"]),
    ("nl", "honderddrieëntwintig", ["123"]),
    ("nl", "duizend vijftig", ["1050"]),
    ("nl", "twee duizend twintig", ["2020"]),
    ("nl", "twaalf duizend euro", ["12000"]),
    ("nl", "wetstraat zestien duizend brussel", ["16", "1000"]),
    ("nl", "nul vier zeven", ["04", "7"]),
    ("nl", "nummer een bus drie", ["1", "3"]),
    ("nl", "een man en een vrouw", []),
    ("nl", "de vijfde verdieping", []),
    ("fr", "septante trois", ["73"]),
    ("fr", "soixante-treize", ["73"]),
    ("fr", "nonante et un", ["91"]),
    ("fr", "quatre vingt dix sept", ["97"]),
    ("fr", "mille cinquante", ["1050"]),
    ("fr", "numéro un boîte deux", ["1", "2"]),
    ("fr", "un homme et une femme", []),
    ("fr", "12 rue haute 1000 bruxelles", ["12", "1000"]),
    ("de", "nummer dreiundfünfzig", ["53"]),
    ("en", "number fifty three", ["53"]),
]


@pytest.mark.parametrize(("language", "text", "digits"), SAID, ids=lambda value: str(value))
def test_digits_said(language: str, text: str, digits: list[str]) -> None:
    assert [number.digits for number in find(text, language)] == digits


def test_component_marks_the_words() -> None:
    nlp = spacy.blank("nl")
    nlp.add_pipe("intake101_numbers")
    doc = nlp("ik woon op nummer drie en vijftig")
    assert [(span.text, span._.number) for span in doc.spans["numbers"]] == [("drie en vijftig", "53")]


WORDS = ["een", "twee", "drie", "vijf", "tien", "twintig", "honderd", "duizend", "nummer", "en", "12", "007", "-", "ë"]


@given(st.lists(st.sampled_from(WORDS)).map(" ".join), st.sampled_from(["nl", "fr", "de", "en"]))
def test_numbers_lie_in_the_text_in_order_and_apart(text: str, language: str) -> None:
    found = find(text, language)
    assert all(number.digits.isdecimal() for number in found)
    ends = [0, *(number.end for number in found)]
    assert all(end <= number.start < number.end <= len(text) for end, number in zip(ends, found, strict=False))
