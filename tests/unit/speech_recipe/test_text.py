import random

import pytest

from models.speech.recipe import corpus
from models.speech.recipe.language import LANGUAGES
from models.speech.recipe.text import grammar, numbers
from models.speech.recipe.text.normal import words, words_at, written


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "L'école d’à côté, à Saint-Gilles !", "l' école d' à côté à saint gilles"),
        ("fr", "Aujourd'hui, qu'est-ce qu'elle a ? Ma sœur…", "aujourd'hui qu' est ce qu' elle a ma soeur"),
        ("fr", "quelqu'un", "quelqu' un"),
        ("nl", "'s Avonds zo'n lawaai, auto's!", "'s avonds zo'n lawaai auto's"),
        ("nl", "Sint-Gillisvoorplein, één", "sint gillisvoorplein één"),
        ("nl", "  ... ' ", ""),
    ],
)
def test_normal_form(language, text, expected):
    assert words(text, language) == expected.split()


def test_normal_form_is_a_fixed_point():
    for code in LANGUAGES:
        for line in corpus.load(code).utterances:
            tokens = words(grammar.strip(line), code)
            assert words(" ".join(tokens), code) == tokens


def test_written_joins_elisions_again():
    assert written(["l'", "école", "d'", "à", "côté"]) == "l'école d'à côté"


def test_words_at_gives_the_offset_of_each_written_word():
    assert words_at("Qu'il vienne, vite", "fr") == {0: ["qu'", "il"], 6: ["vienne"], 14: ["vite"]}


@pytest.mark.parametrize(
    ("number", "dutch", "french"),
    [
        (0, "nul", "zéro"),
        (1, "één", "un"),
        (17, "zeventien", "dix sept"),
        (21, "eenentwintig", "vingt et un"),
        (53, "drieënvijftig", "cinquante trois"),
        (62, "tweeënzestig", "soixante deux"),
        (71, "eenenzeventig", "septante et un"),
        (80, "tachtig", "quatre vingt"),
        (81, "eenentachtig", "quatre vingt un"),
        (99, "negenennegentig", "nonante neuf"),
        (100, "honderd", "cent"),
        (101, "honderd één", "cent un"),
        (227, "tweehonderd zevenentwintig", "deux cent vingt sept"),
        (1080, "duizend tachtig", "mille quatre vingt"),
        (2000, "tweeduizend", "deux mille"),
    ],
)
def test_number_words(number, dutch, french):
    assert numbers.dutch(number) == dutch
    assert numbers.french(number) == french


def test_numbers_differ_from_each_other():
    for say in numbers.WORDS.values():
        assert len({say(number) for number in range(3000)}) == 3000


def test_fill_replaces_nested_slots_and_numbers():
    slots = {"where": ["in {town}"], "town": ["Brussel"]}
    assert grammar.fill("hier {where}, nummer {53..53}", slots, "nl", random.Random(0)) == (
        "hier in Brussel, nummer drieënvijftig"
    )


def test_an_unknown_slot_is_an_error():
    with pytest.raises(KeyError, match="nowhere"):
        grammar.fill("{nowhere}", {}, "nl", random.Random(0))


@pytest.mark.parametrize("code", LANGUAGES)
def test_corpus_is_large_filled_and_apart_from_the_test(code):
    text = corpus.load(code)
    assert len(set(text.utterances)) == len(text.utterances) >= 600
    assert len(set(text.tests)) == len(text.tests) >= 40
    assert not set(text.tests) & set(text.utterances)
    rng = random.Random(1)
    assert not any("{" in text.utterance(rng, template) for template in text.utterances)


@pytest.mark.parametrize("code", LANGUAGES)
def test_vocabulary_is_in_normal_form_and_has_every_name_of_the_gazetteer(code):
    text = corpus.load(code)
    assert len(text.vocabulary) >= 4000
    assert all(words(word, code) == [word] for word in text.vocabulary)
    for names in (text.names.all, text.names.aliases, text.foreign.all):
        assert {word for name in names for word in words(name, code)} <= set(text.vocabulary)


def test_the_same_seed_says_the_same():
    text = corpus.load("nl")
    assert [text.turn(random.Random(4)) for _ in range(3)] == [text.turn(random.Random(4)) for _ in range(3)]
