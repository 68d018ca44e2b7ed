"""Identifiers. Time and randomness come from outside, so that the domain stays pure."""

from typing import NewType
from uuid import UUID

TicketId = NewType("TicketId", str)
CallId = NewType("CallId", str)
ConsumerId = NewType("ConsumerId", str)
Token = NewType("Token", int)
"""Fencing token of a lease; grows with every claim of a ticket."""


def uuid7(unix_ms: int, random: bytes) -> str:
    """Make a UUIDv7 (RFC 9562 section 5.7) of a time in milliseconds and ten random bytes."""
    if len(random) != 10:
        raise ValueError("a UUIDv7 takes ten random bytes")
    value = int.from_bytes(unix_ms.to_bytes(6, "big") + random, "big")
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return str(UUID(int=value))
