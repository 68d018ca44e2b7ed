"""The user agent server: what peers ask and how the shell decides (RFC 3261 sections 8.2, 9.2, 12 to 15)."""

from collections.abc import Callable

from gateway.errors import SipError

from . import dialog, grammar, identity, inspection, reply
from .body import SDP
from .core import Core, Extra
from .dialog import Dialog
from .events import Address, Cancelled, Confirmed, Ended, Invited, Reoffered
from .inspection import ACCEPT, ALLOW, Content, Refused
from .leg import Leg, LegState, LegTimer
from .message import Request
from .offer_answer import NotAcceptable, acceptable, same_media
from .sdp import SessionDescription
from .transaction import State

Handler = Callable[[Request, Address, float], None]
SUPPORTED = ("Supported", "")
"""no option tag (RFC 3261 section 20.37 lets the list be empty)"""


class Server:
    """Serves requests on the state in `Core`."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._ready = True
        self._retry_after_s = core.config.retry_after_s
        self._handlers: dict[str, Handler] = {
            "INVITE": self._invite,
            "ACK": self._ack,
            "BYE": self._bye,
            "CANCEL": self._cancel,
            "OPTIONS": self._options,
        }

    def receive(self, request: Request, source: Address, now: float) -> None:
        """Serve or refuse one request; never raises."""
        request = reply.arrived(request, source)
        try:
            self._serve(request, source, now)
        except SipError as error:
            self._core.refuse(request, error, source, now)

    def set_ready(self, ready: bool, retry_after_s: int | None) -> None:
        """Let OPTIONS and new calls be answered with 503, or no longer."""
        self._ready = ready
        self._retry_after_s = self._core.config.retry_after_s if retry_after_s is None else retry_after_s

    def _serve(self, request: Request, source: Address, now: float) -> None:
        inspection.version(request)
        transaction = self._core.transactions.find(request)
        if transaction is None:
            inspection.inspect(request)
            self._handlers[request.method](request, source, now)
        elif self._core.transactions.again(transaction, request, now):
            self._ack(request, source, now)

    # -- INVITE ---------------------------------------------------------------------------------------------------

    def _invite(self, request: Request, source: Address, now: float) -> None:
        if grammar.NameAddr.parse(request.headers.one("To")).tag:
            self._reinvite(request, source, now)
        else:
            self._new_call(request, source, now)

    def _new_call(self, request: Request, source: Address, now: float) -> None:
        core, key = self._core, (request.headers.one("Call-ID"), self._core.tag(request))
        if core.known(*key):
            raise Refused(482)  # the same request by another way (section 8.2.2.2)
        content = self._content(request)
        self._admit()
        peer = dialog.from_invite(request, key[1], source)
        transaction = core.transactions.serve(request, source, now)
        core.answer(transaction, 100, now)
        leg = core.open(LegState.INVITED, transaction, peer, key)
        leg.proposed = content.offer
        core.arm(leg, LegTimer.DECIDE, now, core.config.answer_within_s)
        core.events.append(self._invited(leg, request, content, source))

    def _content(self, request: Request) -> Content:
        content = inspection.content(request)
        if content.offer and not acceptable(content.offer, self._core.config.codecs):
            raise NotAcceptable
        return content

    def _admit(self) -> None:
        core = self._core
        if core.full or len(core.legs) >= core.config.max_dialogs or not self._ready:
            raise Refused(503, headers=[self._retry_after])

    @property
    def _retry_after(self) -> tuple[str, str]:
        return "Retry-After", str(self._retry_after_s)

    def _invited(self, leg: Leg, request: Request, content: Content, source: Address) -> Invited:
        caller = identity.caller(request, trust_asserted=self._core.config.trust_asserted_identity)
        return Invited(leg.id, request, content.offer, source, caller, identity.called(request), content.bodies)

    def _reinvite(self, request: Request, source: Address, now: float) -> None:
        core, leg = self._core, self._core.within(request)
        peer = _reofferable(leg, request)
        content = self._content(request)
        if core.full:
            raise Refused(500, headers=[self._retry_after])
        leg.dialog = dialog.refreshed(peer, request, source)
        leg.invite = core.transactions.serve(request, source, now)
        leg.invite.leg = leg.id
        leg.proposed = content.offer
        core.answer(leg.invite, 100, now)
        if content.offer is None or _unchanged(leg, content.offer):
            leg.refresh = True
            self.accept(leg, leg.local_body, now)
            return
        leg.state, leg.refresh = LegState.REOFFERED, False
        core.arm(leg, LegTimer.DECIDE, now, core.config.timing.give_up)
        core.events.append(Reoffered(leg.id, content.offer))

    # -- the shell's decisions --------------------------------------------------------------------------------------

    def ring(self, leg: Leg, now: float, body: bytes | None, headers: Extra) -> None:
        """Send 180, or 183 with early media."""
        if leg.state is LegState.INVITED:
            typed = [("Content-Type", SDP)] if body else []
            fields = [*self._dialog_headers(leg), *typed, *headers]
            self._core.answer(leg.invite, 183 if body else 180, now, headers=fields, body=body or b"")

    def accept(self, leg: Leg, body: bytes, now: float, headers: Extra = ()) -> None:
        """Send 200 and repeat it until the ACK comes (section 13.3.1.4)."""
        core, timing = self._core, self._core.config.timing
        leg.state, leg.local_body, leg.repeat_after = LegState.ACCEPTED, body, timing.t1
        leg.offered, leg.remote, leg.proposed = leg.proposed is None, leg.proposed or leg.remote, None
        fields = [*self._dialog_headers(leg), ALLOW, SUPPORTED, ("Content-Type", SDP), *headers]
        core.answer(leg.invite, 200, now, headers=fields, body=body)
        core.disarm(leg, LegTimer.DECIDE)
        core.arm(leg, LegTimer.REPEAT, now, timing.t1)
        core.arm(leg, LegTimer.ACK, now, timing.give_up)

    def reject(self, leg: Leg, status: int, reason: str | None, now: float, headers: Extra = ()) -> None:
        """Refuse the pending INVITE; a call that was established goes on."""
        core = self._core
        core.answer(leg.invite, status, now, reason=reason, headers=headers)
        core.disarm(leg, LegTimer.DECIDE)
        if leg.state is LegState.REOFFERED:
            leg.state, leg.proposed = LegState.ESTABLISHED, None

    def _dialog_headers(self, leg: Leg) -> list[tuple[str, str]]:
        """Section 12.1.1."""
        routes = leg.invite.request.headers.each("Record-Route")
        return [*(("Record-Route", route) for route in routes), self._core.contact]

    # -- ACK, BYE, CANCEL, OPTIONS ----------------------------------------------------------------------------------

    def _ack(self, request: Request, _source: Address, now: float) -> None:
        core, leg = self._core, self._core.within(request)
        if leg.state is not LegState.ACCEPTED or request.cseq[0] != leg.invite.request.cseq[0]:
            return
        core.disarm(leg, LegTimer.REPEAT, LegTimer.ACK)
        leg.state = LegState.ESTABLISHED
        answer = inspection.session(request) if leg.offered else None
        if not leg.refresh or (answer and not _unchanged(leg, answer)):
            core.events.append(Confirmed(leg.id, answer))
        leg.remote = answer or leg.remote
        if leg.goodbye is not None:
            core.hang_up(leg, now, "local", headers=leg.goodbye)

    def _bye(self, request: Request, source: Address, now: float) -> None:
        core, leg = self._core, self._core.within(request)
        if leg.state in (LegState.CALLING, LegState.CANCELLING):
            raise Refused(481)
        _in_order(leg, request)
        core.answer(core.transactions.serve(request, source, now), 200, now)
        if leg.state in (LegState.INVITED, LegState.REOFFERED):
            core.answer(leg.invite, 487, now)
        told, reason = leg.state is LegState.ENDING, grammar.readable(request.headers.get("Reason") or "")
        core.close(leg, None if told else Ended(leg.id, "remote", reason))

    def _cancel(self, request: Request, source: Address, now: float) -> None:
        """Section 9.2: 200 to the CANCEL whatever it finds, 487 to an INVITE that has no final response yet."""
        core = self._core
        invite = core.transactions.find(request, "INVITE")
        if invite is None:
            raise Refused(481)
        core.answer(core.transactions.serve(request, source, now), 200, now)
        leg = core.legs.get(invite.leg) if invite.leg is not None else None
        if invite.state is not State.PROCEEDING or leg is None:
            return
        self.reject(leg, 487, None, now)
        if leg.state is LegState.INVITED:
            core.close(leg, Cancelled(leg.id))

    def _options(self, request: Request, source: Address, _now: float) -> None:
        """Section 11.2: as an INVITE would be answered. Nothing is kept: a repeated OPTIONS gets the same again."""
        if grammar.NameAddr.parse(request.headers.one("To")).tag:
            self._core.within(request)
        if not self._ready:
            raise Refused(503, headers=[self._retry_after])
        core = self._core
        fields = [("Server", core.config.product), core.contact, ALLOW, ACCEPT, SUPPORTED]
        response = reply.build(request, 200, tag=core.tag(request), headers=fields)
        core.transactions.send(response, reply.destination(request, source))

    # -- time -----------------------------------------------------------------------------------------------------

    def repeat(self, leg: Leg, now: float) -> None:
        """Send our 2xx again: T1, doubled up to T2."""
        self._core.transactions.repeat(leg.invite)
        leg.repeat_after = min(2 * leg.repeat_after, self._core.config.timing.t2)
        self._core.arm(leg, LegTimer.REPEAT, now, leg.repeat_after)

    def unacknowledged(self, leg: Leg, now: float) -> None:
        """End a call whose ACK never came (section 13.3.1.4)."""
        self._core.hang_up(leg, now, "timeout", "no ACK")

    def undecided(self, leg: Leg, now: float) -> None:
        """Refuse what the shell never decided."""
        pending = leg.state
        self.reject(leg, 480 if pending is LegState.INVITED else 500, None, now)
        if pending is LegState.INVITED:
            self._core.close(leg, Ended(leg.id, "timeout", "never answered"))


def _reofferable(leg: Leg, request: Request) -> Dialog:
    """Return the dialog of a leg that can take a re-INVITE (sections 12.2.2 and 14.2).

    While our 2xx has no ACK the peer is to try again (RFC 5407 section 3.1.4).
    """
    _in_order(leg, request)
    match leg.state:
        case LegState.INVITED | LegState.REOFFERED:
            raise Refused(500, headers=[("Retry-After", "1")])
        case LegState.ACCEPTED | LegState.CALLING | LegState.CANCELLING:
            raise Refused(491)
        case LegState.ESTABLISHED if leg.dialog is not None:
            return leg.dialog
    raise Refused(481)


def _unchanged(leg: Leg, description: SessionDescription) -> bool:
    return leg.remote is not None and same_media(description, leg.remote)


def _in_order(leg: Leg, request: Request) -> None:
    """Refuse a request older than the last (section 12.2.2)."""
    if leg.dialog and request.cseq[0] < leg.dialog.remote_sequence:
        raise Refused(500, "CSeq Out Of Order")
