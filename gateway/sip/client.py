"""The user agent client: calls we place, and the answers to all our requests (RFC 3261 sections 8.1, 9.1, 13.2, 22)."""

from contextlib import suppress

from gateway.errors import SipError

from . import dialog, digest, grammar, inspection
from .body import SDP
from .core import Core, Extra
from .events import Address, Answered, LegId, Rejected, Ringing
from .inspection import ACCEPT, ALLOW
from .leg import Leg, LegState, LegTimer
from .message import Headers, Request, Response
from .reply import REASONS
from .transaction import Transaction

_CHALLENGES = {
    401: ("WWW-Authenticate", "Authorization"),
    407: ("Proxy-Authenticate", "Proxy-Authorization"),
}


class Client:
    """Places calls on the state in `Core`."""

    def __init__(self, core: Core) -> None:
        self._core = core

    # -- the shell's wishes -----------------------------------------------------------------------------------------

    def invite(self, uri: str, caller: str, body: bytes, peer: Address, now: float, headers: Extra) -> LegId:
        """Send an INVITE. `caller` is a From value without tag; a Content-Type in `headers` stands for SDP's."""
        core = self._core
        tag, call_id = core.token(), core.token()
        named = {name.lower() for name, _ in headers}
        fields = [
            ("Max-Forwards", "70"),
            ("From", f"{caller};tag={tag}"),
            ("To", f"<{uri}>"),
            ("Call-ID", call_id),
            ("CSeq", "1 INVITE"),
            core.contact,
            ALLOW,
            ACCEPT,
            ("User-Agent", core.config.product),
            *([] if "content-type" in named or not body else [("Content-Type", SDP)]),
            *headers,
        ]
        transaction = self._send(Request("INVITE", uri, Headers.of(fields), body), peer, LegId(0), now)
        leg = core.open(LegState.CALLING, transaction, None, (call_id, tag))
        leg.local_body = body
        core.arm(leg, LegTimer.ANSWER, now, core.config.answer_within_s)
        return leg.id

    def _send(self, request: Request, peer: Address, leg: LegId, now: float) -> Transaction:
        """Send a request with a Via of its own on top."""
        headers = Headers((("Via", str(self._core.via())), *request.headers.fields))
        sent = Request(request.method, request.uri, headers, request.body)
        return self._core.transactions.request(sent, peer, leg, now)

    def cancel(self, leg: Leg, now: float) -> None:
        """Give up a call; CANCEL itself waits for a first provisional response (section 9.1)."""
        if leg.state is not LegState.CALLING:
            return
        leg.state = LegState.CANCELLING
        self._core.disarm(leg, LegTimer.ANSWER)
        if leg.alerted:
            self._send_cancel(leg, now)

    def _send_cancel(self, leg: Leg, now: float) -> None:
        invite = leg.invite.request
        copied = [(n, v) for n, v in invite.headers.fields if n in ("Route", "Max-Forwards", "From", "To", "Call-ID")]
        fields = [("Via", str(invite.top_via)), *copied, ("CSeq", f"{invite.cseq[0]} CANCEL")]
        cancel = Request("CANCEL", invite.uri, Headers.of(fields))
        self._core.transactions.request(cancel, leg.invite.destination, leg.id, now)
        self._core.arm(leg, LegTimer.CANCELLED, now, self._core.config.timing.give_up)

    # -- responses ------------------------------------------------------------------------------------------------

    def receive(self, response: Response, source: Address, now: float) -> None:
        """Take a response; one that cannot be read or belongs to nothing is dropped. Never raises."""
        with suppress(SipError):
            transaction = self._core.transactions.answered(response, now)
            if transaction is not None:
                self._dispatch(transaction, response, source, now)

    def _dispatch(self, transaction: Transaction, response: Response, source: Address, now: float) -> None:
        leg = self._core.legs.get(transaction.leg) if transaction.leg is not None else None
        match transaction.request.method, response.status // 100:
            case "INVITE", 1 if leg:
                self._provisional(leg, response, now)
            case "INVITE", 2:
                self._success(transaction, leg, response, source, now)
            case "INVITE", _ if leg:
                self._failure(leg, response, now)
            case "BYE", kind if kind > 1 and leg:
                self._core.close(leg)

    def _provisional(self, leg: Leg, response: Response, now: float) -> None:
        first, leg.alerted = not leg.alerted, True
        if leg.state is LegState.CANCELLING and first:
            self._send_cancel(leg, now)
        elif leg.state is LegState.CALLING and response.status > 100:
            self._core.events.append(Ringing(leg.id))

    def _success(
        self, transaction: Transaction, leg: Leg | None, response: Response, source: Address, now: float
    ) -> None:
        """Every 2xx gets its ACK; one that is not wanted gets a BYE as well (section 13.2.2.4)."""
        peer = dialog.from_answer(transaction.request, response, source)
        if leg and leg.dialog and leg.ack and leg.dialog.remote_tag == peer.remote_tag:
            self._core.transactions.send(leg.ack, dialog.next_hop(leg.dialog))
            return
        ack = self._acknowledge(transaction.request, peer)
        if leg is None or leg.dialog is not None:
            self._end_stray(peer, now)
            return
        self._core.disarm(leg, LegTimer.ANSWER, LegTimer.CANCELLED)
        leg.dialog, leg.ack = peer, ack
        self._answered(leg, response, now)

    def _end_stray(self, peer: dialog.Dialog, now: float) -> None:
        if not self._core.full:
            self._core.say_bye(peer, LegId(0), now)

    def _acknowledge(self, invite: Request, peer: dialog.Dialog) -> Request:
        """Section 13.2.2.4: CSeq number and credentials of the INVITE, a branch of its own."""
        proofs = [(name, value) for _, name in _CHALLENGES.values() for value in invite.headers.each(name)]
        ack = dialog.request(peer, "ACK", self._core.via(), proofs)
        self._core.transactions.send(ack, dialog.next_hop(peer))
        return ack

    def _answered(self, leg: Leg, response: Response, now: float) -> None:
        if leg.state is LegState.CANCELLING:
            self._core.hang_up(leg, now, "local", "cancelled")
            return
        leg.state, leg.remote = LegState.ESTABLISHED, inspection.session(response)
        if leg.remote is None:
            self._core.hang_up(leg, now, "error", "answered without a session description")
        else:
            self._core.events.append(Answered(leg.id, leg.remote, response))

    def _failure(self, leg: Leg, response: Response, now: float) -> None:
        again = None if leg.challenged or leg.state is not LegState.CALLING else self._authorised(leg, response)
        if again is None:
            self._core.close(leg, Rejected(leg.id, response.status, grammar.readable(response.reason)))
            return
        leg.challenged, leg.alerted = True, False
        leg.invite = self._send(again, leg.invite.destination, leg.id, now)

    def _authorised(self, leg: Leg, response: Response) -> Request | None:
        """Return our INVITE again with credentials (section 22.2), None when we have none that help."""
        names, credentials = _CHALLENGES.get(response.status), self._core.config.credentials
        challenge = digest.strongest(response.headers.each(names[0])) if names else None
        if names is None or credentials is None or challenge is None:
            return None
        invite = leg.invite.request
        proof = digest.respond(
            challenge,
            username=credentials.username,
            password=credentials.password,
            method="INVITE",
            uri=invite.uri,
            cnonce=self._core.token(),
        )
        renumbered = ("CSeq", f"{invite.cseq[0] + 1} INVITE")
        fields = [renumbered if n == "CSeq" else (n, v) for n, v in invite.headers.fields if n != "Via"]
        return Request("INVITE", invite.uri, Headers.of([*fields, (names[1], proof)]), invite.body)

    # -- time -----------------------------------------------------------------------------------------------------

    def timed_out(self, transaction: Transaction, _now: float) -> None:
        """Treat a request nobody answered as refused with 408 (section 8.1.3.1)."""
        leg = self._core.legs.get(transaction.leg) if transaction.leg is not None else None
        if leg is None or transaction.request.method == "CANCEL":
            return
        over = transaction.request.method == "BYE"
        self._core.close(leg, None if over else Rejected(leg.id, 408, REASONS[408]))

    def never_settled(self, leg: Leg, _now: float) -> None:
        """Take a cancelled call as cancelled when no final response follows (section 9.1)."""
        self._core.transactions.forget(leg.invite)
        self._core.close(leg, Rejected(leg.id, 487, REASONS[487]))
