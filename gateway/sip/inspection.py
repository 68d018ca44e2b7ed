"""What a request must have to be served (RFC 3261 section 8.2), in the order of the RFC.

Each check is a function that raises what the request is to be answered with. Optional headers are not looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.errors import SipError

from . import grammar, sdp
from .body import SDP, Body, bodies, media_type
from .message import Message, Request
from .reply import REASONS

SERVED = ("INVITE", "ACK", "BYE", "CANCEL", "OPTIONS")
KNOWN = frozenset(
    {*SERVED, "REGISTER", "MESSAGE", "INFO", "UPDATE", "PRACK", "REFER", "NOTIFY", "SUBSCRIBE", "PUBLISH"}
)
SCHEMES = frozenset({"sip", "sips", "tel"})
ALLOW = ("Allow", ", ".join(SERVED))
ACCEPT = ("Accept", f"{SDP}, multipart/mixed")
_SDP_RANGES = frozenset({SDP, "application/*", "*/*"})


class Refused(SipError):
    """A refusal with the headers that explain it, such as Allow or Retry-After."""

    def __init__(self, status: int, reason: str | None = None, headers: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(status, reason or REASONS[status])
        self.headers = tuple(headers)


@dataclass(frozen=True, slots=True)
class Content:
    """What an INVITE carries."""

    offer: sdp.SessionDescription | None
    bodies: tuple[Body, ...]
    """everything beside the first session description"""


def inspect(request: Request) -> None:
    """Raise SipError for a request that cannot be served."""
    for check in (_mandatory, _length, _method, _target, _extensions):
        check(request)


def version(request: Request) -> None:
    """Raise Refused(505) for another protocol, before anything else in the request is trusted."""
    if request.version != "SIP/2.0":
        raise Refused(505)


def _mandatory(request: Request) -> None:
    """Section 8.1.1. Max-Forwards and Contact are no condition: peers of RFC 2543 lack them."""
    request.headers.one("Call-ID")
    for name in ("From", "To"):
        grammar.NameAddr.parse(request.headers.one(name))
    for via in request.headers.listed("Via"):
        grammar.Via.parse(via)
    grammar.parse_cseq(request.headers.one("CSeq"))


def _method(request: Request) -> None:
    """Section 8.2.1; the method stands in CSeq as well (section 20.16)."""
    if request.method not in KNOWN:
        raise Refused(501, headers=[ALLOW])
    if request.cseq[1] != request.method:
        raise SipError(400, "CSeq Does Not Match Method")
    if request.method not in SERVED:
        raise Refused(405, headers=[ALLOW])


def _length(request: Request) -> None:
    """Section 18.3: over UDP Content-Length may be missing or smaller than the rest, never larger."""
    values = list(request.headers.each("Content-Length"))
    if len(values) > 1 or (values and not values[0].isdecimal()):
        raise SipError(400, "Bad Content-Length")
    if values and (len(values[0]) > 9 or int(values[0]) > len(request.body)):
        raise SipError(400, "Body Shorter Than Content-Length")


def _target(request: Request) -> None:
    """Section 8.2.2.1."""
    if grammar.Uri.parse(request.uri).scheme not in SCHEMES:
        raise Refused(416)


def _extensions(request: Request) -> None:
    """Section 8.2.2.3: no extension is supported."""
    required = [tag for tag in request.headers.listed("Require") if tag]
    if required and request.method not in ("ACK", "CANCEL"):
        raise Refused(420, headers=[("Unsupported", ", ".join(required))])


def content(request: Request) -> Content:
    """Read what an INVITE brings; raises SipError 400, 406, 415 or 488 (section 8.2.3)."""
    accepted = {media_type(value) for value in request.headers.listed("Accept") if value}
    if accepted and not accepted & _SDP_RANGES:
        raise Refused(406)
    if (request.headers.get("Content-Encoding") or "identity").lower() != "identity":
        raise Refused(415, headers=[ACCEPT, ("Accept-Encoding", "identity")])
    parts = bodies(request)
    if len(parts) == 1 and parts[0].headers is request.headers and not _understood(parts[0]):
        raise Refused(415, headers=[ACCEPT])
    session = _session_part(parts)
    return Content(sdp.parse(session.content) if session else None, tuple(p for p in parts if p is not session))


def session(received: Message) -> sdp.SessionDescription | None:
    """Read an answer in an ACK or a 2xx; None when it is missing or broken, for the call is not lost by that."""
    try:
        part = _session_part(bodies(received))
        return sdp.parse(part.content) if part else None
    except SipError:
        return None


def _session_part(parts: tuple[Body, ...]) -> Body | None:
    return next((part for part in parts if part.content_type == SDP), None)


def _understood(body: Body) -> bool:
    return body.content_type == SDP or body.optional
