"""Segments to one text and back to milliseconds."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.call import Segment, Speaker, Word
from gateway.language.joining import join


def segment(text, start_ms, step_ms=100, speaker=Speaker.CALLER, timed=True):
    words = [
        Word(text=w, start_ms=start_ms + i * step_ms, end_ms=start_ms + (i + 1) * step_ms, confidence=1)
        for i, w in enumerate(text.split())
    ]
    end_ms = words[-1].end_ms if words else start_ms
    said = tuple(words) if timed else ()
    return Segment(speaker=speaker, start_ms=start_ms, end_ms=end_ms, text=text, language="nl", words=said)


def test_pauses_end_a_clause_and_short_breaks_do_not():
    told = [segment("er is ingebroken", 0), segment("in de defacqzstraat", 300), segment("geen mes", 1400)]
    assert join(told).text == "er is ingebroken in de defacqzstraat, geen mes"


def test_only_the_caller_is_read():
    told = [segment("help", 0), segment("waar bent u", 500, speaker=Speaker.GATEWAY), segment("hier", 600)]
    assert join(told).text == "help hier"


def test_characters_lead_back_to_the_words_they_lie_in():
    joined = join([segment("er is ingebroken", 0), segment("nummer drieënvijftig", 2000)])
    assert joined.times(6, 16) == (200, 300)
    assert joined.times(7, 9) == (200, 300)
    start = joined.text.index("drieën")
    assert joined.times(start, start + 12) == (2100, 2200)
    assert joined.times(0, len(joined.text)) == (0, 2200)
    assert joined.times(3, start) == (100, 2100)


def test_a_segment_without_word_times_counts_as_a_whole():
    joined = join([segment("er is ingebroken", 500, timed=False), segment("kom snel", 2000)])
    assert joined.times(3, 5) == (500, 800)


def test_nothing_said_is_an_empty_text():
    assert join([]).text == ""
    assert join([]).times(0, 0) == (0, 0)


WORDS = st.lists(st.text("abcé", min_size=1, max_size=6), min_size=1, max_size=5).map(" ".join)


@given(st.lists(st.tuples(WORDS, st.integers(0, 2000)), min_size=1, max_size=6))
def test_every_word_is_found_at_its_own_time(parts):
    segments, at = [], 0
    for text, pause in parts:
        segments.append(segment(text, at + pause))
        at = segments[-1].end_ms
    joined, position = join(segments), 0
    for word in (word for each in segments for word in each.words):
        position = joined.text.index(word.text, position)
        assert joined.times(position, position + len(word.text)) == (word.start_ms, word.end_ms)
        position += len(word.text)
