"""The transaction layer (RFC 3261 section 17): finds the transaction of a message, repeats, acknowledges failures."""

from collections.abc import Callable
from enum import Enum
from itertools import chain

from . import grammar, reply
from .events import Address, LegId
from .message import Headers, Message, Request, Response, encode
from .timers import Timers
from .transaction import Do, Input, Kind, State, Timer, Timing, Transaction, TransactionKey

COOKIE = "z9hG4bK"
"""starts every branch of RFC 3261 (section 8.1.1.7)"""
Deadline = tuple[TransactionKey | LegId, Enum]

_GOT = {1: Input.GOT_1XX, 2: Input.GOT_2XX}
_SEND = {1: Input.SEND_1XX, 2: Input.SEND_2XX}


class Transactions:
    """All transactions of one endpoint and the datagrams they want sent."""

    def __init__(self, timing: Timing, timers: Timers[Deadline], token: Callable[[], str]) -> None:
        self.outbox: list[tuple[bytes, Address]] = []
        self._timing = timing
        self._timers = timers
        self._token = token
        self._open: dict[TransactionKey, Transaction] = {}

    def __len__(self) -> int:
        return len(self._open)

    def branch(self) -> str:
        """Return a branch nobody has used."""
        return COOKIE + self._token()

    def send(self, message: Message, destination: Address) -> None:
        """Send once, outside of any transaction."""
        self.outbox.append((encode(message), destination))

    # -- as server ------------------------------------------------------------------------------------------------

    def find(self, request: Request, method: str | None = None) -> Transaction | None:
        """Return the server transaction of a repeated request or of an ACK; of a CANCEL with `method="INVITE"`."""
        return self._open.get(server_key(request, method or request.method))

    def serve(self, request: Request, source: Address, now: float) -> Transaction:
        """Open the server transaction of a new request."""
        kind = Kind.INVITE_SERVER if request.method == "INVITE" else Kind.SERVER
        return self._opened(kind, server_key(request, request.method), request, reply.destination(request, source), now)

    def respond(self, transaction: Transaction, response: Response, now: float) -> None:
        """Send a response within its transaction."""
        wire = encode(response)
        given = _SEND.get(response.status // 100, Input.SEND_FAILURE)
        if Do.SEND in transaction.handle(given, now):
            transaction.wire = wire
            self.repeat(transaction)

    def again(self, transaction: Transaction, request: Request, now: float) -> bool:
        """Handle a request that belongs to a server transaction; True when the user agent has to see it (an ACK)."""
        given = Input.ACK if request.method == "ACK" else Input.REQUEST
        return self._done(transaction, transaction.handle(given, now))

    # -- as client ------------------------------------------------------------------------------------------------

    def request(self, request: Request, destination: Address, leg: LegId, now: float) -> Transaction:
        """Send a request of ours and open its client transaction."""
        kind = Kind.INVITE_CLIENT if request.method == "INVITE" else Kind.CLIENT
        key = ("client", request.top_via.branch, request.method)
        transaction = self._opened(kind, key, request, destination, now)
        transaction.leg = leg
        transaction.wire = encode(request)
        self.repeat(transaction)
        return transaction

    def answered(self, response: Response, now: float) -> Transaction | None:
        """Find a response's transaction and move it; None when the user agent has nothing to do with it.

        Raises SipError for a response that cannot be read. More than one Via: not for us (section 8.1.3.3).
        """
        transaction = self._open.get(("client", response.top_via.branch, response.cseq[1]))
        if transaction is None or len(response.headers.listed("Via")) > 1:
            return None
        do = transaction.handle(_GOT.get(response.status // 100, Input.GOT_FAILURE), now)
        if Do.ACKNOWLEDGE in do:
            self.send(_ack(transaction.request, response), transaction.destination)
        return transaction if self._done(transaction, do) else None

    # -- time -----------------------------------------------------------------------------------------------------

    def expire(self, key: TransactionKey, timer: Timer, now: float) -> Transaction | None:
        """Let a timer fire; return the transaction when its request was never answered."""
        transaction = self._open.get(key)
        if transaction is None:
            return None
        do = transaction.handle(timer, now)
        self._done(transaction, do)
        return transaction if Do.TIMEOUT in do else None

    def repeat(self, transaction: Transaction) -> None:
        """Send a transaction's last message again."""
        self.outbox.append((transaction.wire, transaction.destination))

    def forget(self, transaction: Transaction) -> None:
        """Drop a transaction whose peer will not settle it."""
        self._open.pop(transaction.key, None)

    def _opened(
        self, kind: Kind, key: TransactionKey, request: Request, destination: Address, now: float
    ) -> Transaction:
        transaction = Transaction(kind, key, request, destination, self._timing, self._timers, now)
        self._open[key] = transaction
        return transaction

    def _done(self, transaction: Transaction, do: tuple[Do, ...]) -> bool:
        if Do.REPEAT in do:
            self.repeat(transaction)
        if transaction.state is State.TERMINATED:
            self._open.pop(transaction.key, None)
        return Do.DELIVER in do


def server_key(request: Request, method: str) -> TransactionKey:
    """Return what two requests of one transaction share (section 17.2.3); an ACK shares its INVITE's."""
    method = "INVITE" if method == "ACK" else method
    via = request.top_via
    if via.branch.startswith(COOKIE) and len(via.branch) > len(COOKIE):
        return ("server", via.branch, f"{via.host}:{via.port}".lower(), method)
    sequence, tag = request.cseq[0], grammar.NameAddr.parse(request.headers.one("From")).tag
    return ("2543", request.uri, str(via), request.headers.one("Call-ID"), str(sequence), tag or "", method)


def _ack(invite: Request, response: Response) -> Request:
    """Acknowledge a failure (section 17.1.1.3): same Via, Route and Request-URI as the INVITE."""
    copied = chain(
        [("Via", str(invite.top_via))],
        ((name, value) for name in ("Route", "Max-Forwards", "From", "Call-ID") for value in invite.headers.each(name)),
        [("To", response.headers.get("To") or ""), ("CSeq", f"{invite.cseq[0]} ACK")],
    )
    return Request("ACK", invite.uri, Headers.of(copied))
