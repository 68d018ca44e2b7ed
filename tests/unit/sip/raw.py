"""Datagrams as other people's phones write them, and the answers of one endpoint to them."""

from gateway.sip.endpoint import Endpoint
from gateway.sip.events import Address
from gateway.sip.message import Message, parse

PEER: Address = ("192.0.2.1", 5070)
SDP = (
    "v=0\r\no=caller 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
    "m=audio 30000 RTP/AVP 8 0 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n"
    "a=rtpmap:101 telephone-event/8000\r\na=ptime:20\r\n"
)
HEADERS = {
    "Via": "SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bKfirst;rport",
    "Max-Forwards": "70",
    "From": '"An" <sip:+3225551234@example.be>;tag=from1',
    "To": "<sip:101@192.0.2.101>",
    "Call-ID": "call-1@example.be",
    "CSeq": "1 INVITE",
    "Contact": "<sip:an@192.0.2.1:5070>",
    "Content-Type": "application/sdp",
}


def request(
    method: str = "INVITE",
    *,
    uri: str = "sip:101@192.0.2.101",
    body: str | bytes | None = None,
    extra: str | bytes = "",
    **changes: str | None,
) -> bytes:
    """Write a request. `changes` replace headers or, when None, drop them (`_` for `-`); `extra` are raw lines."""
    content = SDP if body is None and method == "INVITE" else body or ""
    content = content.encode() if isinstance(content, str) else content
    headers = {**HEADERS, "CSeq": f"1 {method}"}
    headers |= {name.replace("_", "-"): value for name, value in changes.items()}
    if not content:
        headers.pop("Content-Type")
    lines = [f"{method} {uri} SIP/2.0", *(f"{name}: {value}" for name, value in headers.items() if value is not None)]
    extra = extra.encode() if isinstance(extra, str) else extra
    return "\r\n".join([*lines, ""]).encode() + extra + f"Content-Length: {len(content)}\r\n\r\n".encode() + content


def exchange(endpoint: Endpoint, data: bytes, now: float = 0.0, source: Address = PEER) -> list[Message]:
    """Hand one datagram in and return all that comes out."""
    endpoint.receive_datagram(data, source, now)
    return sent(endpoint)


def sent(endpoint: Endpoint) -> list[Message]:
    return [parse(data) for data, _ in endpoint.datagrams_to_send()]


def statuses(messages: list[Message]) -> list[int | str]:
    """Return statuses of responses and methods of requests."""
    return [getattr(message, "status", None) or getattr(message, "method", "") for message in messages]
