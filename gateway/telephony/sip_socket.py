"""The asyncio shell of a SIP endpoint: one UDP socket, one timer."""

import asyncio
import logging
import secrets
import socket
from collections.abc import Callable

from gateway.sip.config import EndpointConfig
from gateway.sip.endpoint import Endpoint
from gateway.sip.events import Address, Event

_log = logging.getLogger(__name__)

_WILDCARDS = ("0.0.0.0", "::", "")  # noqa: S104 - compared with, not bound
_NOWHERE = ("192.0.2.1", 9)
"""TEST-NET-1 (RFC 5737): connecting a UDP socket to it sends nothing, but chooses the interface."""


class SipSocket(asyncio.DatagramProtocol):
    """Moves an endpoint's datagrams and time, and hands its events to `on_event`, on the loop."""

    def __init__(self, endpoint: Endpoint, on_event: Callable[[Event], None]) -> None:
        self.endpoint = endpoint
        self._on_event = on_event
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.DatagramTransport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._advancing = False
        self._idle = asyncio.Event()
        self._idle.set()
        self._closed = asyncio.Event()

    @property
    def now(self) -> float:
        """The endpoint's time."""
        return self._loop.time()

    async def open(self, bound: socket.socket) -> None:
        """Serve a bound UDP socket."""
        self._transport, _ = await self._loop.create_datagram_endpoint(lambda: self, sock=bound)
        self.advance()

    async def close(self) -> None:
        """Serve no more; return when the socket is closed."""
        if self._timer:
            self._timer.cancel()
        if self._transport:
            self._transport.close()
            await self._closed.wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Learn that the socket is closed (asyncio.DatagramProtocol)."""
        self._closed.set()

    def datagram_received(self, data: bytes, addr: Address) -> None:
        """Take what came (asyncio.DatagramProtocol)."""
        self.endpoint.receive_datagram(data, addr[:2], self.now)
        self.advance()

    def advance(self) -> None:
        """Tell what happened, send what is to be sent, arm the timer. To be called after every command."""
        if self._advancing:  # a command given from within an event: the loop below goes on with it
            return
        self._advancing = True
        try:
            while event := self.endpoint.next_event():
                self._tell(event)
        finally:
            self._advancing = False
        self._send()
        self._arm()
        (self._idle.clear if self.endpoint.calls else self._idle.set)()

    async def wait_until_idle(self, seconds: float) -> bool:
        """Wait until no call is unsettled, `seconds` at most; tell whether that came."""
        try:
            async with asyncio.timeout(seconds):
                await self._idle.wait()
        except TimeoutError:
            return False
        return True

    def _tell(self, event: Event) -> None:
        """Hand over one event; this is the edge where one call's fault ends, so that the others' messages still go."""
        try:
            self._on_event(event)
        except Exception:  # noqa: BLE001 - the edge: logged, and the endpoint's own timers end the call
            _log.exception("a SIP event could not be served")

    def _send(self) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        for data, address in self.endpoint.datagrams_to_send():
            self._transport.sendto(data, address)

    def _arm(self) -> None:
        if self._timer:
            self._timer.cancel()
        due = self.endpoint.get_timer()
        self._timer = None if due is None else self._loop.call_at(due, self._wake)

    def _wake(self) -> None:
        self.endpoint.handle_timer(self.now)
        self.advance()


def bind_udp(address: Address) -> socket.socket:
    """Bind a UDP socket; port 0 lets the system choose. Raises OSError."""
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_DGRAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        bound.bind(address)
    except OSError:
        bound.close()
        raise
    bound.setblocking(False)
    return bound


def reachable_host(bound_host: str) -> str:
    """Return the address peers can be told for a bound one: of a wildcard, the default route's interface."""
    return local_host_towards(_NOWHERE) if bound_host in _WILDCARDS else bound_host


def local_host_towards(remote: Address) -> str:
    """Return our address on the way to a remote one; loopback where there is no way."""
    family = socket.AF_INET6 if ":" in remote[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(remote)
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def open_endpoint(config: EndpointConfig) -> Endpoint:
    """Make an endpoint whose tags, branches and Call-IDs are random."""
    return Endpoint(config, lambda: secrets.token_hex(8))
