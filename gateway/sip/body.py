"""Message bodies: one part or multipart/mixed (RFC 3261 section 7.4, RFC 2046 section 5.1, RFC 5621)."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from gateway.errors import SipError

from . import grammar
from .message import Headers, Request, Response, parse_headers

SDP = "application/sdp"
MAX_PARTS = 32
MAX_DEPTH = 3
"""multiparts inside multiparts that are opened"""


@dataclass(frozen=True, slots=True)
class Body:
    """One part of a message body, unparsed: session description, PIDF-LO, recording metadata, anything."""

    content_type: str
    """lower case, without parameters"""
    content: bytes
    headers: Headers
    """the part's own headers; Content-Type with its parameters is among them"""

    @property
    def optional(self) -> bool:
        """Tell whether the sender lets us ignore the part (RFC 3261 section 20.11)."""
        disposition = self.headers.get("Content-Disposition") or ""
        handling = grammar.param(grammar.parse_params(disposition.partition(";")[2]), "handling")
        return (handling or "").strip('"').lower() == "optional"


def media_type(content_type: str) -> str:
    """Return `type/subtype` in lower case, without parameters."""
    return "".join(content_type.partition(";")[0].split()).lower()


def bodies(message: Request | Response) -> tuple[Body, ...]:
    """Return the first parts of a message in order, nested ones too; raises SipError(400) for broken multipart."""
    if not message.body:
        return ()
    return tuple(islice(_parts(Body(_type(message.headers, SDP), message.body, message.headers)), MAX_PARTS))


def _type(headers: Headers, default: str) -> str:
    return media_type(headers.get("Content-Type") or default)


def _parts(body: Body, depth: int = MAX_DEPTH) -> Iterator[Body]:
    if not body.content_type.startswith("multipart/") or not depth:
        yield body
        return
    params = grammar.parse_params((body.headers.get("Content-Type") or "").partition(";")[2])
    boundary = (grammar.param(params, "boundary") or "").strip('"')
    if not boundary:
        raise SipError(400, "Multipart without boundary")
    pieces = (b"\n" + body.content).split(b"\n--" + boundary.encode("utf-8", "surrogateescape"), MAX_PARTS + 1)
    for piece in pieces[1:]:
        if piece.startswith(b"--"):
            return
        headers, content = parse_headers(piece.partition(b"\n")[2])
        yield from _parts(Body(_type(headers, "text/plain"), content.removesuffix(b"\r"), headers), depth - 1)
