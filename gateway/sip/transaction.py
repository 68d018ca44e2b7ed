"""The four transactions of RFC 3261 section 17 with RFC 6026, as one table.

`docs/sip.md` shows the table as this file has it. A transaction decides; `transactions.py` does what it says.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from .events import Address, LegId
from .message import Request
from .timers import Timers


class Kind(Enum):
    """Which of the four machines."""

    INVITE_SERVER = "INVITE server"
    SERVER = "server"
    INVITE_CLIENT = "INVITE client"
    CLIENT = "client"


class State(Enum):
    """States of all four machines, by their names in the RFC."""

    CALLING = "Calling"
    TRYING = "Trying"
    PROCEEDING = "Proceeding"
    ACCEPTED = "Accepted"
    COMPLETED = "Completed"
    CONFIRMED = "Confirmed"
    TERMINATED = "Terminated"


class Timer(Enum):
    """Timers of RFC 3261 section 17 and RFC 6026 (table 4 of RFC 3261, over UDP)."""

    A = "A"
    B = "B"
    D = "D"
    E = "E"
    F = "F"
    G = "G"
    H = "H"
    I = "I"  # noqa: E741 - the RFC's name
    J = "J"
    K = "K"
    L = "L"
    M = "M"


class Input(Enum):
    """What can happen to a transaction besides a timer."""

    REQUEST = "request again"
    ACK = "ACK"
    SEND_1XX = "send 1xx"
    SEND_2XX = "send 2xx"
    SEND_FAILURE = "send 3xx-6xx"
    GOT_1XX = "1xx"
    GOT_2XX = "2xx"
    GOT_FAILURE = "3xx-6xx"


class Do(Enum):
    """What the layer above has to do."""

    SEND = "send"
    REPEAT = "repeat last"
    ACKNOWLEDGE = "send ACK"
    DELIVER = "deliver"
    TIMEOUT = "time out"


class Row(NamedTuple):
    """One transition."""

    kind: Kind
    state: State
    given: Input | Timer
    next: State
    do: tuple[Do, ...]
    source: str
    """the paragraph that asks for it"""


_IS, _S, _IC, _C = Kind.INVITE_SERVER, Kind.SERVER, Kind.INVITE_CLIENT, Kind.CLIENT
_NONE: tuple[Do, ...] = ()

ROWS = (
    Row(_IS, State.PROCEEDING, Input.REQUEST, State.PROCEEDING, (Do.REPEAT,), "3261 17.2.1"),
    Row(_IS, State.PROCEEDING, Input.SEND_1XX, State.PROCEEDING, (Do.SEND,), "3261 17.2.1"),
    Row(_IS, State.PROCEEDING, Input.SEND_2XX, State.ACCEPTED, (Do.SEND,), "6026 7.1"),
    Row(_IS, State.PROCEEDING, Input.SEND_FAILURE, State.COMPLETED, (Do.SEND,), "3261 17.2.1"),
    # 6026 absorbs the repeated INVITE and leaves the 2xx to its timer; repeating at once mends a lost 2xx sooner.
    Row(_IS, State.ACCEPTED, Input.REQUEST, State.ACCEPTED, (Do.REPEAT,), "6026 7.1"),
    Row(_IS, State.ACCEPTED, Input.SEND_2XX, State.ACCEPTED, (Do.SEND,), "6026 7.1"),
    Row(_IS, State.ACCEPTED, Input.ACK, State.ACCEPTED, (Do.DELIVER,), "6026 7.1"),
    Row(_IS, State.ACCEPTED, Timer.L, State.TERMINATED, _NONE, "6026 7.1"),
    Row(_IS, State.COMPLETED, Input.REQUEST, State.COMPLETED, (Do.REPEAT,), "3261 17.2.1"),
    Row(_IS, State.COMPLETED, Timer.G, State.COMPLETED, (Do.REPEAT,), "3261 17.2.1"),
    Row(_IS, State.COMPLETED, Input.ACK, State.CONFIRMED, _NONE, "3261 17.2.1"),
    Row(_IS, State.COMPLETED, Timer.H, State.TERMINATED, _NONE, "3261 17.2.1"),
    Row(_IS, State.CONFIRMED, Timer.I, State.TERMINATED, _NONE, "3261 17.2.1"),
    Row(_S, State.TRYING, Input.SEND_2XX, State.COMPLETED, (Do.SEND,), "3261 17.2.2"),
    Row(_S, State.TRYING, Input.SEND_FAILURE, State.COMPLETED, (Do.SEND,), "3261 17.2.2"),
    Row(_S, State.COMPLETED, Input.REQUEST, State.COMPLETED, (Do.REPEAT,), "3261 17.2.2"),
    Row(_S, State.COMPLETED, Timer.J, State.TERMINATED, _NONE, "3261 17.2.2"),
    Row(_IC, State.CALLING, Timer.A, State.CALLING, (Do.REPEAT,), "3261 17.1.1.2"),
    Row(_IC, State.CALLING, Timer.B, State.TERMINATED, (Do.TIMEOUT,), "3261 17.1.1.2"),
    Row(_IC, State.CALLING, Input.GOT_1XX, State.PROCEEDING, (Do.DELIVER,), "3261 17.1.1.2"),
    Row(_IC, State.CALLING, Input.GOT_2XX, State.ACCEPTED, (Do.DELIVER,), "6026 7.2"),
    Row(_IC, State.CALLING, Input.GOT_FAILURE, State.COMPLETED, (Do.ACKNOWLEDGE, Do.DELIVER), "3261 17.1.1.2"),
    Row(_IC, State.PROCEEDING, Input.GOT_1XX, State.PROCEEDING, (Do.DELIVER,), "3261 17.1.1.2"),
    Row(_IC, State.PROCEEDING, Input.GOT_2XX, State.ACCEPTED, (Do.DELIVER,), "6026 7.2"),
    Row(_IC, State.PROCEEDING, Input.GOT_FAILURE, State.COMPLETED, (Do.ACKNOWLEDGE, Do.DELIVER), "3261 17.1.1.2"),
    Row(_IC, State.ACCEPTED, Input.GOT_2XX, State.ACCEPTED, (Do.DELIVER,), "6026 7.2"),
    Row(_IC, State.ACCEPTED, Timer.M, State.TERMINATED, _NONE, "6026 7.2"),
    Row(_IC, State.COMPLETED, Input.GOT_FAILURE, State.COMPLETED, (Do.ACKNOWLEDGE,), "3261 17.1.1.2"),
    Row(_IC, State.COMPLETED, Timer.D, State.TERMINATED, _NONE, "3261 17.1.1.2"),
    Row(_C, State.TRYING, Timer.E, State.TRYING, (Do.REPEAT,), "3261 17.1.2.2"),
    Row(_C, State.TRYING, Timer.F, State.TERMINATED, (Do.TIMEOUT,), "3261 17.1.2.2"),
    Row(_C, State.TRYING, Input.GOT_1XX, State.PROCEEDING, (Do.DELIVER,), "3261 17.1.2.2"),
    Row(_C, State.TRYING, Input.GOT_2XX, State.COMPLETED, (Do.DELIVER,), "3261 17.1.2.2"),
    Row(_C, State.TRYING, Input.GOT_FAILURE, State.COMPLETED, (Do.DELIVER,), "3261 17.1.2.2"),
    Row(_C, State.PROCEEDING, Timer.E, State.PROCEEDING, (Do.REPEAT,), "3261 17.1.2.2"),
    Row(_C, State.PROCEEDING, Timer.F, State.TERMINATED, (Do.TIMEOUT,), "3261 17.1.2.2"),
    Row(_C, State.PROCEEDING, Input.GOT_1XX, State.PROCEEDING, (Do.DELIVER,), "3261 17.1.2.2"),
    Row(_C, State.PROCEEDING, Input.GOT_2XX, State.COMPLETED, (Do.DELIVER,), "3261 17.1.2.2"),
    Row(_C, State.PROCEEDING, Input.GOT_FAILURE, State.COMPLETED, (Do.DELIVER,), "3261 17.1.2.2"),
    Row(_C, State.COMPLETED, Timer.K, State.TERMINATED, _NONE, "3261 17.1.2.2"),
)
"""Every transition there is. What is not in the table changes nothing and does nothing."""

TRANSITIONS = {(row.kind, row.state, row.given): row for row in ROWS}

INITIAL = {_IS: State.PROCEEDING, _S: State.TRYING, _IC: State.CALLING, _C: State.TRYING}

RUNNING: dict[tuple[Kind, State], frozenset[Timer]] = {
    (_IS, State.ACCEPTED): frozenset({Timer.L}),
    (_IS, State.COMPLETED): frozenset({Timer.G, Timer.H}),
    (_IS, State.CONFIRMED): frozenset({Timer.I}),
    (_S, State.COMPLETED): frozenset({Timer.J}),
    (_IC, State.CALLING): frozenset({Timer.A, Timer.B}),
    (_IC, State.ACCEPTED): frozenset({Timer.M}),
    (_IC, State.COMPLETED): frozenset({Timer.D}),
    (_C, State.TRYING): frozenset({Timer.E, Timer.F}),
    (_C, State.PROCEEDING): frozenset({Timer.E, Timer.F}),
    (_C, State.COMPLETED): frozenset({Timer.K}),
}
"""The timers that run in a state: entering it starts those that do not run yet, leaving it stops the others."""


@dataclass(frozen=True, slots=True)
class Timing:
    """The base times of RFC 3261 section 17.1.1.1, in seconds."""

    t1: float = 0.5
    """estimate of the round trip; first interval of every retransmission"""
    t2: float = 4.0
    """longest interval between retransmissions"""
    t4: float = 5.0
    """longest time a message stays in the network"""

    @property
    def give_up(self) -> float:
        """64 T1: how long a message is repeated in vain."""
        return 64 * self.t1


_DURATION: dict[Timer, Callable[[Timing], float]] = {
    **dict.fromkeys((Timer.A, Timer.E, Timer.G), lambda timing: timing.t1),
    **dict.fromkeys((Timer.I, Timer.K), lambda timing: timing.t4),
    **dict.fromkeys((Timer.B, Timer.D, Timer.F, Timer.H, Timer.J, Timer.L, Timer.M), lambda timing: timing.give_up),
}
_CAPPED = frozenset({Timer.E, Timer.G})
_REPEATING = _CAPPED | {Timer.A}

TransactionKey = tuple[str, ...]


class Transaction:
    """One transaction: its state, what a retransmission sends and where to. Changes by the table only."""

    __slots__ = ("_interval", "_timers", "_timing", "destination", "key", "kind", "leg", "request", "state", "wire")

    def __init__(
        self,
        kind: Kind,
        key: TransactionKey,
        request: Request,
        destination: Address,
        timing: Timing,
        timers: Timers[tuple[TransactionKey | LegId, Enum]],
        now: float,
    ) -> None:
        self.kind = kind
        self.key = key
        self.request = request
        self.destination = destination
        self.wire = b""
        self.leg: LegId | None = None
        self.state = INITIAL[kind]
        self._interval = timing.t1
        self._timing = timing
        self._timers = timers
        self._enter(frozenset(), now)

    def handle(self, given: Input | Timer, now: float) -> tuple[Do, ...]:
        """Move by the table and return what is to be done, in order."""
        row = TRANSITIONS.get((self.kind, self.state, given))
        if row is None:
            return ()
        before = RUNNING.get((self.kind, self.state), frozenset())
        self.state = row.next
        if given in _REPEATING:
            before -= {given}
            self._interval = self._next_interval(given)
        self._enter(before, now)
        return row.do

    def _next_interval(self, timer: Input | Timer) -> float:
        if self.kind is Kind.CLIENT and self.state is State.PROCEEDING:
            return self._timing.t2
        doubled = 2 * self._interval
        return min(doubled, self._timing.t2) if timer in _CAPPED else doubled

    def _enter(self, before: frozenset[Timer] | frozenset[Input | Timer], now: float) -> None:
        running = RUNNING.get((self.kind, self.state), frozenset())
        for timer in before - running:
            self._timers.cancel((self.key, timer))
        for timer in running - before:
            seconds = self._interval if timer in _REPEATING else _DURATION[timer](self._timing)
            self._timers.set((self.key, timer), now + seconds)
