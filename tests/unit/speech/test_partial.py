"""Estimates for words still being spoken."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.speech.partial import LAG_MS, MS_PER_LETTER, partial_words


def test_new_words_end_before_now_and_share_the_time_by_their_letters():
    words = partial_words("er is ingebroken", 3000, 0, ())
    assert words[-1].end_ms == 3000 - LAG_MS
    assert words[0].start_ms == 3000 - LAG_MS - 14 * MS_PER_LETTER
    assert [word.text for word in words] == ["er", "is", "ingebroken"]
    assert words[0].end_ms == words[1].start_ms == words[0].start_ms + 2 * MS_PER_LETTER


def test_words_that_stay_keep_their_place_and_become_surer():
    first = partial_words("er is", 1000, 0, ())
    second = partial_words("er is een", 1400, 0, first)
    third = partial_words("er is een", 1600, 0, second)
    assert [w.confidence for w in third] == [0.725, 0.725, 0.65]
    assert [(w.start_ms, w.end_ms) for w in second[:2]] == [(w.start_ms, w.end_ms) for w in first]


def test_words_that_changed_are_new():
    first = partial_words("er was een", 1000, 0, ())
    second = partial_words("er is een", 1200, 0, first)
    assert [w.confidence for w in second] == [0.65, 0.5, 0.5]
    assert second[1].start_ms >= first[0].end_ms


TEXTS = st.lists(st.lists(st.sampled_from(["a", "bb", "ccc", "dddd"]), max_size=6).map(" ".join), max_size=8)


@given(TEXTS, st.integers(0, 5000))
def test_words_are_in_order_within_what_was_heard(texts, since_ms):
    words, at_ms = (), since_ms
    for text in texts:
        at_ms += 200
        words = partial_words(text, at_ms, since_ms, words)
        edges = [edge for word in words for edge in (word.start_ms, word.end_ms)]
        assert " ".join(word.text for word in words) == text
        assert edges == sorted(edges)
        assert not edges or since_ms <= edges[0] <= edges[-1] <= at_ms
