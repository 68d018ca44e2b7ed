"""RTP and RTCP port pairs out of a bounded range (RFC 3550 section 11: RTP on an even port, RTCP on the next)."""

import socket
from collections import deque
from dataclasses import dataclass

from gateway.errors import PartUnavailable

_MAX_TRIES = 32
_BUFFER_BYTES = 1 << 17
"""Some seconds of G.711: enough for a stall, and all that a flood can occupy."""


@dataclass(frozen=True, slots=True)
class SocketPair:
    """Two bound, non-blocking UDP sockets."""

    rtp: socket.socket
    rtcp: socket.socket

    @property
    def port(self) -> int:
        """The RTP port."""
        return int(self.rtp.getsockname()[1])

    def close(self) -> None:
        """Give both ports back to the system."""
        self.rtp.close()
        self.rtcp.close()


class PortRange:
    """Pairs are taken from the front and put back at the end: a port rests as long as it can before its next call."""

    def __init__(self, host: str, ports: range) -> None:
        """`ports` from an even one on; `host` is the address to bind."""
        self._host = host
        self._free = deque(port for port in ports if port % 2 == 0 and port + 1 in ports)

    @property
    def free(self) -> int:
        """How many pairs are left."""
        return len(self._free)

    def take(self) -> SocketPair:
        """Bind a pair; ports that another program holds are passed over. Raises PartUnavailable when none is left."""
        for _ in range(min(_MAX_TRIES, len(self._free))):
            port = self._free.popleft()
            try:
                return _bind_pair(self._host, port)
            except OSError:
                self._free.append(port)
        raise PartUnavailable("no RTP port is free")

    def give_back(self, pair: SocketPair) -> None:
        """Close a pair and make its ports available."""
        port = pair.port
        pair.close()
        self._free.append(port)


def any_pair(host: str) -> SocketPair:
    """Bind a pair where the system finds one. Raises PartUnavailable."""
    for _ in range(_MAX_TRIES):
        with _bind(host, 0) as probe:
            port = probe.getsockname()[1] & ~1
        try:
            return _bind_pair(host, port)
        except OSError:
            continue
    raise PartUnavailable("no RTP port is free")


def _bind_pair(host: str, port: int) -> SocketPair:
    rtp = _bind(host, port)
    try:
        return SocketPair(rtp, _bind(host, port + 1))
    except OSError:
        rtp.close()
        raise


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_DGRAM)
    try:
        bound.setblocking(False)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
        bound.bind((host, port))
    except OSError:
        bound.close()
        raise
    return bound
