import math
import random

import pytest

from models.speech.recipe import lm

SENTENCES = [
    ["er", "is", "brand", "in", "de", "keuken"],
    ["er", "is", "een", "man", "in", "de", "tuin"],
    ["er", "is", "brand", "in", "de", "tuin"],
]
VOCABULARY = {word for sentence in SENTENCES for word in sentence} | {"kelder"}


@pytest.fixture(scope="module")
def model():
    return lm.train(SENTENCES, VOCABULARY, floor=1, prune=0.0)


@pytest.mark.parametrize("history", [(), (lm.BEGIN,), ("de",), ("in", "de"), ("is", "brand"), ("kelder", "de")])
def test_probabilities_of_what_follows_sum_to_one(model, history):
    total = sum(model.of((*history, word)) for word in [*VOCABULARY, lm.END])
    assert total == pytest.approx(1, abs=1e-6)


def test_a_word_never_seen_is_possible_everywhere(model):
    assert 0 < model.of(("in", "de", "kelder")) < model.of(("in", "de", "tuin"))


def test_words_outside_the_vocabulary_are_not_counted():
    seen = lm.counts([["er", "is", "xxx", "brand"]], {"er", "is", "brand"})
    assert seen[1] == {(lm.BEGIN, "er"): 1, ("er", "is"): 1, ("brand", lm.END): 1}


def test_a_name_said_after_one_word_only_is_not_expected_elsewhere():
    sentences = [["rue", "defacqz"]] * 9 + [["a", "oui"], ["b", "oui"], ["c", "oui"]]
    model = lm.train(sentences, {"rue", "defacqz", "oui", "a", "b", "c"}, floor=1, prune=0.0)
    assert model.of(("oui",)) > model.of(("defacqz",))
    assert model.of(("rue", "defacqz")) > 0.5


def test_pruning_drops_what_backing_off_says_as_well():
    small = lm.train(SENTENCES, VOCABULARY, floor=1, prune=1.0)
    whole = lm.train(SENTENCES, VOCABULARY, floor=1, prune=0.0)
    assert [len(grams) for grams in small.probability] < [len(grams) for grams in whole.probability]


def test_perplexity_counts_unknown_words_apart(model):
    perplexity, unknown = lm.perplexity(model, [["er", "is", "olifant"]], VOCABULARY)
    assert math.isfinite(perplexity)
    assert unknown == pytest.approx(1 / 4)


def test_training_text_is_less_surprising_than_shuffled_text(model):
    shuffled = [random.Random(1).sample(sentence, len(sentence)) for sentence in SENTENCES]
    assert lm.perplexity(model, SENTENCES, VOCABULARY) < lm.perplexity(model, shuffled, VOCABULARY)
