"""Whose packets are played: the signalled address, or one that is learnt and then held."""

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address

from gateway.rtp.packet import Address, RtpPacket

Network = IPv4Network | IPv6Network

LEARN_PACKETS = 3


@dataclass(frozen=True, slots=True)
class SourcePolicy:
    """How strictly a stream checks where packets come from."""

    latch: bool = False
    """False: the signalled address and port only. True: also another one, learnt from packets in a row of one SSRC."""
    networks: tuple[Network, ...] = ()
    """Where a learnt address may lie; empty: anywhere."""


SIGNALLED = SourcePolicy()
LATCH = SourcePolicy(latch=True)


class SourceLatch:
    """Lets packets of one source through, and holds that source until `relearn`."""

    def __init__(self, remote: Address, policy: SourcePolicy) -> None:
        self.remote = remote
        """Where packets come from and ours go to."""
        self._policy = policy
        self._locked = False
        self._pending: tuple[Address, list[RtpPacket]] = (remote, [])

    def relearn(self, remote: Address | None = None) -> None:
        """Open the latch: after a re-INVITE, with its address, or after a long silence."""
        self.remote = remote or self.remote
        self._locked = False
        self._pending = (self.remote, [])

    def admit(self, packet: RtpPacket, source: Address) -> tuple[RtpPacket, ...]:
        """Return the packets to play now: this one, none, or those that taught a new source."""
        if source == self.remote:
            self._locked = True
            return (packet,)
        if self._locked or not self._may_learn(source):
            return ()
        return self._learn(packet, source)

    def _may_learn(self, source: Address) -> bool:
        return self._policy.latch and _lies_in(source[0], self._policy.networks)

    def _learn(self, packet: RtpPacket, source: Address) -> tuple[RtpPacket, ...]:
        known, packets = self._pending
        last = packets[-1] if packets else packet
        in_a_row = source == known and last.ssrc == packet.ssrc and (packet.sequence - last.sequence) & 0xFFFF <= 1
        packets = [*packets, packet] if in_a_row else [packet]
        self._pending = (source, packets)
        if len(packets) < LEARN_PACKETS:
            return ()
        self.remote, self._locked, self._pending = source, True, (source, [])
        return tuple(packets)


@lru_cache(maxsize=1024)
def _lies_in(host: str, networks: tuple[Network, ...]) -> bool:
    if not networks:
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return any(address in network for network in networks)
