"""What imperfect phones and exchanges send, and that their callers are heard all the same."""

import pytest

from gateway.sip.events import Invited

from .raw import SDP, exchange, request, sent, statuses
from .wire import answered, endpoint, events, only

PIDF = "<presence xmlns='urn:ietf:params:xml:ns:pidf'/>"
MULTIPART = (
    "--frontier\r\nContent-Type: application/pidf+xml\r\nContent-ID: <place@example.be>\r\n\r\n"
    f"{PIDF}\r\n--frontier\r\nContent-Type: application/sdp\r\n\r\n{SDP}\r\n--frontier--\r\n"
)
COMPACT = request().replace(b"Via:", b"v:").replace(b"From:", b"f:").replace(b"To:", b"t:").replace(b"Call-ID:", b"i:")
COMPACT = COMPACT.replace(b"Contact:", b"m:").replace(b"Content-Type:", b"c:").replace(b"Content-Length:", b"l:")
HEAD = request().partition(b"\r\n\r\n")[0]

ACCEPTED = {
    "compact names": COMPACT,
    "folded header": request(extra="Subject: first\r\n  and second line\r\n"),
    "no space after the colon": request(extra="X-Foo:value\r\n"),
    "space before the colon": request().replace(b"CSeq:", b"CSeq  :"),
    "empty header": request(extra="Supported:\r\nAllow: \r\n"),
    "Latin-1 in the display name": request(From="X").replace(b"From: X", b'From: "Ren\xe9" <sip:r@h>;tag=1'),
    "UTF-8 in the display name": request(From='"René" <sip:rene@example.be>;tag=1'),
    "display name with a comma": request(From='"Peeters, An" <sip:an@example.be>;tag=1'),
    "no display name, no brackets": request(From="sip:an@example.be;tag=1", To="sip:101@192.0.2.101"),
    "LF line ends": HEAD.replace(b"\r\n", b"\n") + b"\n\n" + SDP.encode(),
    "no Content-Length": request().replace(f"Content-Length: {len(SDP)}\r\n".encode(), b""),
    "more than Content-Length": request() + b"rest",
    "broken optional headers": request(extra="Date: yesterday\r\nContact: ;;;<\r\nExpires: never\r\nPrivacy: ,,\r\n"),
    "broken Contact": request(Contact='"<<'),
    "no Contact": request(Contact=None),
    "no Max-Forwards": request(Max_Forwards=None),
    "Max-Forwards 0 at its goal": request(Max_Forwards="0"),
    "broken Record-Route": request(Record_Route="<<,>>"),
    "a line that is no header": request(extra="this is not a header\r\n"),
    "empty lines first": b"\r\n\r\n" + request(),
    "peer of RFC 2543": request(Via="SIP/2.0/UDP 192.0.2.1:5070", From="<sip:an@example.be>"),
    "tel URI": request(uri="tel:101;phone-context=+32"),
    "IPv6 Contact": request(Contact="<sip:an@[2001:db8::1]:5070>"),
    "SDP with parameters": request(Content_Type="application/sdp;charset=utf-8"),
    "multipart with PIDF-LO": request(body=MULTIPART, Content_Type='multipart/mixed; boundary="frontier"'),
    "multipart with LF": request(
        body=MULTIPART.replace("\r\n", "\n"), Content_Type="multipart/mixed;boundary=frontier"
    ),
    "ignorable body": request(
        body="<x/>", Content_Type="text/xml", extra="Content-Disposition: render;handling=optional\r\n"
    ),
    "RTP/AVPF": request(body=SDP.replace("RTP/AVP", "RTP/AVPF")),
    "SDP with an image section": request(body=SDP + "m=image 9 udptl t38\r\n"),
    "SDP with a stray line": request(body=SDP.replace("t=0 0", "t=0 0\r\nnonsense\r\nz")),
    "SDP with LF": request(body=SDP.replace("\r\n", "\n")),
    "SDP rtpmap without a format": request(body=SDP + "a=rtpmap:98 speex/8000\r\n"),
    "SDP c= at both levels": request(body=SDP + "c=IN IP4 192.0.2.9\r\n"),
    "SDP without o=": request(body=SDP.replace("o=caller 1 1 IN IP4 192.0.2.1\r\n", "")),
    "SDP on hold": request(body=SDP.replace("c=IN IP4 192.0.2.1", "c=IN IP4 0.0.0.0")),
}


@pytest.mark.parametrize("data", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_accepted_and_answered(data: bytes):
    gateway = endpoint()
    assert statuses(exchange(gateway, data)) == [100]
    invited = only(Invited, events(gateway))
    gateway.accept(invited.leg, answered(invited.offer), 0.0)
    assert statuses(sent(gateway)) == [200]
    assert gateway.refused == {}


def invited(data: bytes) -> Invited:
    gateway = endpoint()
    exchange(gateway, data)
    return only(Invited, events(gateway))


@pytest.mark.parametrize("name", ["multipart with PIDF-LO", "multipart with LF"])
def test_other_parts_are_handed_on(name: str):
    told = invited(ACCEPTED[name])
    assert told.offer is not None
    assert [body.content_type for body in told.bodies] == ["application/pidf+xml"]
    assert told.bodies[0].content.decode() == PIDF
    assert told.bodies[0].headers.get("Content-ID") == "<place@example.be>"


def test_a_session_description_inside_a_nested_multipart():
    nested = MULTIPART.replace("frontier", "inner")
    outer = f"--o\r\nContent-Type: multipart/alternative;boundary=inner\r\n\r\n{nested}\r\n--o--\r\n"
    told = invited(request(body=outer, Content_Type="multipart/mixed;boundary=o"))
    assert told.offer is not None
    assert [body.content_type for body in told.bodies] == ["application/pidf+xml"]


def test_endless_nesting_is_left_alone():
    kind = "multipart/mixed;boundary=b"
    told = invited(request(body=f"--b\r\nContent-Type: {kind}\r\n\r\n" * 500, Content_Type=kind))
    assert told.offer is None
    assert len(told.bodies) <= 32


@pytest.mark.parametrize(
    ("changes", "caller"),
    [
        ({}, "+3225551234"),
        ({"P_Asserted_Identity": "<sip:+32477000000@operator.be;user=phone>, <tel:+32477000000>"}, "+32477000000"),
        ({"P_Asserted_Identity": "tel:+32477000000"}, "+32477000000"),
        ({"P_Asserted_Identity": "<<broken"}, "+3225551234"),
        ({"From": "Anonymous <sip:anonymous@anonymous.invalid>;tag=1"}, None),
        ({"From": "<sip:%2B32477000000;phone-context=x@h>;tag=1"}, "+32477000000"),
        ({"From": "<isbn:2983792873>;tag=1"}, None),
        ({"From": "<sip:a%00%0d%0Ab@h>;tag=1"}, "ab"),
    ],
)
def test_caller(changes: dict[str, str], caller: str | None):
    assert invited(request(**changes)).caller == caller


@pytest.mark.parametrize(
    ("uri", "called"), [("sip:101@h", "101"), ("tel:101", "101"), ("sip:h.example", "h.example"), ("sip:1;x=y@h", "1")]
)
def test_called(uri: str, called: str):
    assert invited(request(uri=uri)).called == called


def test_bytes_that_are_not_utf8_come_back_as_they_came():
    gateway = endpoint()
    gateway.receive_datagram(ACCEPTED["Latin-1 in the display name"], ("192.0.2.1", 5070), 0.0)
    ((data, _),) = gateway.datagrams_to_send()
    assert b'"Ren\xe9" <sip:r@h>;tag=1' in data
