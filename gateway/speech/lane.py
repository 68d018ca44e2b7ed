"""One language's hearing of one call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.domain.call import Segment, Speaker, Word
from gateway.speech.audio import SAMPLES_PER_MS, CallAudio
from gateway.speech.choice import Evidence
from gateway.speech.partial import partial_words

NOT_DECODED_MS = 600
"""Audio before a final result that may belong to the next one: the acoustic model looks ahead and works in batches."""


@dataclass(frozen=True, slots=True)
class HeardWord:
    """A word as the recogniser tells it."""

    text: str
    start_ms: int
    """Since the recogniser began."""
    end_ms: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Heard:
    """What one recogniser makes of one more stretch of audio."""

    final: tuple[HeardWord, ...] | None
    """The words of an utterance that has just ended; None while it runs."""
    partial: str
    """The running text."""
    scores: tuple[float, ...]
    """Confidences of the first words of the running text, as far as they are known."""

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> "Heard":
        """Read what `gateway.speech.recogniser` wrote; raises KeyError, TypeError or ValueError."""
        final = fields["final"]
        words = None if final is None else tuple(HeardWord(str(w), int(s), int(e), float(c)) for w, s, e, c in final)
        return cls(words, str(fields["partial"]), tuple(map(float, fields["scores"])))


class Lane:
    """What a language has understood, and the audio it would need to hear again."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.began = 0
        """The sample its recogniser began at."""
        self.kept = 0
        """The sample from which it hears again when it is replaced: nothing before it is missing from the segments."""
        self.segments: tuple[Segment, ...] = ()
        self._partial: tuple[Word, ...] = ()
        self._scores: tuple[float, ...] = ()

    @property
    def partial(self) -> Segment | None:
        """The words still being spoken."""
        return _segment(self._partial, self.language) if self._partial else None

    def restart(self, at: int) -> None:
        """Begin again with a new recogniser at a sample."""
        self.began = self.kept = at

    def skip(self) -> None:
        """Give up the running words."""
        self._partial = self._scores = ()

    def take(self, heard: Heard, upto: int, audio: CallAudio) -> None:
        """Learn what the audio up to a sample says."""
        if heard.final is None:
            since = audio.call_ms(self.kept)
            self._partial = partial_words(heard.partial, audio.call_ms(upto), since, self._partial)
            self._scores = heard.scores
            return
        if heard.final:
            words = tuple(self._word(word, audio) for word in heard.final)
            self.segments += (_segment(words, self.language),)
            self.kept = max(self.kept, self.began + heard.final[-1].end_ms * SAMPLES_PER_MS)
        self.kept = max(self.kept, upto - NOT_DECODED_MS * SAMPLES_PER_MS)
        self.skip()

    def evidence(self) -> Evidence:
        """Count what speaks for this language."""
        final = [word for segment in self.segments for word in segment.words]
        words = [*final, *self._partial]
        scores = [*(word.confidence for word in final), *self._scores]
        return Evidence(self.language, sum(len(word.text) for word in words), len(scores), sum(scores))

    def _word(self, word: HeardWord, audio: CallAudio) -> Word:
        start, end = (audio.call_ms(self.began + ms * SAMPLES_PER_MS) for ms in (word.start_ms, word.end_ms))
        return Word(
            text=word.text, start_ms=start, end_ms=max(start, end), confidence=min(1.0, max(0.0, word.confidence))
        )


def _segment(words: Sequence[Word], language: str) -> Segment:
    return Segment(
        speaker=Speaker.CALLER,
        start_ms=words[0].start_ms,
        end_ms=words[-1].end_ms,
        text=" ".join(word.text for word in words),
        language=language,
        words=tuple(words),
    )
