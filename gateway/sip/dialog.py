"""Dialogs (RFC 3261 section 12): what the requests inside a call are made from and where they go."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway.errors import SipError

from . import grammar
from .events import Address
from .message import Headers, Request, Response

DEFAULT_PORT = 5060


@dataclass(frozen=True, slots=True)
class Dialog:
    """One dialog from our side; every change gives a new value."""

    call_id: str
    local: str
    """our From value in requests, tag included"""
    remote: str
    """the peer's: our To value in requests, tag included once known"""
    local_tag: str
    remote_tag: str | None
    """None: the peer is of RFC 2543 and gave none"""
    remote_target: str
    """URI of the peer's Contact"""
    route_set: tuple[str, ...]
    """Route values in the order we send them"""
    local_sequence: int
    remote_sequence: int
    """highest CSeq number the peer has used; -1 before its first request"""
    peer: Address
    """where its last message came from: the way back when the next hop is a name and not an address"""


def from_invite(request: Request, tag: str, source: Address) -> Dialog:
    """Make the dialog of a call we are asked to answer (section 12.1.1). `tag` is ours."""
    remote = request.headers.one("From")
    return Dialog(
        call_id=request.headers.one("Call-ID"),
        local=grammar.tagged(request.headers.one("To"), tag),
        remote=remote,
        local_tag=tag,
        remote_tag=grammar.NameAddr.parse(remote).tag,
        remote_target=contact(request) or _uri(remote) or f"sip:{grammar.host_port(*source)}",
        route_set=_routes(request),
        local_sequence=0,
        remote_sequence=request.cseq[0],
        peer=source,
    )


def from_answer(request: Request, response: Response, source: Address) -> Dialog:
    """Make the dialog of a call we placed, from a 2xx (section 12.1.2)."""
    local, remote = request.headers.one("From"), response.headers.one("To")
    return Dialog(
        call_id=request.headers.one("Call-ID"),
        local=local,
        remote=remote,
        local_tag=grammar.NameAddr.parse(local).tag or "",
        remote_tag=grammar.NameAddr.parse(remote).tag,
        remote_target=contact(response) or request.uri,
        route_set=tuple(reversed(_routes(response))),
        local_sequence=request.cseq[0],
        remote_sequence=-1,
        peer=source,
    )


def contact(message: Request | Response) -> str | None:
    """Return the URI of the first Contact, None when it is missing or broken: a call is not lost for that."""
    return next((uri for value in message.headers.listed("Contact")[:1] if (uri := _uri(value))), None)


def _routes(message: Request | Response) -> tuple[str, ...]:
    """Return the Record-Route values that can be read."""
    return tuple(value for value in message.headers.listed("Record-Route") if _uri(value))


def _uri(value: str) -> str | None:
    """Return the URI of a name-addr, None when it is no address."""
    try:
        uri = grammar.NameAddr.parse(value).uri
        grammar.Uri.parse(uri)
    except SipError:
        return None
    return uri


def refreshed(dialog: Dialog, request: Request, source: Address) -> Dialog:
    """Note a request the peer sent inside the dialog; a re-INVITE moves the target (section 12.2.2)."""
    target = contact(request) if request.method == "INVITE" else None
    sequence = max(dialog.remote_sequence, request.cseq[0])
    return replace(dialog, remote_target=target or dialog.remote_target, remote_sequence=sequence, peer=source)


def advanced(dialog: Dialog) -> Dialog:
    """Take the next CSeq number for a request of ours."""
    return replace(dialog, local_sequence=dialog.local_sequence + 1)


def request(dialog: Dialog, method: str, via: grammar.Via, headers: Sequence[tuple[str, str]] = ()) -> Request:
    """Build a request inside the dialog with its present CSeq number (section 12.2.1.1)."""
    uri, routes = _routed(dialog)
    fields = [
        ("Via", str(via)),
        *(("Route", route) for route in routes),
        ("Max-Forwards", "70"),
        ("From", dialog.local),
        ("To", dialog.remote),
        ("Call-ID", dialog.call_id),
        ("CSeq", f"{dialog.local_sequence} {method}"),
        *headers,
    ]
    return Request(method, uri, Headers.of(fields))


def _routed(dialog: Dialog) -> tuple[str, tuple[str, ...]]:
    """Return Request-URI and Route values; a first route without `lr` is a strict router of RFC 2543."""
    if not dialog.route_set:
        return dialog.remote_target, ()
    first = grammar.NameAddr.parse(dialog.route_set[0]).uri
    if grammar.param(grammar.Uri.parse(first).params, "lr") is not None:
        return dialog.remote_target, dialog.route_set
    return first, (*dialog.route_set[1:], f"<{dialog.remote_target}>")


def next_hop(dialog: Dialog) -> Address:
    """Return where requests inside the dialog go: first route, else target (section 8.1.2); names go to the peer."""
    first = grammar.NameAddr.parse(dialog.route_set[0]).uri if dialog.route_set else dialog.remote_target
    return address(first) or dialog.peer


def address(uri: str) -> Address | None:
    """Return the address a URI spells out, None when it holds a name: nothing is looked up here."""
    try:
        parsed = grammar.Uri.parse(uri)
    except SipError:
        return None
    literal = grammar.ip_literal(grammar.param(parsed.params, "maddr") or parsed.host)
    return (literal, parsed.port or DEFAULT_PORT) if literal else None
