"""SIP messages: bytes to frozen values and back (RFC 3261 section 7), tolerant of what real peers send.

Reading never judges more than it must: a message is refused here only when it cannot be told what it is. Whether a
request is good enough to be served is decided in `inspection.py`, where it can still be answered.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

from gateway.errors import SipError

from . import grammar

MAX_SIZE = 65_535
"""octets: nothing larger fits into a datagram"""
MAX_HEADERS = 256

_STANDARD = (
    "Accept", "Accept-Encoding", "Alert-Info", "Allow", "Authorization", "Call-ID", "Call-Info", "Contact",
    "Content-Disposition", "Content-Encoding", "Content-Length", "Content-Type", "CSeq", "Date", "From",
    "Geolocation", "Max-Forwards", "MIME-Version", "P-Asserted-Identity", "Proxy-Authenticate", "Proxy-Authorization",
    "Proxy-Require", "Reason", "Record-Route", "Referred-By", "Refer-To", "Require", "Retry-After", "Route", "Server",
    "Subject", "Supported", "To", "Unsupported", "User-Agent", "Via", "Warning", "WWW-Authenticate",
)  # fmt: skip
_COMPACT = {
    "c": "Content-Type", "e": "Content-Encoding", "f": "From", "i": "Call-ID", "k": "Supported", "l": "Content-Length",
    "m": "Contact", "r": "Refer-To", "s": "Subject", "t": "To", "v": "Via", "b": "Referred-By", "o": "Event",
    "u": "Allow-Events", "x": "Session-Expires", "d": "Request-Disposition", "a": "Accept-Contact",
}  # fmt: skip
_CANONICAL = {name.lower(): name for name in _STANDARD} | _COMPACT
_BLANK_LINE = re.compile(rb"(?:^|\r?\n)\r?\n")
_FOLD = re.compile(rb"\r?\n[ \t]+")
_STATUS_LINE = re.compile(r"SIP/2\.0 +(\d++)(?: (.*))?", re.IGNORECASE | re.DOTALL)
_REQUEST_LINE = re.compile(r"([^\s:]++)\s++(\S.*)\s(SIP/\S++)\s*+", re.IGNORECASE | re.DOTALL)
_LINE_BREAKS = {10: " ", 13: " "}


def canonical(name: str) -> str:
    """Return the one spelling of a header name: long form, usual capitals."""
    return _CANONICAL.get(name.lower()) or name.title()


@dataclass(frozen=True, slots=True)
class Headers:
    """Header fields in the order they came, repeated ones included; names are canonical."""

    fields: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, fields: Iterable[tuple[str, str]]) -> Self:
        """From name and value pairs. Line breaks inside a value become spaces: no value can forge a header."""
        return cls(tuple((canonical(name), value.translate(_LINE_BREAKS)) for name, value in fields))

    def get(self, name: str) -> str | None:
        """Return the first value, None when absent."""
        return next(self.each(name), None)

    def each(self, name: str) -> Iterator[str]:
        """Every value of `name`, one for each line it came on."""
        name = canonical(name)
        return (value for key, value in self.fields if key == name)

    def listed(self, name: str) -> list[str]:
        """Return the elements of all comma lists under `name`, in order; empty ones stay."""
        return [part for value in self.each(name) for part in grammar.split(value)]

    def one(self, name: str) -> str:
        """Return the value of a mandatory header that must occur once (RFC 4475 section 3.3.8)."""
        values = list(self.each(name))
        if len(values) != 1 or not values[0]:
            raise SipError(400, f"{'Repeated' if len(values) > 1 else 'Missing'} {canonical(name)}")
        return values[0]


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came or as it will be sent."""

    method: str
    uri: str
    """Request-URI, unparsed"""
    headers: Headers
    body: bytes = b""
    version: str = "SIP/2.0"

    @property
    def top_via(self) -> grammar.Via:
        """The first Via; raises SipError(400) when missing or broken."""
        return _top_via(self.headers)

    @property
    def cseq(self) -> tuple[int, str]:
        """CSeq number and method; raises SipError(400)."""
        return grammar.parse_cseq(self.headers.one("CSeq"))


@dataclass(frozen=True, slots=True)
class Response:
    """A response as it came or as it will be sent."""

    status: int
    reason: str
    headers: Headers
    body: bytes = b""

    @property
    def top_via(self) -> grammar.Via:
        """The first Via; raises SipError(400) when missing or broken."""
        return _top_via(self.headers)

    @property
    def cseq(self) -> tuple[int, str]:
        """CSeq number and method; raises SipError(400)."""
        return grammar.parse_cseq(self.headers.one("CSeq"))


Message = Request | Response


def _top_via(headers: Headers) -> grammar.Via:
    vias = headers.listed("Via")
    if not vias:
        raise SipError(400, "Missing Via")
    return grammar.Via.parse(vias[0])


def parse(data: bytes) -> Message:
    """Read one datagram. Raises SipError(400) for what is no SIP message at all: that is dropped, not answered.

    Bytes that are not UTF-8 survive unchanged (`surrogateescape`), so that what is echoed is what came.
    """
    data = data.lstrip(b"\r\n")
    if len(data) > MAX_SIZE:
        raise SipError(400, "Too large")
    start, _, rest = data.partition(b"\n")
    headers, body = parse_headers(rest)
    return _message(start.decode("utf-8", "surrogateescape"), headers, _framed(headers, body))


def parse_headers(data: bytes) -> tuple[Headers, bytes]:
    """Read header lines up to the blank one; return them and what follows it. Also used for the parts of a body."""
    blank = _BLANK_LINE.search(data)
    head, rest = (data[: blank.start()], data[blank.end() :]) if blank else (data, b"")
    lines = _FOLD.sub(b" ", head).decode("utf-8", "surrogateescape").split("\n")
    if len(lines) > MAX_HEADERS:
        raise SipError(400, "Too many headers")
    return Headers(tuple(field for line in lines if (field := _field(line)))), rest


def _field(line: str) -> tuple[str, str] | None:
    """One header; a line that is none costs nothing (None)."""
    name, colon, value = line.partition(":")
    name = name.rstrip()
    if not colon or not name or " " in name or "\t" in name:
        return None
    return canonical(name), value.replace("\r", " ").strip()


def _framed(headers: Headers, body: bytes) -> bytes:
    """Cut the body by Content-Length where that is usable, else take all there is (section 18.3)."""
    length = headers.get("Content-Length") or ""
    return body[: int(length)] if length.isdecimal() and len(length) < 10 else body


def _message(start: str, headers: Headers, body: bytes) -> Message:
    if status := _STATUS_LINE.fullmatch(start.rstrip("\r")):
        if len(status[1]) != 3 or not 100 <= int(status[1]) <= 699:
            raise SipError(400, "Bad status")
        return Response(int(status[1]), (status[2] or "").strip(), headers, body)
    if request := _REQUEST_LINE.fullmatch(start):
        return Request(request[1], request[2].strip(), headers, body, request[3].upper())
    raise SipError(400, "Not SIP")


def encode(message: Message) -> bytes:
    """Write the message as sent; Content-Length is put in here and nowhere else."""
    match message:
        case Request():
            start = f"{message.method} {message.uri} SIP/2.0"
        case Response():
            start = f"SIP/2.0 {message.status} {message.reason}"
    lines = [start, *(f"{name}: {value}" for name, value in message.headers.fields)]
    head = "\r\n".join([*lines, f"Content-Length: {len(message.body)}", "", ""])
    return head.encode("utf-8", "surrogateescape") + message.body
