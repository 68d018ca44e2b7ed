"""Offer and answer for one G.711 audio stream (RFC 3264): which codec, where to, which way.

Pure functions. The first audio section that fits is taken; every other section is mirrored with port 0.
"""

from dataclasses import dataclass

from gateway.errors import SipError

from .sdp import Attribute, Direction, Media, Origin, SessionDescription

CODECS = {"PCMA": 8, "PCMU": 0}
"""Codecs spoken here with their static payload types (RFC 3551 section 6), the preferred one first."""
EVENT = "TELEPHONE-EVENT"
EVENT_PAYLOAD = 101
_STATIC = {str(payload): f"{name}/8000" for name, payload in CODECS.items()}
_PROTOCOLS = frozenset({"RTP/AVP", "RTP/AVPF"})
_MIRROR: dict[Direction, Direction] = {
    "sendrecv": "sendrecv", "sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive",
}  # fmt: skip
_WAYS: dict[Direction, frozenset[str]] = {
    "sendrecv": frozenset({"send", "receive"}),
    "sendonly": frozenset({"send"}),
    "recvonly": frozenset({"receive"}),
    "inactive": frozenset(),
}
_PAYLOAD_TYPES = frozenset(map(str, range(128)))
_PTIMES = frozenset(str(ms) for ms in range(10, 210, 10))
_NULL_ADDRESSES = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with, never bound


class NotAcceptable(SipError):
    """Nothing in the offer can be spoken or heard here (488; RFC 3261 section 21.4.26)."""

    def __init__(self, reason: str = "Not Acceptable Here") -> None:
        super().__init__(488, reason)


@dataclass(frozen=True, slots=True)
class LocalMedia:
    """Our end of a stream."""

    address: str
    """IP address told to the peer"""
    port: int
    session_id: int
    """number of the o= line, the same for the whole call"""
    version: int = 1
    """to be raised with every new description of the call"""
    codecs: tuple[str, ...] = tuple(CODECS)
    """names of `CODECS`, the preferred one first"""
    ptime_ms: int = 20
    direction: Direction = "sendrecv"
    """what we want; an answer never goes beyond what the offer lets us"""


@dataclass(frozen=True, slots=True)
class Agreed:
    """What both descriptions together say about the one audio stream."""

    remote: tuple[str, int]
    """where our packets go"""
    codec: str
    """a name of `CODECS`"""
    payload_type: int
    event_payload_type: int | None
    """telephone-event/8000 (RFC 4733), None when not agreed"""
    send: bool
    """False: the peer does not want to hear us (hold)"""
    receive: bool
    """False: the peer sends nothing"""
    ptime_ms: int
    """packet time the peer wants to receive"""


def answer(offer: SessionDescription, local: LocalMedia) -> SessionDescription:
    """Answer an offer (RFC 3264 section 6); raises NotAcceptable when no section fits."""
    chosen = _chosen(offer, local.codecs)
    if chosen is None:
        raise NotAcceptable
    media = (_accepted(offer, m, local) if m is chosen else _rejected(m) for m in offer.media)
    return _description(local, tuple(media))


def acceptable(offer: SessionDescription, codecs: tuple[str, ...] = tuple(CODECS)) -> bool:
    """Tell whether `answer` would find a stream."""
    return _chosen(offer, codecs) is not None


def offer(local: LocalMedia) -> SessionDescription:
    """Offer every codec of `local` and telephone-event (RFC 3264 section 5)."""
    formats = {str(CODECS[name]): f"{name}/8000" for name in local.codecs} | {str(EVENT_PAYLOAD): f"{EVENT}/8000"}
    return _description(local, (_audio(local, "RTP/AVP", formats, local.direction),))


def agree(local: SessionDescription, remote: SessionDescription) -> Agreed:
    """Read the outcome from our description and the peer's, whoever offered; raises NotAcceptable when there is none.

    Of the codecs both have, the first of the peer's list is the one we send; we understand whichever it sends.
    """
    for ours, theirs in zip(local.media, remote.media, strict=False):
        address = remote.address(theirs)
        if ours.kind == "audio" and ours.port and theirs.port and address is not None:
            return _outcome(_encodings(ours), theirs, (address, theirs.port), _ways(local, ours, remote, theirs))
    raise NotAcceptable


def _ways(local: SessionDescription, ours: Media, remote: SessionDescription, theirs: Media) -> frozenset[str]:
    """Return what both sides want of us: "send", "receive"; 0.0.0.0 is the old way to hold (section 8.4)."""
    both = _WAYS[local.direction(ours)] & _WAYS[_MIRROR[remote.direction(theirs)]]
    return both - {"send"} if remote.address(theirs) in _NULL_ADDRESSES else both


def _outcome(mine: dict[str, str], theirs: Media, remote: tuple[str, int], ways: frozenset[str]) -> Agreed:
    shared = {pt: name for pt, name in _encodings(theirs).items() if name in mine.values()}
    codecs = [(pt, name) for pt, name in shared.items() if name in _STATIC.values()]
    if not codecs:
        raise NotAcceptable
    payload_type, encoding = codecs[0]
    event = next((int(pt) for pt, name in shared.items() if name == f"{EVENT}/8000"), None)
    ptime = theirs.attribute("ptime") or ""
    return Agreed(
        remote,
        encoding.partition("/")[0],
        int(payload_type),
        event,
        "send" in ways,
        "receive" in ways,
        int(ptime) if ptime in _PTIMES else 20,
    )


def same_media(one: SessionDescription, other: SessionDescription) -> bool:
    """Tell whether a new description changes nothing but its version: a session refresh."""
    return (one.connection, one.media, one.attributes) == (other.connection, other.media, other.attributes)


def _encodings(media: Media) -> dict[str, str]:
    """Return payload type to encoding in the order of the m= line; static types need no rtpmap."""
    known = _STATIC | {pt: name.removesuffix("/1") for pt, name in media.rtpmaps.items()}
    return {pt: known[pt] for pt in media.formats if pt in known and pt in _PAYLOAD_TYPES}


def _chosen(offer: SessionDescription, codecs: tuple[str, ...]) -> Media | None:
    wanted = {f"{name}/8000" for name in codecs}
    fitting = (m for m in offer.media if _usable(offer, m) and wanted & set(_encodings(m).values()))
    return next(fitting, None)


def _usable(offer: SessionDescription, media: Media) -> bool:
    return (
        media.kind == "audio" and media.port > 0 and media.protocol in _PROTOCOLS and offer.address(media) is not None
    )


def _accepted(offer: SessionDescription, media: Media, local: LocalMedia) -> Media:
    """Answer one section: our best codec they have too, their telephone-event number, their protocol (section 6.1)."""
    offered = _encodings(media)
    best = next(name for name in local.codecs if f"{name}/8000" in offered.values())
    wanted = (f"{best}/8000", f"{EVENT}/8000")
    formats = {pt: name for encoding in wanted for pt, name in offered.items() if name == encoding}
    return _audio(local, media.protocol, formats, _narrowed(offer, media, local.direction))


def _narrowed(offer: SessionDescription, media: Media, wanted: Direction) -> Direction:
    """Return the widest direction that both the offer and we want (section 6.1)."""
    allowed = _MIRROR[offer.direction(media)]
    both = _WAYS[allowed] & _WAYS[wanted]
    return next(direction for direction, ways in _WAYS.items() if ways == both)


def _audio(local: LocalMedia, protocol: str, formats: dict[str, str], direction: Direction) -> Media:
    attributes: list[Attribute] = [("rtpmap", f"{pt} {_spelled(name)}") for pt, name in formats.items()]
    attributes += [("fmtp", f"{pt} 0-15") for pt, name in formats.items() if name.startswith(EVENT)]
    attributes += [("ptime", str(local.ptime_ms)), (direction, None)]
    return Media("audio", local.port, protocol, tuple(formats), None, tuple(attributes))


def _spelled(encoding: str) -> str:
    return encoding.lower() if encoding.startswith(EVENT) else encoding


def _description(local: LocalMedia, media: tuple[Media, ...]) -> SessionDescription:
    return SessionDescription(Origin("-", local.session_id, local.version, local.address), local.address, media)


def _rejected(media: Media) -> Media:
    """Mirror a section with port 0 (RFC 3264 section 6)."""
    return Media(media.kind, 0, media.protocol, media.formats or ("0",))
