"""The recognition of one call, without processes, clock or loop: audio in, requests out; replies in, news out.

The audio is cut into requests of a fixed length, so that what is understood does not depend on how busy the machine is.
What has been sent since the last final result of each language is kept, and is sent again when the recogniser is
replaced. Audio on which a recogniser dies twice is skipped and reported.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.ports import Hypothesis, Missed
from gateway.speech.audio import SAMPLES_PER_MS, CallAudio
from gateway.speech.choice import Thresholds, choose
from gateway.speech.lane import Heard, Lane

REPLACED = "the recogniser was replaced; its audio is heard again"


@dataclass(frozen=True, slots=True)
class Rules:
    """How every call is listened to."""

    languages: tuple[str, ...]
    """The site's languages, the most frequent first."""
    chunk_ms: int = 200
    """Audio a request carries; results depend on it, so it is never adapted."""
    buffer_ms: int = 30_000
    """Audio that may wait for a recogniser, and as much again that one may have to hear again."""
    thresholds: Thresholds = field(default_factory=Thresholds)


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """A stretch of audio for some languages' recognisers."""

    key: str
    """Names the recognisers; new whenever they begin again."""
    begin: int
    end: int
    languages: tuple[str, ...]
    opens: tuple[str, ...]
    """Those of the languages whose recogniser begins here."""
    scores: bool
    """Whether confidences are wanted before an utterance ends."""
    last: bool
    """Whether all has been sent: no audio, the final results."""


class Listening:
    """One call."""

    def __init__(self, name: str, rules: Rules) -> None:
        self._name, self._rules = name, rules
        self._chunk = rules.chunk_ms * SAMPLES_PER_MS
        self._bound = rules.buffer_ms * SAMPLES_PER_MS
        self._audio = CallAudio()
        self._lanes = {language: Lane(language) for language in rules.languages}
        self._choice = choose([lane.evidence() for lane in self._lanes.values()], rules.thresholds)
        self._lives = 0
        self._sent = self._heard = self._told = 0
        self._opened: set[str] = set()
        self._on_the_way: deque[Request] = deque()
        self._fatal: int | None = None
        self._overflow: Missed | None = None
        self._ended = False
        self._last_sent = False
        self._news: deque[Hypothesis | Missed] = deque()
        self._last_told: Hypothesis | None = None
        self.done = False
        """Whether all is heard, or given up."""

    # -- audio in ------------------------------------------------------------------------------------------------------

    def feed(self, pcm: bytes, at_ms: int) -> None:
        """Take a frame; what does not fit is missed."""
        samples = len(pcm) // 2
        if self._audio.end - self._sent + samples > self._bound:
            self._miss(at_ms, at_ms + samples // SAMPLES_PER_MS)
            return
        self._report_overflow()
        self._audio.add(pcm, at_ms)

    def end(self) -> None:
        """Learn that no more audio comes."""
        self._ended = True
        self._report_overflow()
        if self._audio.end == 0:
            self._finish()

    def _miss(self, from_ms: int, to_ms: int) -> None:
        began = self._overflow.from_ms if self._overflow else from_ms
        self._overflow = Missed(began, to_ms, "no recogniser kept up")
        if to_ms - began >= 1000:
            self._report_overflow()

    def _report_overflow(self) -> None:
        if self._overflow:
            self._news.append(self._overflow)
            self._overflow = None

    # -- requests out --------------------------------------------------------------------------------------------------

    @property
    def key(self) -> str:
        """The name of this call's recognisers as they are now."""
        return f"{self._name}.{self._lives}"

    @property
    def due(self) -> bool:
        """Whether there is a request to send."""
        if self.done or self._last_sent:
            return False
        return self._ended or self._audio.end - self._sent >= self._chunk

    def next_request(self) -> tuple[Request, bytes]:
        """Return the next request and its audio; only when one is due."""
        begin, end = self._sent, min(self._sent + self._chunk, self._audio.end)
        languages = tuple(lane.language for lane in self._lanes.values() if lane.began <= begin)
        opens = tuple(language for language in languages if language not in self._opened)
        last = self._ended and begin == end
        request = Request(self.key, begin, end, languages, opens, not self._choice.decided, last)
        self._opened.update(opens)
        self._sent, self._last_sent = end, last
        self._on_the_way.append(request)
        return request, self._audio.read(begin, end)

    # -- replies in ----------------------------------------------------------------------------------------------------

    def take(self, request: Request, reply: Mapping[str, Any]) -> None:
        """Take the reply to a request, by language; replies from before a restart are ignored.

        Raises KeyError, TypeError or ValueError when the reply is not one of `gateway.speech.recogniser`.
        """
        if not self._is_next(request):
            return
        heard = {language: Heard.of(reply[language]) for language in request.languages}
        self._on_the_way.popleft()
        for language, lane in self._lanes.items():
            if language in heard:
                lane.take(heard[language], request.end, self._audio)
        self._advance(request)

    def failed(self, request: Request, why: str) -> None:
        """Learn that a request of this call could not be worked off; its recognisers are gone."""
        if self._is_next(request):
            self.lost(why, request)

    def lost(self, why: str, busy_with: Request | None) -> None:
        """Learn that the recognisers are gone; `busy_with` is what they did if it was this call's."""
        if self.done or not self._opened:
            return
        fatal = busy_with.end if busy_with and self._is_next(busy_with) else None
        if fatal is not None and self._fatal is not None:
            self._skip(fatal, why)
        else:
            self._again()
            self._fatal = fatal or self._fatal

    def give_up(self, why: str) -> None:
        """Stop listening; what is not heard is missed."""
        if self.done:
            return
        self._report_overflow()
        if self._audio.end > self._heard:
            self._news.append(Missed(self._audio.call_ms(self._heard), self._audio.call_ms(self._audio.end), why))
        self._finish()

    def _is_next(self, request: Request) -> bool:
        return bool(self._on_the_way) and self._on_the_way[0] is request

    def _advance(self, request: Request) -> None:
        self._heard = max(self._heard, request.end)
        if self._fatal is not None and request.end >= self._fatal:
            self._fatal = None
        if request.end > self._told or request.last:
            self._told = request.end
            self._choose()
            self._tell()
        if request.last:
            self._finish()
        needed = max(min(lane.kept for lane in self._lanes.values()), self._sent - self._bound)
        self._audio.forget(needed // self._chunk * self._chunk)

    def _resume(self, sample: int) -> int:
        """Return where the first request after a sample begins: recognisers begin with whole requests."""
        return min(-(-sample // self._chunk) * self._chunk, self._audio.end)

    def _again(self) -> None:
        """Hear all since the last final results again, as far as it is still held."""
        at_ms, held = self._audio.call_ms(self._heard), self._audio.begin
        self._news.append(Missed(at_ms, at_ms, REPLACED))
        if self._leading.kept < held:
            gone = self._audio.call_ms(self._leading.kept), self._audio.call_ms(held)
            self._news.append(Missed(*gone, "the recogniser was lost after a long utterance"))
        self._restart([max(self._resume(lane.kept), held) for lane in self._lanes.values()])

    def _skip(self, upto: int, why: str) -> None:
        """Leave out the audio that recognisers die on: all from the last final result on."""
        missed = self._audio.call_ms(self._leading.kept), self._audio.call_ms(upto)
        self._news.append(Missed(*missed, f"twice a recogniser {why} on it"))
        for lane in self._lanes.values():
            lane.skip()
        self._fatal, self._heard = None, max(self._heard, upto)
        self._restart([upto] * len(self._lanes))

    def _restart(self, at: Sequence[int]) -> None:
        for lane, sample in zip(self._lanes.values(), at, strict=True):
            lane.restart(sample)
        self._lives += 1
        self._opened.clear()
        self._on_the_way.clear()
        self._sent, self._last_sent = min(at), False

    # -- news out ------------------------------------------------------------------------------------------------------

    def news(self) -> Iterator[Hypothesis | Missed]:
        """Yield what is new, once."""
        while self._news:
            yield self._news.popleft()

    @property
    def backlog_ms(self) -> int:
        """Audio that no recogniser has heard yet."""
        return max(0, self._audio.end - self._heard) // SAMPLES_PER_MS

    @property
    def _leading(self) -> Lane:
        return self._lanes[self._choice.language]

    def _choose(self) -> None:
        """Decide the language once there is enough evidence; then the others stop."""
        if not self._choice.decided:
            self._choice = choose([lane.evidence() for lane in self._lanes.values()], self._rules.thresholds)
            if self._choice.decided:
                self._lanes = {self._choice.language: self._leading}

    def _tell(self) -> None:
        now, before = self._hypothesis(), self._last_told
        if before is None or _said(now) != _said(before):
            self._news.append(now)
            self._last_told = now

    def _finish(self) -> None:
        self.done = True
        self._news.append(self._hypothesis())

    def _hypothesis(self) -> Hypothesis:
        choice, lane = self._choice, self._leading
        heard_ms = self._audio.call_ms(self._heard)
        return Hypothesis(choice.language, choice.decided, lane.segments, lane.partial, heard_ms)


def _said(hypothesis: Hypothesis) -> tuple[object, ...]:
    words = hypothesis.partial.text if hypothesis.partial else ""
    return hypothesis.language, hypothesis.decided, hypothesis.segments, words
