"""What is refused, with which status and which explanation; and what is not answered at all."""

import pytest

from gateway.sip.events import Invited

from .raw import SDP, exchange, request, statuses
from .wire import endpoint, events, only

REFUSED = {
    "another version": (request().replace(b" SIP/2.0\r\n", b" SIP/7.0\r\n"), 505, {}),
    "no Call-ID": (request(Call_ID=None), 400, {}),
    "two Call-IDs": (request(extra="Call-ID: other\r\n"), 400, {}),
    "no To": (request(To=None), 400, {}),
    "unterminated quote in From": (request(From='"An <sip:an@example.be>;tag=1'), 400, {}),
    "no CSeq": (request(CSeq=None), 400, {}),
    "CSeq of another method": (request(CSeq="1 BYE"), 400, {}),
    "CSeq too large": (request(CSeq="2147483648 INVITE"), 400, {}),
    "broken Via": (request(Via="SIP/2.0/UDP 192.0.2.1;;,;,,"), 400, {}),
    "broken second Via": (request(extra="Via: nonsense\r\n"), 400, {}),
    "body shorter than told": (request()[:-9], 400, {}),
    "negative Content-Length": (request(extra="Content-Length: -5\r\n"), 400, {}),
    "Request-URI in brackets": (request(uri="<sip:101@192.0.2.101>"), 400, {}),
    "space in the Request-URI": (request(uri="sip:101@192.0.2.101; lr"), 400, {}),
    "known method": (request("REFER"), 405, {"Allow": "INVITE, ACK, BYE, CANCEL, OPTIONS"}),
    "PRACK": (request("PRACK"), 405, {"Allow": "INVITE, ACK, BYE, CANCEL, OPTIONS"}),
    "INFO": (request("INFO", body="Signal=1", Content_Type="application/dtmf-relay"), 405, {}),
    "unknown method": (request("NEWMETHOD"), 501, {"Allow": "INVITE, ACK, BYE, CANCEL, OPTIONS"}),
    "unknown scheme": (request(uri="isbn:2983792873"), 416, {}),
    "unknown extension": (request(Require="100rel, precondition"), 420, {"Unsupported": "100rel, precondition"}),
    "answer in another format": (request(Accept="text/nobodyKnowsThis"), 406, {}),
    "unknown body": (
        request(body="<x/>", Content_Type="text/xml"), 415, {"Accept": "application/sdp, multipart/mixed"}
    ),
    "packed body": (request(Content_Encoding="gzip"), 415, {"Accept-Encoding": "identity"}),
    "multipart without boundary": (request(Content_Type="multipart/mixed"), 400, {}),
    "G.729 only": (request(body=SDP.replace("AVP 8 0 101", "AVP 18")), 488, {}),
    "SRTP only": (request(body=SDP.replace("RTP/AVP", "RTP/SAVP")), 488, {}),
    "no audio": (request(body=SDP.replace("m=audio", "m=video")), 488, {}),
    "audio closed": (request(body=SDP.replace("m=audio 30000", "m=audio 0")), 488, {}),
    "media at a name": (request(body=SDP.replace("IN IP4 192.0.2.1\r\nt", "IN IP4 host.example\r\nt")), 488, {}),
    "no SDP in the SDP": (request(body="hello"), 488, {}),
    "BYE outside a call": (request("BYE", To="<sip:101@192.0.2.101>;tag=gone"), 481, {}),
    "INVITE inside no call": (request(To="<sip:101@192.0.2.101>;tag=gone"), 481, {}),
    "CANCEL of nothing": (request("CANCEL"), 481, {}),
}  # fmt: skip


@pytest.mark.parametrize(("data", "status", "headers"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(data: bytes, status: int, headers: dict[str, str]):
    gateway = endpoint()
    (response,) = exchange(gateway, data)
    assert response.status == status
    assert {name: response.headers.get(name) for name in headers} == headers
    assert events(gateway) == []
    assert gateway.refused == {status: 1}
    assert gateway.calls == 0


@pytest.mark.parametrize(("data", "status", "headers"), REFUSED.values(), ids=REFUSED.keys())
def test_the_same_refusal_for_every_copy(data: bytes, status: int, headers: dict[str, str]):
    gateway = endpoint()
    assert exchange(gateway, data) == exchange(gateway, data)


IGNORED = {
    "nothing": b"",
    "keep-alive": b"\r\n\r\n",
    "zeros": bytes(100),
    "STUN": b"\x00\x01\x00\x00\x21\x12\xa4\x42" + bytes(12),
    "HTTP": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "start line only, broken": b"INVITE\r\n\r\n",
    "ACK of nothing": request("ACK"),
    "response to nothing": b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nCSeq: 1 INVITE\r\n\r\n",
    "response with a broken Via": b"SIP/2.0 200 OK\r\nVia: x\r\nCSeq: 1 INVITE\r\n\r\n",
    "status out of range": b"SIP/2.0 4294967301 better not\r\n\r\n",
    "too many headers": b"INVITE sip:a@b SIP/2.0\r\n" + b"X: y\r\n" * 300 + b"\r\n",
    "too large": request(body="x" * 66_000),
}


@pytest.mark.parametrize("data", IGNORED.values(), ids=IGNORED.keys())
def test_ignored(data: bytes):
    gateway = endpoint()
    assert exchange(gateway, data) == []
    assert events(gateway) == []
    assert statuses(exchange(gateway, request())) == [100]


def test_refused_invite_is_repeated_until_ack():
    gateway = endpoint()
    (refused,) = exchange(gateway, request(Require="100rel"))
    gateway.handle_timer(0.5)
    assert statuses(exchange(gateway, b"", 0.5)) == [420]
    exchange(gateway, request("ACK", To=refused.headers.get("To"), body=""), 0.6)
    gateway.handle_timer(1.6)
    assert exchange(gateway, b"", 1.6) == []
    gateway.handle_timer(40)
    assert gateway.get_timer() is None


def test_merged_request():
    """The same request by another way: RFC 3261 section 8.2.2.2."""
    gateway = endpoint()
    assert statuses(exchange(gateway, request())) == [100]
    assert statuses(exchange(gateway, request(Via="SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bKother"))) == [482]
    only(Invited, events(gateway))


def test_draining():
    gateway = endpoint()
    gateway.set_ready(False, 30)
    for data in (request(), request("OPTIONS")):
        (response,) = exchange(gateway, data)
        assert (response.status, response.headers.get("Retry-After")) == (503, "30")
    gateway.set_ready(True)
    assert statuses(exchange(gateway, request("OPTIONS"))) == [200]


def test_full():
    gateway = endpoint(max_dialogs=2)
    assert statuses(exchange(gateway, numbered(1))) == [100]
    assert statuses(exchange(gateway, numbered(2))) == [100]
    (response,) = exchange(gateway, numbered(3))
    assert (response.status, response.headers.get("Retry-After")) == (503, "5")


def test_refusals_leave_room_for_calls():
    gateway = endpoint(max_transactions=20)
    for number in range(100):
        exchange(gateway, numbered(number, Require="100rel"))
    assert statuses(exchange(gateway, numbered(1000))) == [100]


def numbered(number: int, **changes: str) -> bytes:
    via = f"SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bKn{number};rport"
    return request(Via=via, Call_ID=f"call-{number}", **changes)
