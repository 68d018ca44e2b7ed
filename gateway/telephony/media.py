"""The asyncio shell of one call's media: a `MediaStream` on a pair of sockets."""

import asyncio
import secrets
import socket
from collections.abc import Callable

from gateway.rtp.frame import Frame, MediaEvent, StreamStats
from gateway.rtp.g711 import CODECS
from gateway.rtp.source import SourcePolicy
from gateway.rtp.stream import MediaStream
from gateway.sip.offer_answer import Agreed
from gateway.telephony.port_range import SocketPair

_MAX_DATAGRAM = 2048
_MAX_READS = 128
"""Datagrams taken at a time: a flood on one call leaves the loop to the others."""

Receive = Callable[[bytes, tuple[str, int], float], None]


class MediaLeg:
    """Reads its sockets as datagrams come; sends and gives frames when its owner's beat says so."""

    def __init__(self, sockets: SocketPair, agreed: Agreed, policy: SourcePolicy) -> None:
        """Take over the sockets' readiness; the sockets themselves stay their owner's."""
        self._loop = asyncio.get_running_loop()
        self._sockets = sockets
        self._sending = agreed.send
        self.stream = MediaStream(
            codec=CODECS[agreed.payload_type],
            event_payload_type=agreed.event_payload_type,
            ssrc=secrets.randbits(32),
            first_sequence=secrets.randbits(15),
            first_timestamp=secrets.randbits(32),
            remote=agreed.remote,
            policy=policy,
            now=self._loop.time(),
        )
        self._loop.add_reader(sockets.rtp, self._read, sockets.rtp, self.stream.receive_datagram)
        self._loop.add_reader(sockets.rtcp, self._read, sockets.rtcp, self.stream.receive_rtcp)

    @property
    def stats(self) -> StreamStats:
        """The stream's counters."""
        return self.stream.stats

    def agree(self, agreed: Agreed) -> None:
        """Go on as a re-INVITE says: another address, codec or direction."""
        self._sending = agreed.send
        self.stream.relearn(agreed.remote, CODECS[agreed.payload_type])

    def send(self, pcm: bytes, now: float) -> bool:
        """Send one frame, and a report when one is due; False while the peer has us on hold."""
        if report := self.stream.rtcp_report(now):
            self._send_report(report)
        if not self._sending:
            return False
        _send(self._sockets.rtp, self.stream.push(pcm), self.stream.remote)
        return True

    def hear(self, now: float) -> Frame:
        """Return the next 20 ms of the peer's audio.

        What waits in the socket is read first: after a stall the beat may come before the loop has seen it.
        """
        self._read(self._sockets.rtp, self.stream.receive_datagram)
        return self.stream.pull(now)

    def next_event(self) -> MediaEvent | None:
        """Return what happened, in order."""
        return self.stream.next_event()

    def close(self) -> None:
        """Say goodbye and read no more."""
        self._send_report(self.stream.goodbye(self._loop.time()))
        self._loop.remove_reader(self._sockets.rtp)
        self._loop.remove_reader(self._sockets.rtcp)

    def _send_report(self, report: bytes) -> None:
        host, port = self.stream.remote
        _send(self._sockets.rtcp, report, (host, min(port + 1, 65535)))

    def _read(self, ready: socket.socket, receive: Receive) -> None:
        for _ in range(_MAX_READS):
            try:
                data, source = ready.recvfrom(_MAX_DATAGRAM)
            except OSError:  # nothing more, or an ICMP error of an earlier packet: neither is the caller's fault
                return
            receive(data, source[:2], self._loop.time())


def _send(sender: socket.socket, data: bytes, remote: tuple[str, int]) -> None:
    """Send, or lose the packet as the network would: the next one is 20 ms away."""
    try:
        sender.sendto(data, remote)
    except OSError:
        return
