"""The gateway's voice on one call: what is said stands on the ticket's transcript, with its milliseconds."""

from gateway.domain.call import Segment, Speaker
from gateway.domain.caller_information import owe, told
from gateway.intake.docket import Docket
from gateway.intake.parts import Parts
from gateway.ports import Line


class Voice:
    """Says prepared sentences to the caller."""

    def __init__(self, docket: Docket, line: Line, parts: Parts) -> None:
        self._docket = docket
        self._line = line
        self._parts = parts

    def say(self, key: str, language: str) -> None:
        """Say a sentence after what is being said already."""
        audio = self._parts.announcements.audio(key, language)
        until_s = self._line.play(audio)
        end_ms = self._docket.position_ms() + int(until_s * 1000)
        spoken = Segment(
            speaker=Speaker.GATEWAY,
            start_ms=max(0, end_ms - len(audio) // 16),
            end_ms=end_ms,
            text=self._parts.announcements.text(key, language),
            language=language,
        )
        self._docket.amend(lambda t: t.changed(self._docket.time(), transcript=(*t.transcript, spoken)))

    def tell(self, key: str, language: str) -> None:
        """Tell what the answer to the call will be; from then on the caller is informed."""
        self.owe(key, language)
        self.say(key, language)
        self._docket.amend(lambda t: told(t, "gateway", self._docket.time()))

    def owe(self, key: str, language: str) -> None:
        """Note what the caller is to be told."""
        sentence = self._parts.sentences[key][language]
        self._docket.amend(lambda t: owe(t, sentence, language, self._docket.time()))

    def hush(self) -> None:
        """Stop speaking: the caller does."""
        self._line.stop_playing()
