"""Who calls and who is called, as the network tells it (RFC 3261 section 20.20, RFC 3325)."""

from collections.abc import Iterator
from urllib.parse import unquote

from gateway.errors import SipError

from .grammar import NameAddr, Uri, readable
from .message import Request

_WITHHELD = frozenset({"", "anonymous", "unavailable", "restricted", "unknown"})


def caller(request: Request, *, trust_asserted: bool) -> str | None:
    """Return the caller's number or URI user; None when withheld or unreadable. Asserted values come first."""
    names = ["P-Asserted-Identity", "From"] if trust_asserted else ["From"]
    values = (value for name in names for value in request.headers.listed(name))
    return next(_users(values), None)


def called(request: Request) -> str:
    """Return the number or URI user of the Request-URI; its host when it has no user."""
    uri = Uri.parse(request.uri)
    return _number(uri) or readable(uri.host)


def _users(values: Iterator[str]) -> Iterator[str]:
    for value in values:
        try:
            user = _number(Uri.parse(NameAddr.parse(value).uri))
        except SipError:
            continue
        if user.lower() not in _WITHHELD:
            yield user


def _number(uri: Uri) -> str:
    """Return the user part without its own parameters (`+32...;phone-context=...`), escapes resolved."""
    return readable(unquote((uri.user or "").partition(";")[0], errors="replace"))
