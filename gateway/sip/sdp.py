"""Session descriptions (RFC 4566, obsoleted by RFC 8866): lenient reading, strict writing.

Unknown lines, LF line ends, odd orders and rtpmaps without a format are read over: an exchange's untidiness never
costs a call.
"""

from dataclasses import dataclass
from typing import Literal

from gateway.errors import SipError

from .grammar import ip_literal

Attribute = tuple[str, str | None]
Direction = Literal["sendrecv", "sendonly", "recvonly", "inactive"]
DIRECTIONS: tuple[Direction, ...] = ("sendrecv", "sendonly", "recvonly", "inactive")
_NO_ORIGIN = ("-", "0", "0", "IN", "IP4", "0.0.0.0")  # noqa: S104 - the null address of RFC 4566, never bound
MAX_MEDIA = 32
MAX_LINES = 2_000


@dataclass(frozen=True, slots=True)
class Origin:
    """The o= line."""

    username: str
    session_id: int
    version: int
    """grows with every change of the description"""
    address: str


@dataclass(frozen=True, slots=True)
class Media:
    """One m= section."""

    kind: str
    """audio, video, image, ..."""
    port: int
    """0: rejected or unused"""
    protocol: str
    """RTP/AVP, RTP/SAVP, udptl, ..."""
    formats: tuple[str, ...]
    """for RTP the payload types, the preferred one first"""
    connection: str | None = None
    """address of the section's own c= line"""
    attributes: tuple[Attribute, ...] = ()

    def attribute(self, name: str) -> str | None:
        """Return the first value of an attribute: empty for a flag, None when absent."""
        return next((value or "" for key, value in self.attributes if key == name), None)

    @property
    def rtpmaps(self) -> dict[str, str]:
        """Payload type to encoding, such as "101" to "TELEPHONE-EVENT/8000"; a later line wins."""
        maps = (value.split() for name, value in self.attributes if name == "rtpmap" and value)
        return {parts[0]: parts[1].upper() for parts in maps if len(parts) > 1}


@dataclass(frozen=True, slots=True)
class SessionDescription:
    """An offer or an answer."""

    origin: Origin
    connection: str | None
    """address of the session's c= line, for sections without their own"""
    media: tuple[Media, ...]
    attributes: tuple[Attribute, ...] = ()

    def address(self, media: Media) -> str | None:
        """Return where to send a section's media, as an IP literal; None when there is no usable one."""
        host = media.connection or self.connection
        return ip_literal(host) if host else None

    def direction(self, media: Media) -> Direction:
        """Return a section's direction: its own, the session's, else sendrecv (RFC 3264 section 5.1)."""
        own = {name for name, _ in media.attributes} & set(DIRECTIONS)
        names = own or {name for name, _ in self.attributes}
        return next((direction for direction in DIRECTIONS if direction in names), "sendrecv")


def parse(data: bytes) -> SessionDescription:
    """Read a session description; raises SipError(488) when it is none."""
    lines = data.decode("utf-8", "replace").replace("\r", "\n").split("\n", MAX_LINES)[:MAX_LINES]
    pairs = [(line[0], line[2:].strip()) for line in lines if line[1:2] == "="]
    if ("v", "0") not in pairs[:1]:
        raise SipError(488, "Bad Session Description")
    starts = [index for index, (key, _) in enumerate(pairs) if key == "m"][: MAX_MEDIA + 1]
    if len(starts) > MAX_MEDIA:
        raise SipError(488, "Too Many Media")
    session = pairs[: starts[0]] if starts else pairs
    ends = [*starts[1:], len(pairs)]
    media = tuple(_media(pairs[start:end]) for start, end in zip(starts, ends, strict=False))
    return SessionDescription(_origin(session), _connection(session), media, _attributes(session))


def _media(pairs: list[tuple[str, str]]) -> Media:
    fields = pairs[0][1].split()
    kind, port, protocol = [*fields, "", "", ""][:3]
    number = port.partition("/")[0]
    if not number.isdecimal() or len(number) > 5 or int(number) > 65535:
        raise SipError(488, "Bad Media Line")
    section = pairs[1:]
    return Media(
        kind.lower(), int(number), protocol.upper(), tuple(fields[3:]), _connection(section), _attributes(section)
    )


def _origin(pairs: list[tuple[str, str]]) -> Origin:
    fields = next((value.split() for key, value in pairs if key == "o"), [])
    username, session_id, version, _, _, address = fields if len(fields) == 6 else _NO_ORIGIN
    return Origin(username, _number(session_id), _number(version), address)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= 20 else 0


def _connection(pairs: list[tuple[str, str]]) -> str | None:
    """Return the address of the first c= line, without TTL and count."""
    fields = next((value.split() for key, value in pairs if key == "c"), [])
    return fields[2].partition("/")[0] if len(fields) > 2 else None


def _attributes(pairs: list[tuple[str, str]]) -> tuple[Attribute, ...]:
    return tuple(_attribute(value) for key, value in pairs if key == "a")


def _attribute(text: str) -> Attribute:
    name, colon, value = text.partition(":")
    return name.strip().lower(), value.strip() if colon else None


def build(description: SessionDescription) -> bytes:
    """Write a session description, lines in the order of RFC 8866 section 5."""
    origin = description.origin
    lines = [
        "v=0",
        f"o={origin.username} {origin.session_id} {origin.version} {_network(origin.address)}",
        "s=-",
        *([f"c={_network(description.connection)}"] if description.connection else []),
        "t=0 0",
        *(_written(attribute) for attribute in description.attributes),
    ]
    for media in description.media:
        lines.append(f"m={media.kind} {media.port} {media.protocol} {' '.join(media.formats)}")
        lines += [f"c={_network(media.connection)}"] if media.connection else []
        lines += [_written(attribute) for attribute in media.attributes]
    return "".join(f"{line}\r\n" for line in lines).encode()


def _network(address: str) -> str:
    return f"IN {'IP6' if ':' in address else 'IP4'} {address}"


def _written(attribute: Attribute) -> str:
    name, value = attribute
    return f"a={name}" if value is None else f"a={name}:{value}"
