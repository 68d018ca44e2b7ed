"""The seams between the parts. Intake knows the parts by these Protocols only; `app.py` chooses who stands behind them.

No method here waits for a later part of the way: what may be slow is `async` and raises `PartUnavailable` when its part
is missing or late; what sits on the path of audio is synchronous, bounded and never blocks.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.domain.call import Segment
from gateway.domain.ids import CallId, ConsumerId, TicketId, Token
from gateway.domain.reading import Reading
from gateway.domain.ticket import Ticket

SAMPLE_RATE_HZ = 8000
FRAME_MS = 20
FRAME_BYTES = 320
"""One frame: 160 samples, 16-bit little-endian mono."""


class Clock(Protocol):
    """Time, given from outside so that tests can move it by hand."""

    def now(self) -> datetime:
        """Return the time of day, aware, UTC."""

    def monotonic(self) -> float:
        """Return seconds that only grow."""


# -- the telephone line ------------------------------------------------------------------------------------------------


class LineListener(Protocol):
    """What a line tells the conversation on it. Called on the event loop; must return at once."""

    def audio(self, pcm: bytes, at_ms: int, *, lost: bool) -> None:
        """Take one frame of the caller's voice, `at_ms` after the answer; `lost` when it is a concealment."""

    def digit(self, digit: str, at_ms: int) -> None:
        """Take one key press (RFC 4733)."""

    def ended(self, by: str, reason: str) -> None:
        """Learn that the call is over: `by` is remote, local, timeout or error. Told once, also before an answer."""


class Line(Protocol):
    """One telephone call as intake sees it, whatever trunk it came by."""

    @property
    def id(self) -> CallId:
        """This call's id."""

    @property
    def caller(self) -> str | None:
        """The calling number or user part; None when withheld."""

    @property
    def called(self) -> str:
        """The number or user part that was dialled."""

    def answer(self, listener: LineListener, *, ticket: TicketId, recording: str) -> None:
        """Take the call (200 OK with the ticket's id in Call-Info) and start media, recorded under `recording`."""

    def refuse(self, status: int, reason: str) -> None:
        """Refuse the call with a SIP status."""

    def play(self, pcm: bytes) -> float:
        """Queue 16-bit 8 kHz speech after what is queued already; return the seconds until all will have been said."""

    def stop_playing(self) -> None:
        """Fall silent: the caller speaks."""

    @property
    def playing(self) -> bool:
        """Whether something is being said to the caller."""

    @property
    def recording_fault(self) -> str | None:
        """Why the recording is incomplete; None while it is whole."""

    def hang_up(self, reason: str) -> None:
        """End the call (BYE)."""


LineHandler = Callable[[Line], None]
"""Called by a trunk for each new call, on the loop; starts a conversation and returns at once."""


# -- hearing -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """Everything the caller is believed to have said so far: a snapshot that replaces the one before."""

    language: str
    """The decided language, or the leading one while `decided` is False."""
    decided: bool
    segments: tuple[Segment, ...]
    """Final segments, oldest first."""
    partial: Segment | None
    """The words still being spoken; they may change."""
    heard_ms: int
    """How far into the call the recogniser has listened."""


@dataclass(frozen=True, slots=True)
class Missed:
    """Speech that was not recognised, and why."""

    from_ms: int
    to_ms: int
    why: str


class Ear(Protocol):
    """The recognition of one call."""

    def feed(self, pcm: bytes, at_ms: int) -> None:
        """Take one frame. Never blocks: what does not fit the bounded buffer is reported as missed."""

    async def finish(self, timeout_s: float) -> None:
        """Recognise what is left and deliver the last hypothesis before returning; gives up after `timeout_s`."""

    def close(self) -> None:
        """Stop listening at once."""


class Hearing(Protocol):
    """Speech recognition."""

    def listen(self, call: CallId, heard: Callable[[Hypothesis | Missed], None]) -> Ear:
        """Start listening to a call in all languages of the site; `heard` is called on the loop for every change."""


# -- understanding -----------------------------------------------------------------------------------------------------


class Understanding(Protocol):
    """Reading of the caller's words."""

    async def read(self, segments: Sequence[Segment], language: str) -> Reading:
        """Read the caller's words so far; raises PartUnavailable when no reader answers in time."""


# -- speaking ----------------------------------------------------------------------------------------------------------


class Announcements(Protocol):
    """Speech prepared ahead, from `config/announcements`."""

    def text(self, key: str, language: str) -> str:
        """Return the sentence; raises ConfigError when the site has none."""

    def audio(self, key: str, language: str) -> bytes:
        """Return it as 16-bit 8 kHz mono PCM."""


# -- keeping and handing over ------------------------------------------------------------------------------------------


class Journal(Protocol):
    """Tickets on this host's disk."""

    async def append(self, ticket: Ticket) -> None:
        """Return when this version is on disk (synced); raises PartUnavailable when the disk takes no more."""

    def replay(self) -> Iterator[Ticket]:
        """Yield the newest version of every ticket that is kept, oldest ticket first."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A ticket in a consumer's hands."""

    ticket: Ticket
    token: Token
    consumer: ConsumerId
    until: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the change stream."""

    position: str
    """Where it stands in the stream; read on from here."""
    kind: str
    """opened, updated, queued, claimed, renewed, acked, released, expired, dead, live."""
    ticket_id: TicketId
    version: int
    status: str
    consumer: str | None
    """Who holds the lease, so that holders see the changes to what they hold."""


@dataclass(frozen=True, slots=True)
class Live:
    """Words still being spoken, for the desk only; neither kept nor versioned."""

    ticket_id: TicketId
    partial: Segment | None


class TicketQueue(Protocol):
    """The priority queue of one zone, and the tickets on it (`contract/ticket.md`).

    Every method raises PartUnavailable when the store is away.
    """

    async def put(self, ticket: Ticket, *, based_on: int) -> Ticket:
        """Store a new version, give it its place, and return it as stored (its status is the queue's own).

        `based_on` is the stored version that this change was made from. Raises Conflict with the stored ticket when the
        stored version is newer than `based_on`; storing the very version that is stored is no change. A ticket that the
        store lost, or has in an older version, is taken as it comes. A ticket that is `queueable` is queued; an update
        keeps its place or moves it up (only a person's priority moves it down), reaches the holder of its lease through
        the change stream, and does not reopen a closed one.
        """

    async def get(self, ticket_id: TicketId) -> Ticket | None:
        """Return a ticket as it stands."""

    async def tickets(self) -> Sequence[Ticket]:
        """Return all tickets not closed, in the order they would be claimed, leased and unqueued ones last."""

    async def claim(self, consumer: ConsumerId, seconds: float, wait: float = 0) -> Lease | None:
        """Lease the first ticket for `seconds`; wait up to `wait` seconds for one, without polling."""

    async def renew(self, ticket_id: TicketId, token: Token, seconds: float) -> Lease:
        """Prolong a lease; raises StaleToken."""

    async def ack(self, ticket_id: TicketId, token: Token) -> Ticket:
        """Take over for good: the ticket is closed; raises StaleToken."""

    async def release(self, ticket_id: TicketId, token: Token) -> Ticket:
        """Give it back with its first priority and its first time; raises StaleToken."""

    async def expire(self) -> Sequence[TicketId]:
        """Put back what overdue leases held; after the set number of attempts it becomes a dead letter."""

    async def dead(self) -> Sequence[Ticket]:
        """Return the dead letters."""

    def changes(self, after: str = "$") -> AsyncIterator[Change]:
        """Follow the change stream from a position; `$` is now, `0` its kept beginning."""

    async def publish_live(self, live: Live) -> None:
        """Show words still being spoken to desks that are listening."""

    def live(self) -> AsyncIterator[Live]:
        """Follow words still being spoken."""

    async def depth(self) -> dict[str, int]:
        """Count tickets and give the oldest queued one's age, in ms: open, queued, leased, dead, oldest_ms."""


# -- watching ----------------------------------------------------------------------------------------------------------


class Observer(Protocol):
    """Where intake counts what happens; no id of a caller, call or ticket ever goes in."""

    def call_answered(self, seconds: float) -> None:
        """Count an answer and the time from INVITE to 200."""

    def call_ended(self, outcome: str) -> None:
        """Count an end: caller, gateway, transferred, abandoned or failed."""

    def language_chosen(self, language: str) -> None:
        """Count a decision."""

    def reading_took(self, seconds: float) -> None:
        """Measure one reading."""

    def telling_word_to_update(self, seconds: float) -> None:
        """Measure from the end of the word that told the type to the ticket's change."""

    def journal_synced(self, seconds: float) -> None:
        """Measure one write of a ticket to disk."""

    def speech_missed(self, seconds: float) -> None:
        """Count speech that was not recognised."""

    def fault(self, part: str) -> None:
        """Count a part that was missing or late."""
