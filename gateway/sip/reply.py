"""Responses: what of a request they repeat (RFC 3261 section 8.2.6) and where they go (section 18.2.2, RFC 3581)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from gateway.errors import SipError

from . import grammar
from .events import Address
from .message import Headers, Request, Response

REASONS: Final = {
    100: "Trying",
    180: "Ringing",
    183: "Session Progress",
    200: "OK",
    400: "Bad Request",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    408: "Request Timeout",
    415: "Unsupported Media Type",
    416: "Unsupported URI Scheme",
    420: "Bad Extension",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    482: "Loop Detected",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    491: "Request Pending",
    500: "Server Internal Error",
    501: "Not Implemented",
    503: "Service Unavailable",
    505: "Version Not Supported",
}
_COPIED: Final = ("Via", "From", "To", "Call-ID", "CSeq")


def arrived(request: Request, source: Address) -> Request:
    """Note in the top Via where a request came from (18.2.1, RFC 3581); each Via gets a line of its own."""
    values = request.headers.listed("Via")
    try:
        values[0] = str(grammar.Via.parse(values[0]).received_from(*source))
    except (IndexError, SipError):
        return request
    others = (field for field in request.headers.fields if field[0] != "Via")
    return replace(request, headers=Headers((*(("Via", value) for value in values), *others)))


def build(
    request: Request,
    status: int,
    *,
    tag: str | None,
    reason: str | None = None,
    headers: Sequence[tuple[str, str]] = (),
    body: bytes = b"",
) -> Response:
    """Answer a request that has `arrived`. `tag` goes into To unless one is there; None leaves it out, as in 100."""
    copied = [(name, value) for name in _COPIED for value in request.headers.each(name)]
    if tag is not None:
        copied = [(name, grammar.tagged(value, tag) if name == "To" else value) for name, value in copied]
    return Response(status, reason or REASONS.get(status, "Unknown"), Headers.of([*copied, *headers]), body)


def destination(request: Request, source: Address) -> Address:
    """Return where responses go: the source with `rport`, else its address and the port of the Via.

    `maddr` is not followed: a response goes to nobody who did not send the request.
    """
    try:
        via = request.top_via
    except SipError:
        return source
    return source if grammar.param(via.params, "rport") is not None else (source[0], via.port or 5060)
