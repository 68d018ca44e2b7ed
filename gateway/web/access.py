"""Who may use the desk: one shared token, and sessions signed with a key made from it.

A session is `id.expiry.name.signature`; nothing is kept on the server, so a restart ends no session. Accounts and
roles come beside it; what handlers see is only `Session`.
"""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass

SESSION_S = 12 * 3600
NAME_LIMIT = 60
TRIES = 10
"""Wrong tokens from one address within `TRIES_S` before it must wait."""
TRIES_S = 60.0
ADDRESSES = 4096
"""Addresses remembered; the oldest is forgotten first."""


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who may."""

    id: str
    """Random; tells two people of one name apart."""
    name: str
    expires_at: float
    """Unix seconds."""

    @property
    def who(self) -> str:
        """As the audit log names them."""
        return f"{self.name} ({self.id[:8]})"


BEARER = Session(id="bearer", name="api", expires_at=float("inf"))


@dataclass(frozen=True, slots=True)
class Access:
    """The desk's shared secret and its rules."""

    token: str
    open_metrics: bool = False
    """Whether `/metrics` needs no token: only when the desk listens on loopback."""

    def __post_init__(self) -> None:
        if len(self.token) < 16:
            raise ValueError("the desk's token needs at least 16 characters")

    def admits(self, token: str) -> bool:
        """Whether this is the token; takes as long for any wrong one."""
        return hmac.compare_digest(token.encode(), self.token.encode())

    def seal(self, session: Session) -> str:
        """Write a session as a cookie's value."""
        name = base64.urlsafe_b64encode(session.name[:NAME_LIMIT].encode()).decode().rstrip("=")
        body = f"{session.id}.{int(session.expires_at)}.{name}"
        return f"{body}.{self._sign(body)}"

    def unseal(self, cookie: str, now: float) -> Session | None:
        """Read what `seal` wrote; None when it is forged, spoilt or over."""
        body, _, signature = cookie.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._sign(body).encode()):
            return None
        session_id, expires_at, name = body.split(".")
        if float(expires_at) <= now:
            return None
        return Session(session_id, _decoded(name), float(expires_at))

    def _sign(self, body: str) -> str:
        key = hashlib.sha256(b"intake101 desk session\0" + self.token.encode()).digest()
        return hmac.new(key, body.encode(), hashlib.sha256).hexdigest()


def _decoded(name: str) -> str:
    try:
        return base64.urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


class Throttle:
    """Counts wrong tokens by address within a sliding minute; bounded."""

    def __init__(self) -> None:
        self._failures: dict[str, tuple[float, ...]] = {}

    def blocked(self, address: str, now: float) -> bool:
        """Whether this address must wait; `now` in monotonic seconds."""
        return len(self._recent(address, now)) >= TRIES

    def failed(self, address: str, now: float) -> None:
        """Count a wrong token."""
        recent = self._recent(address, now)
        self._failures.pop(address, None)
        self._failures[address] = (*recent, now)[-TRIES:]
        while len(self._failures) > ADDRESSES:
            del self._failures[next(iter(self._failures))]

    def _recent(self, address: str, now: float) -> tuple[float, ...]:
        return tuple(at for at in self._failures.get(address, ()) if now - at < TRIES_S)
