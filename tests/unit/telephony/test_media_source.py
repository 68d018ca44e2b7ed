"""Whose RTP a call hears by default: the signalled address, or one on the host that signalled the call."""

from gateway.rtp.packet import RtpPacket
from gateway.rtp.source import SourceLatch
from gateway.telephony.line_media import from_peer

SIGNALLED = ("198.51.100.9", 4000)
PEER = ("192.0.2.1", 5000)
FOREIGN = ("203.0.113.7", 5000)


def packets(count: int) -> list[RtpPacket]:
    return [RtpPacket(8, n, n * 160, 77, bytes(160)) for n in range(count)]


def played(latch: SourceLatch, source: tuple[str, int]) -> int:
    return sum(len(latch.admit(packet, source)) for packet in packets(5))


def test_the_signalled_address_is_heard():
    assert played(SourceLatch(SIGNALLED, from_peer(PEER[0])), SIGNALLED) == 5


def test_the_host_that_signalled_is_learnt():
    latch = SourceLatch(SIGNALLED, from_peer(PEER[0]))
    assert played(latch, PEER) == 5
    assert latch.remote == PEER


def test_any_other_host_is_not():
    latch = SourceLatch(SIGNALLED, from_peer(PEER[0]))
    assert played(latch, FOREIGN) == 0
    assert latch.remote == SIGNALLED


def test_an_ipv6_host_may_name_its_interface():
    assert played(SourceLatch(SIGNALLED, from_peer("fe80::1%eth0")), ("fe80::1", 5000)) == 5
