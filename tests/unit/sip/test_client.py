"""Calls we place: answers, refusals, CANCEL, forks, credentials and silence."""

import pytest

from gateway.errors import SipError
from gateway.sip.config import Credentials
from gateway.sip.events import Answered, Confirmed, Ended, Invited, LegId, Rejected, Reoffered, Ringing
from gateway.sip.grammar import Uri
from gateway.sip.message import Headers, Request, Response, encode, parse
from gateway.sip.offer_answer import offer
from gateway.sip.sdp import build
from gateway.sip.transaction import Timing

from .raw import SDP, statuses
from .wire import CALLER, GATEWAY, REMOTE, SOURCE, TARGET, Wire, answered, endpoint, events, only


class Caller:
    """One endpoint that calls; the far end is written by hand."""

    def __init__(self, **settings):
        self.endpoint = endpoint(CALLER, **settings)
        self.now = 0.0
        self.leg = self.endpoint.invite(TARGET, SOURCE, offer(REMOTE), 0.0)
        (self.invite,) = self.sent()

    def sent(self) -> list[Request | Response]:
        return [parse(data) for data, _ in self.endpoint.datagrams_to_send()]

    def reply(self, status: int, *, to: Request | None = None, tag: str = "far", body: bytes = b"", **headers: str):
        """Answer a request of ours, the INVITE unless another is given."""
        request = to or self.invite
        copied = [(n, v) for n, v in request.headers.fields if n in ("Via", "From", "Call-ID", "CSeq")]
        to_value = request.headers.one("To")
        tagged = to_value if ";tag=" in to_value else f"{to_value};tag={tag}"
        fields = [*copied, ("To", tagged), *((n.replace("_", "-"), v) for n, v in headers.items())]
        self.endpoint.receive_datagram(encode(Response(status, "x", Headers.of(fields), body)), GATEWAY, self.now)
        return self.sent()

    def at(self, now: float) -> list[Request | Response]:
        self.now = now
        self.endpoint.handle_timer(now)
        return self.sent()

    def run_out(self) -> None:
        while (at := self.endpoint.get_timer()) is not None:
            self.at(at)
        assert self.endpoint.calls == 0


def test_the_invite_on_the_wire():
    caller = Caller()
    assert caller.invite.uri == "sip:101@192.0.2.101"
    assert caller.invite.headers.one("From").startswith("<sip:+3225551234@example.be>;tag=")
    assert caller.invite.headers.one("Contact") == "<sip:101@192.0.2.1:5070>"
    assert caller.invite.body == build(offer(REMOTE))


def test_headers_and_a_body_of_another_type():
    far = endpoint()
    parts = f"--b\r\nContent-Type: application/sdp\r\n\r\n{SDP}\r\n--b\r\nContent-Type: text/x\r\n\r\nhi\r\n--b--\r\n"
    wire = Wire(gateway=far)
    kind = ("Content-Type", "multipart/mixed;boundary=b")
    wire.caller.invite(TARGET, SOURCE, parts.encode(), 0.0, headers=[kind, ("Priority", "emergency\r\nEvil: 1")])
    wire.shuttle()
    invited = only(Invited, events(far))
    assert [body.content for body in invited.bodies] == [b"hi"]
    assert invited.offer is not None
    assert invited.request.headers.get("Priority") == "emergency  Evil: 1", "no header is forged"


def test_a_name_needs_a_peer():
    caller = endpoint(CALLER)
    with pytest.raises(SipError, match="478"):
        caller.invite(Uri("sip", "101", "pbx.example"), SOURCE, offer(REMOTE), 0.0)
    caller.invite(Uri("sip", "101", "pbx.example"), SOURCE, offer(REMOTE), 0.0, peer=("192.0.2.55", 5062))
    assert caller.datagrams_to_send()[0][1] == ("192.0.2.55", 5062)


def test_ringing_then_answered():
    caller = Caller()
    assert caller.reply(100) == caller.reply(180) == []
    assert events(caller.endpoint) == [Ringing(caller.leg)]
    (ack,) = caller.reply(200, body=SDP.encode(), Contact="<sip:desk@192.0.2.101:5099>")
    assert (ack.method, ack.uri, ack.headers.one("CSeq")) == ("ACK", "sip:desk@192.0.2.101:5099", "1 ACK")
    assert ack.top_via.branch != caller.invite.top_via.branch
    only(Answered, events(caller.endpoint))
    assert caller.reply(200, body=SDP.encode()) == [ack], "a repeated 2xx draws the same ACK"
    assert events(caller.endpoint) == []


def test_a_fork_is_acknowledged_and_ended():
    caller = Caller()
    caller.reply(200, body=SDP.encode())
    assert statuses(caller.reply(200, tag="other", body=SDP.encode())) == ["ACK", "BYE"]
    assert caller.endpoint.calls == 1


def test_answer_without_sdp():
    caller = Caller()
    assert statuses(caller.reply(200)) == ["ACK", "BYE"]
    assert events(caller.endpoint) == [Ended(caller.leg, "error", "answered without a session description")]


def test_refused():
    caller = Caller()
    (ack,) = caller.reply(486)
    assert (ack.method, ack.top_via, ack.headers.one("CSeq")) == ("ACK", caller.invite.top_via, "1 ACK")
    assert ack.headers.one("To").endswith(";tag=far")
    assert events(caller.endpoint) == [Rejected(caller.leg, 486, "x")]
    assert statuses(caller.reply(486)) == ["ACK"]
    caller.run_out()


def test_no_answer_at_all():
    caller = Caller()
    times = [at for at in (0.5, 1.5, 3.5, 7.5, 15.5, 31.5) if statuses(caller.at(at)) == ["INVITE"]]
    assert times == [0.5, 1.5, 3.5, 7.5, 15.5, 31.5]
    assert caller.at(32.0) == []
    assert events(caller.endpoint) == [Rejected(caller.leg, 408, "Request Timeout")]
    caller.run_out()


def test_cancel_waits_for_a_provisional_response():
    caller = Caller()
    caller.endpoint.cancel(caller.leg, 0.0)
    assert caller.sent() == []
    (cancel,) = caller.reply(100)
    assert (cancel.method, cancel.top_via, cancel.headers.one("CSeq")) == ("CANCEL", caller.invite.top_via, "1 CANCEL")
    assert caller.reply(200, to=cancel) == []
    assert statuses(caller.reply(487)) == ["ACK"]
    assert events(caller.endpoint) == [Rejected(caller.leg, 487, "x")]
    caller.run_out()


def test_answer_that_crosses_the_cancel():
    caller = Caller()
    caller.reply(180)
    caller.endpoint.cancel(caller.leg, 0.0)
    assert statuses(caller.sent()) == ["CANCEL"]
    assert statuses(caller.reply(200, body=SDP.encode())) == ["ACK", "BYE"]
    assert events(caller.endpoint)[-1] == Ended(caller.leg, "local", "cancelled")
    caller.run_out()


def test_cancel_that_nobody_settles():
    caller = Caller()
    caller.reply(180)
    caller.endpoint.bye(caller.leg, 0.0)
    caller.at(32.0)
    assert events(caller.endpoint)[-1] == Rejected(caller.leg, 487, "Request Terminated")
    caller.run_out()


def test_ringing_for_ever():
    caller = Caller(answer_within_s=60.0)
    caller.reply(180)
    assert statuses(caller.at(60.0)) == ["CANCEL"]


@pytest.mark.parametrize(
    ("status", "ask", "give"),
    [(401, "WWW_Authenticate", "Authorization"), (407, "Proxy_Authenticate", "Proxy-Authorization")],
)
def test_one_challenge_is_answered(status: int, ask: str, give: str):
    caller = Caller(credentials=Credentials("gateway", "secret"))
    challenge = 'Digest realm="pbx", nonce="abc", qop="auth", algorithm=SHA-256'
    ack, again = caller.reply(status, **{ask: challenge})
    assert (ack.method, again.method, again.headers.one("CSeq")) == ("ACK", "INVITE", "2 INVITE")
    assert again.headers.one("Call-ID") == caller.invite.headers.one("Call-ID")
    assert again.top_via.branch != caller.invite.top_via.branch
    assert again.headers.one(give).startswith('Digest username="gateway"')
    (ack,) = caller.reply(200, to=again, body=SDP.encode())
    assert ack.headers.one(give) == again.headers.one(give)
    assert ack.headers.one("CSeq") == "2 ACK"
    only(Answered, events(caller.endpoint))


def test_a_second_challenge_is_a_refusal():
    caller = Caller(credentials=Credentials("gateway", "wrong"))
    challenge = 'Digest realm="pbx", nonce="abc"'
    _, again = caller.reply(401, WWW_Authenticate=challenge)
    assert statuses(caller.reply(401, to=again, WWW_Authenticate=challenge)) == ["ACK"]
    assert events(caller.endpoint) == [Rejected(caller.leg, 401, "x")]


def test_a_challenge_without_credentials_is_a_refusal():
    caller = Caller()
    assert statuses(caller.reply(401, WWW_Authenticate='Digest realm="pbx", nonce="abc"')) == ["ACK"]
    assert events(caller.endpoint) == [Rejected(caller.leg, 401, "x")]


def test_responses_that_are_not_for_us():
    caller = Caller()
    twice = Response(200, "OK", Headers.of([*caller.invite.headers.fields, ("Via", "SIP/2.0/UDP other")]))
    caller.endpoint.receive_datagram(encode(twice), GATEWAY, 0.0)
    assert caller.sent() == []
    assert events(caller.endpoint) == []


# -- two endpoints ---------------------------------------------------------------------------------------


def connected(wire: Wire) -> tuple[LegId, LegId]:
    theirs = wire.dial()
    invited = only(Invited, events(wire.gateway))
    wire.gateway.accept(invited.leg, answered(invited.offer), wire.now)
    wire.shuttle()
    return invited.leg, theirs


@pytest.mark.parametrize("lost", ["INVITE", 100, 200, "ACK", "BYE"])
def test_whatever_is_lost_once_is_mended(lost: str | int):
    wire = Wire()
    left = [lost]

    def lose(_to: object, message: Request | Response) -> bool:
        what = message.method if isinstance(message, Request) else message.status
        hit = what in left
        if hit:
            left.remove(what)
        return hit

    wire.lose = lose
    wire.caller.invite(TARGET, SOURCE, offer(REMOTE), wire.now)
    wire.shuttle()
    wire.advance(1.0)
    ours = only(Invited, events(wire.gateway))
    wire.gateway.accept(ours.leg, answered(ours.offer), wire.now)
    wire.shuttle()
    wire.advance(4.0)
    assert events(wire.gateway) == [Confirmed(ours.leg, None)]
    wire.gateway.bye(ours.leg, wire.now)
    wire.shuttle()
    wire.advance(1.0)
    assert wire.gateway.calls == wire.caller.calls == 0
    assert left == []


def test_a_reoffer_while_our_own_invite_is_pending():
    """Glare (RFC 3261 section 14.2)."""
    wire = Wire()
    wire.dial()
    invite = wire.sent("INVITE")[0]
    ringing = Headers.of([*(f for f in invite.headers.fields if f[0] in ("Call-ID",)), ("From", "<sip:101@h>;tag=far")])
    fields = [
        ("Via", "SIP/2.0/UDP 192.0.2.101;branch=z9hG4bKglare"),
        *ringing.fields,
        ("To", invite.headers.one("From")),
        ("CSeq", "1 INVITE"),
        ("Content-Type", "application/sdp"),
    ]
    glare = Request("INVITE", "sip:101@192.0.2.1:5070", Headers.of(fields), SDP.encode())
    wire.caller.receive_datagram(encode(glare), GATEWAY, wire.now)
    (response,) = [parse(data) for data, _ in wire.caller.datagrams_to_send()]
    assert response.status == 491


def test_reinvite_towards_the_caller_is_served():
    wire = Wire(caller=endpoint(CALLER, timing=Timing(t1=0.1)))
    _, theirs = connected(wire)
    events(wire.caller)
    invite = wire.sent("INVITE")[0]
    answer = wire.sent(200)[0]
    fields = [
        ("Via", "SIP/2.0/UDP 192.0.2.101:5060;branch=z9hG4bKagain"),
        ("From", answer.headers.one("To")),
        ("To", invite.headers.one("From")),
        ("Call-ID", invite.headers.one("Call-ID")),
        ("CSeq", "7 INVITE"),
        ("Content-Type", "application/sdp"),
    ]
    moved = Request("INVITE", "sip:x@h", Headers.of(fields), SDP.replace("30000", "30002").encode())
    wire.caller.receive_datagram(encode(moved), GATEWAY, wire.now)
    assert only(Reoffered, events(wire.caller)).leg == theirs
