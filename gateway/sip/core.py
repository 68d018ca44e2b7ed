"""What the two halves of the user agent share: legs, their timers, and how requests are refused and calls ended."""

import hashlib
from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import Literal

from gateway.errors import SipError

from . import dialog, grammar, reply
from .config import EndpointConfig
from .dialog import Dialog
from .events import Address, Ended, Event, LegId
from .inspection import Refused
from .leg import Leg, LegState, LegTimer
from .message import Request
from .timers import Timers
from .transaction import Transaction
from .transactions import Deadline, Transactions

Extra = Sequence[tuple[str, str]]
"""headers of the caller's own, appended as they are"""
By = Literal["remote", "local", "timeout", "error"]
_UNREADABLE = frozenset({400, 505})


class Core:
    """The state of one endpoint."""

    def __init__(self, config: EndpointConfig, token: Callable[[], str]) -> None:
        self.config = config
        self.token = token
        self.timers: Timers[Deadline] = Timers()
        self.transactions = Transactions(config.timing, self.timers, token)
        self.events: deque[Event] = deque()
        self.refused: Counter[int] = Counter()
        """requests refused by the endpoint itself, by status"""
        self.legs: dict[LegId, Leg] = {}
        self._by_dialog: dict[tuple[str, str], Leg] = {}
        self._secret = hashlib.sha256(token().encode()).digest()
        self._count = 0

    @property
    def full(self) -> bool:
        """Tell whether there is no room for another transaction."""
        return len(self.transactions) >= self.config.max_transactions

    # -- what we say of ourselves -----------------------------------------------------------------------------------

    @property
    def contact(self) -> tuple[str, str]:
        """Our Contact header."""
        return "Contact", f"<sip:{self.config.user}@{grammar.host_port(*self.config.address)}>"

    def via(self) -> grammar.Via:
        """Make the Via of a new request of ours."""
        return grammar.Via("UDP", *self.config.address, (("branch", self.transactions.branch()), ("rport", None)))

    def tag(self, request: Request) -> str:
        """Make our To tag: the same for every copy of a request and for its CANCEL, so that refusing needs no memory.

        RFC 3261 sections 8.2.7 and 9.2.
        """
        headers = request.headers
        number = "".join((headers.get("CSeq") or "").split()[:1])
        text = "\n".join([*headers.each("Call-ID"), *headers.each("From"), number])
        return hashlib.blake2s(text.encode("utf-8", "surrogateescape"), key=self._secret, digest_size=8).hexdigest()

    # -- legs -------------------------------------------------------------------------------------------------------

    def open(self, state: LegState, invite: Transaction, peer: Dialog | None, key: tuple[str, str]) -> Leg:
        """Enter a new leg."""
        self._count += 1
        leg = Leg(LegId(self._count), state, invite, peer, key)
        invite.leg = leg.id
        self.legs[leg.id] = self._by_dialog[key] = leg
        return leg

    def close(self, leg: Leg, event: Event | None = None) -> None:
        """Forget a leg; `event` tells the shell."""
        for timer in LegTimer:
            self.timers.cancel((leg.id, timer))
        self.legs.pop(leg.id, None)
        self._by_dialog.pop(leg.key, None)
        if event is not None:
            self.events.append(event)

    def known(self, call_id: str, tag: str) -> Leg | None:
        """Return the leg with this Call-ID and tag of ours."""
        return self._by_dialog.get((call_id, tag))

    def within(self, request: Request) -> Leg:
        """Return the leg whose dialog a request belongs to (section 12.2.2); raises Refused(481)."""
        tag = grammar.NameAddr.parse(request.headers.one("To")).tag
        leg = self.known(request.headers.one("Call-ID"), tag or "")
        if leg is None or (leg.dialog and leg.dialog.remote_tag != from_tag(request)):
            raise Refused(481)
        return leg

    def arm(self, leg: Leg, timer: LegTimer, now: float, seconds: float) -> None:
        """Start one of a leg's timers."""
        self.timers.set((leg.id, timer), now + seconds)

    def disarm(self, leg: Leg, *timers: LegTimer) -> None:
        """Stop some of a leg's timers."""
        for timer in timers:
            self.timers.cancel((leg.id, timer))

    # -- answers ----------------------------------------------------------------------------------------------------

    def answer(
        self,
        transaction: Transaction,
        status: int,
        now: float,
        *,
        reason: str | None = None,
        headers: Extra = (),
        body: bytes = b"",
    ) -> None:
        """Send a response within a server transaction, with our tag in all but a 100."""
        tag = None if status == 100 else self.tag(transaction.request)
        fields = [("Server", self.config.product), *headers]
        response = reply.build(transaction.request, status, tag=tag, reason=reason, headers=fields, body=body)
        self.transactions.respond(transaction, response, now)

    def refuse(self, request: Request, error: SipError, source: Address, now: float) -> None:
        """Refuse a request. Only a readable INVITE is worth memory, and that only while half of it is free."""
        if request.method == "ACK":
            return
        self.refused[error.status] += 1
        explained = error.headers if isinstance(error, Refused) else ()
        fields = [("Server", self.config.product), *explained]
        response = reply.build(request, error.status, tag=self.tag(request), reason=error.reason, headers=fields)
        room = 2 * len(self.transactions) < self.config.max_transactions
        if request.method == "INVITE" and room and error.status not in _UNREADABLE:
            self.transactions.respond(self.transactions.serve(request, source, now), response, now)
        else:
            self.transactions.send(response, reply.destination(request, source))

    # -- the end of a call ------------------------------------------------------------------------------------------

    def hang_up(self, leg: Leg, now: float, by: By, reason: str = "", headers: Extra = ()) -> None:
        """Send BYE and tell the shell; the leg stays until that is settled, so that a BYE crossing ours is answered."""
        self.disarm(leg, *LegTimer)
        leg.state = LegState.ENDING
        if leg.dialog is not None:
            leg.dialog = self.say_bye(leg.dialog, leg.id, now, headers)
        self.events.append(Ended(leg.id, by, reason))

    def say_bye(self, peer: Dialog, leg: LegId, now: float, headers: Extra = ()) -> Dialog:
        """Send a BYE (section 15.1.1) and return the dialog after it."""
        peer = dialog.advanced(peer)
        fields = [("User-Agent", self.config.product), *headers]
        self.transactions.request(dialog.request(peer, "BYE", self.via(), fields), dialog.next_hop(peer), leg, now)
        return peer


def from_tag(request: Request) -> str | None:
    """Return the peer's tag, None for one of RFC 2543."""
    return grammar.NameAddr.parse(request.headers.one("From")).tag
