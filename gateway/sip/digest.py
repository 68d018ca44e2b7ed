"""Digest access authentication, the client's side (RFC 7616, RFC 2617; in SIP RFC 3261 section 22 and RFC 8760)."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import MappingProxyType

from gateway.errors import SipError

from .grammar import parse_params, split

_ALGORITHMS: MappingProxyType[str, Callable[[bytes], str]] = MappingProxyType(
    {
        "SHA-256": lambda data: hashlib.sha256(data).hexdigest(),
        "MD5": lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),
    }
)
"""The stronger first: of several challenges the first of these is answered (RFC 8760 section 2.4)."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """One WWW-Authenticate or Proxy-Authenticate value."""

    realm: str
    nonce: str
    algorithm: str
    """a name of RFC 7616: MD5 or SHA-256"""
    opaque: str | None
    auth: bool
    """the server offers qop=auth; without it the answer is that of RFC 2069"""


def parse_challenge(value: str) -> Challenge:
    """Read one Digest challenge; raises SipError(400) for another scheme, algorithm or quality of protection."""
    scheme, _, rest = value.strip().partition(" ")
    fields = {name: (text or "").strip('"') for part in split(rest) for name, text in parse_params(part)}
    algorithm = fields.get("algorithm", "MD5").upper()
    qualities = {quality.strip() for quality in fields.get("qop", "").split(",")} - {""}
    known = scheme.lower() == "digest" and algorithm in _ALGORITHMS and (not qualities or "auth" in qualities)
    if not known or "nonce" not in fields:
        raise SipError(400, "Unusable Challenge")
    return Challenge(fields.get("realm", ""), fields["nonce"], algorithm, fields.get("opaque"), bool(qualities))


def strongest(values: Iterable[str]) -> Challenge | None:
    """Return the best challenge that can be answered, None when there is none."""
    challenges = []
    for value in values:
        try:
            challenges.append(parse_challenge(value))
        except SipError:
            continue
    return min(challenges, key=lambda challenge: list(_ALGORITHMS).index(challenge.algorithm), default=None)


def respond(challenge: Challenge, *, username: str, password: str, method: str, uri: str, cnonce: str) -> str:
    """Return the Authorization or Proxy-Authorization value for one request, the first with this nonce."""
    count = "00000001"
    secret = _digest(challenge, f"{username}:{challenge.realm}:{password}")
    request = _digest(challenge, f"{method}:{uri}")
    middle = f"{challenge.nonce}:{count}:{cnonce}:auth" if challenge.auth else challenge.nonce
    quoted = {
        "username": username,
        "realm": challenge.realm,
        "nonce": challenge.nonce,
        "uri": uri,
        "response": _digest(challenge, f"{secret}:{middle}:{request}"),
    }
    quoted |= {"opaque": challenge.opaque} if challenge.opaque is not None else {}
    quoted |= {"cnonce": cnonce} if challenge.auth else {}
    bare = {"algorithm": challenge.algorithm} | ({"qop": "auth", "nc": count} if challenge.auth else {})
    fields = [f'{name}="{value}"' for name, value in quoted.items()] + [f"{n}={v}" for n, v in bare.items()]
    return f"Digest {', '.join(fields)}"


def _digest(challenge: Challenge, text: str) -> str:
    return _ALGORITHMS[challenge.algorithm](text.encode("utf-8", "surrogateescape"))
