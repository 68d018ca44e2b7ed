"""What an endpoint is told once, by the composition root."""

from dataclasses import dataclass

from .events import Address
from .offer_answer import CODECS
from .transaction import Timing


@dataclass(frozen=True, slots=True)
class Credentials:
    """For one answer to a 401 or 407 (RFC 3261 section 22)."""

    username: str
    password: str


@dataclass(frozen=True, slots=True)
class EndpointConfig:
    """Who we are and how much we take on."""

    address: Address
    """told to peers in Via and Contact: an address they can reach, not 0.0.0.0"""
    user: str = "101"
    """user part of our Contact"""
    product: str = "intake101"
    """Server and User-Agent"""
    codecs: tuple[str, ...] = tuple(CODECS)
    """an offer with none of these is refused with 488"""
    max_dialogs: int = 1_000
    """calls at once; beyond, new ones get 503 with Retry-After"""
    max_transactions: int = 8_000
    """a settled transaction stays 32 s; half of them are kept free of what was refused"""
    answer_within_s: float = 170.0
    """how long a call may ring undecided, below a proxy's 180 s (Timer C)"""
    retry_after_s: int = 5
    """Retry-After of 503 when the shell names none"""
    trust_asserted_identity: bool = True
    """take the caller from P-Asserted-Identity (RFC 3325): the peer is the operator's trunk"""
    credentials: Credentials | None = None
    timing: Timing = Timing()  # noqa: RUF009 - frozen
