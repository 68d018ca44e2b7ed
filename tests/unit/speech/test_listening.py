"""One call's recognition without processes: requests are answered, lost or refused by hand."""

from collections import deque
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from gateway.ports import Hypothesis, Missed
from gateway.speech.listening import Listening, Rules
from tests.unit.speech.sound import Heard, said

CHUNK = 3200


class Recognisers:
    """Hear as the stand-in does: a word a 100 ms value, an utterance ended by zeros."""

    def __init__(self):
        self.open = {}

    def answer(self, request, pcm):
        reply = {}
        for language in request.languages:
            if language in request.opens:
                self.open[language] = (0, [])
            at, words = self.open[language]
            ended = request.last
            for i in range(0, len(pcm), 1600):
                value = int.from_bytes(pcm[i : i + 2], "little")
                if value:
                    sure = 0.95 if (value % 2 == 0) == (language == "nl") else 0.4
                    words.append([f"w{value}", at, at + 100, sure])
                ended = ended or not value
                at += len(pcm[i : i + 1600]) // 16
            final, words = (words, []) if ended else (None, words)
            self.open[language] = (at, words)
            text = " ".join(word[0] for word in words)
            reply[language] = {"final": final, "partial": text, "scores": [word[3] for word in words]}
        return reply


class Shuttle:
    """Moves audio into a Listening and requests out of it."""

    def __init__(self, **rules):
        self.listening = Listening("call", Rules(("nl", "fr"), **rules))
        self.heard, self.sent, self.at_ms = Heard(), deque(), 0
        self.recognisers = Recognisers()

    def play(self, *values):
        pcm = said(*values)
        for start in range(0, len(pcm), 320):
            self.listening.feed(pcm[start : start + 320], self.at_ms)
            self.at_ms += 20
        self.look()

    def send(self, most=10**6):
        while self.listening.due and len(self.sent) < most:
            self.sent.append(self.listening.next_request())

    def answer(self, count=10**6):
        for _ in range(min(count, len(self.sent))):
            request, pcm = self.sent.popleft()
            self.listening.take(request, self.recognisers.answer(request, pcm))
            self.look()

    def lose(self, guilty=False):
        busy_with = self.sent[0][0] if guilty and self.sent else None
        self.sent.clear()
        self.recognisers = Recognisers()
        self.listening.lost("died", busy_with)
        self.look()

    def finish(self):
        self.listening.end()
        while not self.listening.done:
            self.send()
            self.answer()
        self.look()
        return self.heard

    def look(self):
        self.heard.extend(self.listening.news())


def alone(values):
    shuttle = Shuttle()
    shuttle.play(*values)
    return shuttle.finish()


VALUES = [2, 4, 6, 0, 8, 10, 0, 0, 12, 14, 16, 18, 0, 20]


def test_the_whole_call_is_heard_in_requests_of_one_length():
    shuttle = Shuttle()
    shuttle.play(*VALUES)
    shuttle.send()
    assert {len(pcm) for _, pcm in shuttle.sent} == {CHUNK}
    assert [text for text, _, _ in shuttle.finish().words] == [f"w{value}" for value in VALUES if value]


def test_both_languages_hear_until_it_is_decided_then_one():
    shuttle = Shuttle()
    shuttle.play(*VALUES)
    languages = []
    shuttle.listening.end()
    while not shuttle.listening.done:
        shuttle.send(1)
        languages.append(shuttle.sent[0][0].languages)
        shuttle.answer()
    assert languages[0] == ("nl", "fr")
    assert languages[-1] == ("nl",)
    assert shuttle.listening.done


def test_every_hypothesis_says_more_or_other_than_the_one_before():
    heard = [news for news in alone(VALUES) if isinstance(news, Hypothesis)]
    said_so_far = [(h.segments, h.partial and h.partial.text, h.decided, h.language) for h in heard]
    assert all(a != b for a, b in pairwise(said_so_far[:-1]))
    assert [h.heard_ms for h in heard] == sorted(h.heard_ms for h in heard)


def test_a_call_without_audio_ends_at_once():
    assert Shuttle().finish().last.segments == ()


def test_a_call_of_less_than_one_request_is_heard():
    assert [text for text, _, _ in alone([2]).words] == ["w2"]


def test_a_reply_to_lost_recognisers_is_ignored():
    shuttle = Shuttle()
    shuttle.play(2, 4)
    shuttle.send()
    request, pcm = shuttle.sent[0]
    reply = shuttle.recognisers.answer(request, pcm)
    shuttle.lose()
    shuttle.listening.take(request, reply)
    shuttle.listening.failed(request, "failed")
    shuttle.look()
    assert shuttle.heard.missed == [(0, 0)]
    assert len(shuttle.finish().words) == 2


def test_recognisers_that_never_heard_this_call_are_no_loss_to_it():
    shuttle = Shuttle()
    shuttle.play(2)
    shuttle.lose()
    shuttle.lose()
    assert shuttle.heard == []


def test_an_utterance_longer_than_the_buffer_is_lost_in_part_and_told():
    shuttle = Shuttle(buffer_ms=1000)
    for value in range(2, 82, 2):
        shuttle.play(value)
        shuttle.send()
        shuttle.answer()
    shuttle.lose()
    heard = shuttle.finish()
    assert heard.missed == [(4000, 4000), (0, 3000)]
    assert [text for text, _, _ in heard.words] == [f"w{value}" for value in range(62, 82, 2)]


def test_giving_up_tells_what_was_not_heard():
    shuttle = Shuttle()
    shuttle.play(*VALUES)
    shuttle.send()
    shuttle.answer(1)
    shuttle.listening.give_up("not in time")
    shuttle.listening.give_up("not in time")
    shuttle.look()
    assert shuttle.heard[-2] == Missed(200, 1400, "not in time")
    assert isinstance(shuttle.heard[-1], Hypothesis)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("play"), st.integers(1, 3)),
        st.tuples(st.just("send"), st.integers(1, 4)),
        st.tuples(st.just("answer"), st.integers(1, 4)),
        st.tuples(st.just("lose"), st.just(0)),
    ),
    max_size=60,
)


@given(STEPS)
def test_whatever_the_order_of_things_every_word_is_heard_once_at_its_time(steps):
    shuttle, left = Shuttle(), list(VALUES)
    for step, count in steps:
        match step:
            case "play":
                played, left = left[:count], left[count:]
                shuttle.play(*played)
            case "send":
                shuttle.send(count)
            case "answer":
                shuttle.answer(count)
            case "lose":
                shuttle.lose()
    shuttle.play(*left)
    heard = shuttle.finish()
    assert heard.words == alone(VALUES).words
    assert all(begin == to for begin, to in heard.missed)


@given(st.integers(1, 5), st.integers(0, 6))
def test_without_losses_what_is_told_does_not_depend_on_how_busy_the_machine_is(ahead, before):
    shuttle = Shuttle()
    for value in VALUES:
        shuttle.play(value)
        shuttle.send(ahead)
        if shuttle.at_ms > before * 200:
            shuttle.answer(1)
    assert list(shuttle.finish()) == list(alone(VALUES))


@given(st.integers(0, 12), st.integers(0, 3))
def test_a_call_that_kills_its_recogniser_again_and_again_comes_to_an_end(good, more):
    shuttle = Shuttle()
    shuttle.play(*VALUES)
    shuttle.listening.end()
    deaths = 0
    while not shuttle.listening.done:
        shuttle.send(3)
        poisoned = deaths < 20 and shuttle.sent[0][0].begin >= good * 800
        if poisoned:
            shuttle.lose(guilty=True)
            deaths += 1
        else:
            shuttle.answer(1 + more)
    shuttle.look()
    assert deaths <= 20
    lost = [(begin, to) for begin, to in shuttle.heard.missed if begin < to]
    for text, start, end in shuttle.heard.words:
        assert text in {f"w{v}" for v in VALUES}
        assert all(end <= begin or start >= to for begin, to in lost)
