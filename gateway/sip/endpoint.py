"""A SIP endpoint without input or output: the five methods of aioquic's connections, and what a shell may decide.

    endpoint.receive_datagram(data, source, now)      a datagram came
    endpoint.handle_timer(now)                        the time `get_timer()` told has come
    endpoint.datagrams_to_send()                      send these now
    endpoint.get_timer()                              call `handle_timer` then
    endpoint.next_event()                             what happened; None when that was all

After every call that takes `now`: send everything, read all events, set one timer. `now` is in seconds of a monotonic
clock. A decision on a leg that has meanwhile ended does nothing: its event is waiting in `next_event`.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import assert_never

from gateway.errors import SipError

from . import dialog, message
from .client import Client
from .config import EndpointConfig
from .core import Core, Extra
from .events import Address, Ended, Event, LegId
from .grammar import Uri
from .leg import Leg, LegState, LegTimer
from .message import Request, Response
from .sdp import SessionDescription, build
from .server import Server
from .transaction import Timer

Description = SessionDescription | bytes


class Endpoint:
    """One SIP user agent, server and client. `token` returns a text nobody can guess, of at least 64 bits."""

    def __init__(self, config: EndpointConfig, token: Callable[[], str]) -> None:
        self._core = Core(config, token)
        self._server = Server(self._core)
        self._client = Client(self._core)
        self._on_timer: Mapping[LegTimer, Callable[[Leg, float], None]] = MappingProxyType(
            {
                LegTimer.DECIDE: self._server.undecided,
                LegTimer.REPEAT: self._server.repeat,
                LegTimer.ACK: self._server.unacknowledged,
                LegTimer.ANSWER: self._client.cancel,
                LegTimer.CANCELLED: self._client.never_settled,
            }
        )

    # -- network, time, events ----------------------------------------------------------------------------------------

    def receive_datagram(self, data: bytes, source: Address, now: float) -> None:
        """Take one datagram; never raises, whatever the bytes."""
        try:
            received = message.parse(data)
        except SipError:
            return
        match received:
            case Request():
                self._server.receive(received, source, now)
            case Response():
                self._client.receive(received, source, now)

    def datagrams_to_send(self) -> list[tuple[bytes, Address]]:
        """Take what is to be sent, in order."""
        outbox = self._core.transactions.outbox
        taken = outbox.copy()
        outbox.clear()
        return taken

    def get_timer(self) -> float | None:
        """Return when `handle_timer` is due, None when nothing is waited for."""
        return self._core.timers.next()

    def handle_timer(self, now: float) -> None:
        """Do everything that is due."""
        while (due := self._core.timers.pop_due(now)) is not None:
            match due:
                case (tuple() as key, Timer() as timer):
                    unanswered = self._core.transactions.expire(key, timer, now)
                    if unanswered is not None:
                        self._client.timed_out(unanswered, now)
                case (int() as leg, LegTimer() as timer):
                    self._on_timer[timer](self._core.legs[LegId(leg)], now)

    def next_event(self) -> Event | None:
        """Take the next event, None when there is none."""
        return self._core.events.popleft() if self._core.events else None

    # -- decisions on calls that came -------------------------------------------------------------------------------

    def ring(self, call: LegId, now: float, *, sdp: bytes | None = None, headers: Extra = ()) -> None:
        """Send 180; with `sdp`, early media, 183. May be repeated."""
        leg = self._leg(call, LegState.INVITED)
        if leg:
            self._server.ring(leg, now, sdp, headers)

    def accept(self, call: LegId, answer: Description, now: float, *, headers: Extra = ()) -> None:
        """Answer an `Invited` or `Reoffered`; an offer of ours when that brought none. 200 is repeated until ACK."""
        leg = self._leg(call, LegState.INVITED, LegState.REOFFERED)
        if leg:
            self._server.accept(leg, _body(answer), now, headers)

    def reject(self, call: LegId, status: int, reason: str, now: float, *, headers: Extra = ()) -> None:
        """Refuse an `Invited` (the leg ends) or a `Reoffered` (the call goes on as it was). `status` is 300 to 699."""
        leg = self._leg(call, LegState.INVITED, LegState.REOFFERED)
        if leg:
            initial = leg.state is LegState.INVITED
            self._server.reject(leg, status, reason, now, headers)
            if initial:
                self._core.close(leg, Ended(call, "local", f"{status} {reason}"))

    def bye(self, call: LegId, now: float, *, headers: Extra = ()) -> None:
        """End a call in whatever state: BYE, or 480 before our answer, or CANCEL before theirs.

        A BYE to a call whose ACK is not here yet waits for it (RFC 3261 section 15).
        """
        leg = self._core.legs.get(call)
        if leg is None:
            return
        match leg.state:
            case LegState.INVITED:
                self.reject(call, 480, "Temporarily Unavailable", now, headers=headers)
            case LegState.REOFFERED:
                self._server.reject(leg, 487, None, now)
                self._core.hang_up(leg, now, "local", headers=headers)
            case LegState.ESTABLISHED:
                self._core.hang_up(leg, now, "local", headers=headers)
            case LegState.ACCEPTED:
                leg.goodbye = tuple(headers)
            case LegState.CALLING:
                self._client.cancel(leg, now)
            case LegState.CANCELLING | LegState.ENDING:
                return
            case _:
                assert_never(leg.state)

    # -- calls of ours ----------------------------------------------------------------------------------------------

    def invite(
        self,
        target: Uri,
        caller: Uri,
        offer: Description,
        now: float,
        *,
        headers: Extra = (),
        peer: Address | None = None,
    ) -> LegId:
        """Place a call from `caller` to `target`; `peer` is where the INVITE goes when `target` holds a name.

        With a Content-Type among `headers` the offer is a body of that type, such as multipart/mixed. Raises
        SipError(478) when there is no address to send to.
        """
        destination = peer or dialog.address(str(target))
        if destination is None:
            raise SipError(478, "Unresolvable Destination")
        return self._client.invite(str(target), f"<{caller}>", _body(offer), destination, now, headers)

    def cancel(self, call: LegId, now: float) -> None:
        """Give up a call that is not answered yet; `Rejected` with 487 follows."""
        leg = self._leg(call, LegState.CALLING)
        if leg:
            self._client.cancel(leg, now)

    # -- the endpoint as a whole ------------------------------------------------------------------------------------

    def set_ready(self, ready: bool, retry_after_s: int | None = None) -> None:
        """Take new calls or, when draining or in trouble, answer them and OPTIONS with 503; calls go on."""
        self._server.set_ready(ready, retry_after_s)

    @property
    def calls(self) -> int:
        """Legs that are not settled, those whose BYE is unanswered included; 0: nothing is lost by stopping."""
        return len(self._core.legs)

    @property
    def refused(self) -> Mapping[int, int]:
        """Requests refused without asking the shell, by status; for metrics."""
        return MappingProxyType(self._core.refused)

    def _leg(self, call: LegId, *states: LegState) -> Leg | None:
        leg = self._core.legs.get(call)
        return leg if leg and leg.state in states else None


def _body(description: Description) -> bytes:
    return description if isinstance(description, bytes) else build(description)
