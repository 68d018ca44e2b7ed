"""The phrase language of the lexicon."""

import pytest

from nlp.lexicon import Phrasebook
from nlp.normalise import fold, words


def found(text, **tables):
    book = Phrasebook([tables])
    return [(one.entry.phrase, one.tokens) for one in book.find([book.labels(fold(word)) for word in words(text)])]


def test_a_word_matches_without_accents_case_and_elision():
    told = {"type": {"x": {"names": "n'est pas blessee, cafe noir"}}}
    assert found("Il N’EST pas blessee", **told) == [("n'est pas blessee", (1, 2, 3, 4))]
    assert found("Café noir", type={"x": {"names": "café noir"}}) == [("café noir", (0, 1))]


def test_the_acute_of_a_participle_tells_it_from_the_noun():
    assert found("la gare", type={"x": {"names": "garé"}}) == []
    assert found("mal garé", type={"x": {"names": "garé"}}) == [("garé", (1,))]


@pytest.mark.parametrize(
    ("phrase", "text", "tokens"),
    [
        ("inbre*", "een inbreker", (1,)),
        ("*diefstal", "een fietsdiefstal", (1,)),
        ("verkeersongeval*", "twee verkeersongevallen", (1,)),
        ("auto|fiets weg", "mijn fiets weg", (1, 2)),
        ("is niet? weg", "hij is weg", (1, 2)),
        ("auto ~ gestolen", "auto is van mij gestolen", (0, 4)),
        ("@gun ~ hand", "een riot gun in zijn hand", (1, 2, 5)),
    ],
)
def test_a_phrase_may_hold_stars_choices_options_gaps_and_groups(phrase, text, tokens):
    told = found(text, type={"x": {"names": phrase}}, word={"gun": "pistool, riot gun"})
    assert [one for _, one in told] == [tokens]


@pytest.mark.parametrize("text", ["mes nee in de hand", "mes. hand", "mes een twee drie vier vijf hand"])
def test_a_gap_ends_at_barriers_punctuation_and_four_words(text):
    assert found(text, type={"x": {"names": "mes ~ hand"}}, word={"barrier": "nee"}) == []


def test_fillers_count_as_not_said():
    assert found("kom euh snel", type={"x": {"names": "kom snel"}}, word={"filler": "euh"}) == [("kom snel", (0, 2))]


def test_unless_withholds_only_its_own_table_and_only_nearby():
    tables = {"type": {"x": {"names": "schieten", "unless": "op met"}, "y": {"names": "schieten"}}}
    assert found("schieten op met", **tables) == [("schieten", (0,))]
    assert len(found("schieten een twee drie vier op met", **tables)) == 2


def test_several_files_add_to_one_table():
    book = Phrasebook(
        [{"type": {"x": {"over": ["a"], "names": "een"}}}, {"type": {"x": {"over": ["b"], "names": "twee"}}}]
    )
    assert book.settings["type", "x"]["over"] == ["a", "b"]


@pytest.mark.parametrize("phrase", ["~ mes", "mes ~"])
def test_a_phrase_begins_and_ends_with_a_word(phrase):
    with pytest.raises(ValueError, match="begin and end"):
        Phrasebook([{"type": {"x": {"names": phrase}}}])
