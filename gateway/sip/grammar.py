"""Header values: lists, parameters, URIs, name-addr, Via, CSeq (RFC 3261 sections 19, 20 and 25).

Every reader is linear in its input, tolerates what costs nothing to tolerate, and raises `SipError(400)` for the rest.
Values are parsed when somebody asks for them, never on arrival.
"""

import ipaddress
import re
from dataclasses import dataclass, replace
from typing import Self

from gateway.errors import SipError

Params = tuple[tuple[str, str | None], ...]
"""Parameters in order, names in lower case; a parameter without `=` has the value None."""

# An unterminated quote or bracket runs to the end of the text: the scan never goes back, so it stays linear.
_QUOTED = r'"(?:[^"\\]|\\.)*+\\?(?:"|$)'
_ANGLED = r"<[^>]*+(?:>|$)"
_PIECE = {
    separator: re.compile(rf"({separator})|(?:[^{separator}\"<]++|{_QUOTED}|{_ANGLED})++", re.DOTALL)
    for separator in ",;"
}
_DISPLAY = re.compile(r'\s*+("(?:[^"\\]|\\.)*+"|[^"<]*+)\s*+<([^>]++)>(.*)', re.DOTALL)
_VIA = re.compile(r"SIP\s*+/\s*+2\.0\s*+/\s*+([^\s/;]++)\s++([^\s;][^;]*+)(;.*)?", re.DOTALL | re.IGNORECASE)
_HOST_PORT = re.compile(r"(\[[0-9A-Fa-f:.%]++\]|[^\s:\[\]]++)(?:\s*+:\s*+(\d{1,5}))?")
_URI = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*+):(\S++)")
_CSEQ = re.compile(r"(\d++)\s++(\S++)")

SEQUENCE_LIMIT = 2**31
"""A CSeq number is smaller than this (RFC 3261 section 8.1.1.5)."""


def split(text: str, separator: str = ",") -> list[str]:
    """Cut `text` at separators that stand outside quotes and angle brackets; the parts are stripped."""
    parts = [""]
    for match in _PIECE[separator].finditer(text):
        if match[1]:
            parts.append("")
        else:
            parts[-1] += match[0]
    return [part.strip() for part in parts]


def tokens(text: str) -> list[str]:
    """Return the elements of a comma list, without empty ones."""
    return [part for part in split(text) if part]


def parse_params(text: str) -> Params:
    """`;name=value;flag`, empty ones skipped."""
    return tuple(_param(part) for part in split(text, ";") if part)


def _param(part: str) -> tuple[str, str | None]:
    name, equals, value = part.partition("=")
    return name.strip().lower(), value.strip() if equals else None


def param(params: Params, name: str) -> str | None:
    """Return the first value of `name`: an empty text when it stands without a value, None when absent."""
    return next((value or "" for key, value in params if key == name), None)


def format_params(params: Params) -> str:
    """Write what `parse_params` reads."""
    return "".join(f";{name}" if value is None else f";{name}={value}" for name, value in params)


def readable(text: str) -> str:
    """Return header text for people: bytes that are not UTF-8 are read as Latin-1, control characters left out."""
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-8", "surrogateescape").decode("latin-1")
    return "".join(filter(str.isprintable, text))


def bare_host(host: str) -> str:
    """Return a host without the brackets of an IPv6 reference."""
    return host.strip("[]")


def ip_literal(host: str) -> str | None:
    """`host` as an IP address without brackets, or None when it is a name."""
    try:
        return str(ipaddress.ip_address(bare_host(host)))
    except ValueError:
        return None


def host_port(host: str, port: int | None) -> str:
    """`host:port` as it stands in a URI or Via, an IPv6 address in brackets."""
    host = f"[{host}]" if ":" in host and not host.startswith("[") else host
    return host if port is None else f"{host}:{port}"


def _parse_host_port(text: str, what: str) -> tuple[str, int | None]:
    match = _HOST_PORT.fullmatch(text.strip())
    if match is None or int(match[2] or 0) > 65535:
        raise SipError(400, f"Bad {what}")
    return match[1], int(match[2]) if match[2] else None


@dataclass(frozen=True, slots=True)
class Uri:
    """A SIP, SIPS or TEL URI (RFC 3261 section 19.1, RFC 3966); of other schemes only `scheme` and `host`."""

    scheme: str
    """lower case"""
    user: str | None
    """without password, percent escapes as they came; the number of a tel URI"""
    host: str
    """a name, an address (IPv6 in brackets), or all that follows the scheme when that is none of ours"""
    port: int | None = None
    params: Params = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a URI without angle brackets. Headers after `?` are dropped."""
        match = _URI.fullmatch(text.strip())
        if match is None or match[2].startswith("<"):
            raise SipError(400, "Bad URI")
        scheme, rest = match[1].lower(), match[2]
        if scheme == "tel":
            number, _, params = rest.partition(";")
            return cls(scheme, number, "", None, parse_params(params))
        if scheme not in ("sip", "sips"):
            return cls(scheme, None, rest)
        userinfo, at, rest = rest.rpartition("@")
        address, _, params = rest.partition("?")[0].partition(";")
        host, port = _parse_host_port(address, "URI")
        return cls(scheme, userinfo.partition(":")[0] if at else None, host, port, parse_params(params))

    def __str__(self) -> str:
        if self.scheme == "tel":
            return f"tel:{self.user}{format_params(self.params)}"
        user = "" if self.user is None else f"{self.user}@"
        return f"{self.scheme}:{user}{host_port(self.host, self.port)}{format_params(self.params)}"


@dataclass(frozen=True, slots=True)
class NameAddr:
    """A value of From, To, Contact, Route, P-Asserted-Identity (RFC 3261 section 20.10)."""

    display: str
    """unquoted, readable; empty when there is none"""
    uri: str
    """as it came; see `Uri.parse`"""
    params: Params = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read one value; without angle brackets every parameter belongs to the header (section 20)."""
        match = _DISPLAY.fullmatch(text)
        if match is not None:
            return cls(_unquoted(match[1]), match[2].strip(), parse_params(match[3]))
        uri, _, params = text.partition(";")
        uri = uri.strip()
        if not uri or any(character in uri for character in '<>" \t'):
            raise SipError(400, "Bad Address")
        return cls("", uri, parse_params(params))

    @property
    def tag(self) -> str | None:
        """The tag parameter (section 19.3), None when absent or empty."""
        return param(self.params, "tag") or None


def tagged(value: str, tag: str) -> str:
    """Add `tag` to a From or To value that has none; one that cannot be read stays as it came."""
    try:
        return value if NameAddr.parse(value).tag else f"{value};tag={tag}"
    except SipError:
        return value


def _unquoted(display: str) -> str:
    display = display.strip()
    if display.startswith('"'):
        display = re.sub(r"\\(.)", r"\1", display[1:-1], flags=re.DOTALL)
    return readable(display)


@dataclass(frozen=True, slots=True)
class Via:
    """One Via value (RFC 3261 section 20.42)."""

    transport: str
    """upper case"""
    host: str
    port: int | None
    params: Params = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read one value; an empty parameter is an error (RFC 4475 section 3.1.2.1)."""
        match = _VIA.fullmatch(text.strip())
        if match is None:
            raise SipError(400, "Bad Via")
        host, port = _parse_host_port(match[2], "Via")
        params = tuple(_param(part) for part in split(match[3][1:], ";")) if match[3] else ()
        if any(not name for name, _ in params):
            raise SipError(400, "Bad Via")
        return cls(match[1].upper(), host, port, params)

    @property
    def branch(self) -> str:
        """The branch parameter; empty for RFC 2543 peers."""
        return param(self.params, "branch") or ""

    def received_from(self, host: str, port: int) -> Self:
        """Add what a server notes on arrival: `received` and, if asked, `rport` (18.2.1; RFC 3581 section 4)."""
        rport = param(self.params, "rport") is not None
        added: Params = (("received", host),) if rport or bare_host(self.host) != host else ()
        kept = tuple((n, str(port) if n == "rport" else v) for n, v in self.params if n != "received")
        return replace(self, params=kept + added)

    def __str__(self) -> str:
        return f"SIP/2.0/{self.transport} {host_port(self.host, self.port)}{format_params(self.params)}"


def parse_cseq(text: str) -> tuple[int, str]:
    """Sequence number and method (section 20.16)."""
    match = _CSEQ.fullmatch(text.strip())
    if match is None or len(match[1]) > 12 or int(match[1]) >= SEQUENCE_LIMIT:
        raise SipError(400, "Bad CSeq")
    return int(match[1]), match[2]
