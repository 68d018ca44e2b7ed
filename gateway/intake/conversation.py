"""What the gateway says on a call, and when: a pure state machine over time, silence and what the ticket still lacks.

Greeting; then the caller speaks, over it if they like. After a pause the first thing missing is asked, each question
once; when nothing is missing the caller is told that help comes, or why not at once and when. A line that stays silent
is asked for a key press, and kept. Nothing here plays, waits or looks at a clock: `now` is seconds, actions come back.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.questions import next_question
from gateway.domain.ticket import Ticket
from gateway.domain.triage import TriageTable


@dataclass(frozen=True, slots=True)
class Manners:
    """How the gateway converses; seconds."""

    languages: tuple[str, ...] = ("nl", "fr")
    """Languages of the place, in the order they greet."""
    pause_s: float = 1.6
    """Silence after words before the gateway speaks."""
    silent_s: float = 6.0
    """Silence after the greeting before the line counts as silent and a key press is offered."""
    silent_prompts: int = 2
    """How often a key press is offered."""
    questions: int = 4
    """How many questions are asked at most."""
    linger_s: float = 8.0
    """Silence after a deferred answer was told before the gateway hangs up."""
    linger_urgent_s: float = 120.0
    """The same when help is on its way: the line is kept for the caller."""
    longest_silence_s: float = 600.0
    """A silent line is kept this long for a person to listen in."""


@dataclass(frozen=True, slots=True)
class Say:
    """Say a prepared sentence."""

    key: str
    language: str


@dataclass(frozen=True, slots=True)
class Tell:
    """Say what the answer to the call will be; it becomes the ticket's caller information."""

    key: str
    language: str


@dataclass(frozen=True, slots=True)
class Hush:
    """Stop speaking: the caller does."""


@dataclass(frozen=True, slots=True)
class LineSilent:
    """Nobody has spoken: the ticket is raised."""


@dataclass(frozen=True, slots=True)
class HelpPressed:
    """The caller cannot speak and pressed a key: help is needed at once."""

    digit: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call."""

    reason: str


Action = Say | Tell | Hush | LineSilent | HelpPressed | HangUp


class Conversation:
    """The gateway's side of one call."""

    def __init__(self, manners: Manners, table: TriageTable, now: float) -> None:
        self._manners = manners
        self._table = table
        self._quiet_since = now
        self._language: str | None = None
        self._spoken = False
        self._helped = False
        self._silent_prompts = 0
        self._asked: set[str] = set()
        self._told: str | None = None

    def answered(self) -> Sequence[Action]:
        """Greet in the languages of the place."""
        return [Say("greeting", language) for language in self._manners.languages]

    def words(self, now: float, *, language: str, playing: bool) -> Sequence[Action]:
        """Take note that the caller speaks; what the gateway was saying stops, but not what the answer will be."""
        self._spoken, self._language, self._quiet_since = True, language, now
        return [Hush()] if playing and self._told is None else []

    def digit(self, digit: str, now: float) -> Sequence[Action]:
        """Take a key press of a caller who cannot speak."""
        self._quiet_since = now
        if self._helped or self._spoken:
            return []
        self._helped = True
        return [Hush(), HelpPressed(digit), *(Say("silent_help", language) for language in self._manners.languages)]

    def tick(self, now: float, ticket: Ticket, *, playing: bool) -> Sequence[Action]:
        """Look at the clock, some times a second."""
        if playing:
            self._quiet_since = now
            return []
        quiet = now - self._quiet_since
        if not self._spoken:
            return self._while_silent(quiet)
        return self._ask(quiet, ticket) or self._tell(quiet, ticket) or self._close(quiet, ticket)

    def _while_silent(self, quiet: float) -> Sequence[Action]:
        if quiet >= self._manners.longest_silence_s:
            return [HangUp("silent for too long")]
        if self._helped or self._silent_prompts >= self._manners.silent_prompts or quiet < self._manners.silent_s:
            return []
        self._silent_prompts += 1
        return [LineSilent(), *(Say("silent_line", language) for language in self._manners.languages)]

    def _ask(self, quiet: float, ticket: Ticket) -> Sequence[Action]:
        if quiet < self._manners.pause_s or self._told or len(self._asked) >= self._manners.questions:
            return []
        question = next_question(ticket, self._asked)
        if question is None:
            return []
        self._asked.add(question.key)
        return [Say(question.key, self.language)]

    def _tell(self, quiet: float, ticket: Ticket) -> Sequence[Action]:
        answer = self._table.announcement[ticket.priority]
        if quiet < self._manners.pause_s or answer == self._told:
            return []
        self._told = answer
        return [Tell(answer, self.language)]

    def _close(self, quiet: float, ticket: Ticket) -> Sequence[Action]:
        urgent = self._table.response[ticket.priority] == "immediate"
        linger = self._manners.linger_urgent_s if urgent else self._manners.linger_s
        return [HangUp("told and quiet")] if quiet >= linger else []

    @property
    def language(self) -> str:
        """The language to speak: the caller's, or the first of the place while it is not known."""
        return self._language or self._manners.languages[0]
