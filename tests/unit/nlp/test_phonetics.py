"""Names that should sound alike, whoever reads them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance.Indel import normalized_similarity as likeness

from nlp.phonetics import coarse, phones

ALIKE = [
    ("fr", "place Flagey", "nl", "plas fla zee"),
    ("fr", "chaussée d'Ixelles", "nl", "sjo see dik sel"),
    ("fr", "boulevard Anspach", "nl", "boel var an spak"),
    ("fr", "rue de la Loi", "nl", "ru de la loa"),
    ("nl", "Anspachlaan", "fr", "anse pac l an"),
    ("nl", "Nieuwstraat", "fr", "nie vestra te"),
    ("nl", "Hoogstraat", "fr", "hogue strate"),
    ("nl", "Elsensesteenweg", "fr", "elle sens se steen vegue"),
    ("fr", "avenue Louise", "fr", "avenue louis ze"),
    ("fr", "chaussée de Gand", "fr", "chaussée de gant"),
    ("nl", "Defacqzstraat", "nl", "de fax straat"),
]


@pytest.mark.parametrize(("language", "name", "reader", "heard"), ALIKE)
def test_same_name_in_two_spellings(language: str, name: str, reader: str, heard: str) -> None:
    assert likeness(coarse(phones(name, language)), coarse(phones(heard, reader))) >= 0.8


def test_names_that_differ() -> None:
    assert likeness(coarse(phones("rue Haute", "fr")), coarse(phones("rue Neuve", "fr"))) < 0.7


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_accents_case_and_hyphens(language: str) -> None:
    assert phones("Sint-Gillis", language) == phones("sint gillis", language)


def test_unknown_language() -> None:
    with pytest.raises(KeyError):
        phones("rue", "it")


@given(st.text(), st.sampled_from(["nl", "fr", "de", "en"]))
def test_any_text_can_be_read(text: str, language: str) -> None:
    sounds = coarse(phones(text, language))
    assert all(one != two for one, two in pairwise(sounds))
