"""Two endpoints and the network between them, in memory; time stands still unless a test moves it."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from gateway.sip.config import EndpointConfig
from gateway.sip.endpoint import Endpoint
from gateway.sip.events import Address, Event, LegId
from gateway.sip.grammar import Uri
from gateway.sip.message import Request, Response, parse
from gateway.sip.offer_answer import LocalMedia, answer, offer
from gateway.sip.sdp import SessionDescription

GATEWAY: Address = ("192.0.2.101", 5060)
CALLER: Address = ("192.0.2.1", 5070)
TARGET = Uri("sip", "101", GATEWAY[0])
SOURCE = Uri("sip", "+3225551234", "example.be")
LOCAL = LocalMedia("192.0.2.101", 40_000, session_id=7)
REMOTE = LocalMedia("192.0.2.1", 30_000, session_id=3)

T = TypeVar("T")


def tokens(prefix: str) -> Callable[[], str]:
    count = itertools.count()
    return lambda: f"{prefix}{next(count):06d}"


def endpoint(address: Address = GATEWAY, **settings: object) -> Endpoint:
    config = replace(EndpointConfig(address=address), **settings)  # type: ignore[arg-type]  # tests name real fields
    return Endpoint(config, tokens(f"t{address[1]}x"))


def events(side: Endpoint) -> list[Event]:
    return list(iter(side.next_event, None))


def only(kind: type[T], found: list[Event]) -> T:
    matching = [event for event in found if isinstance(event, kind)]
    assert len(matching) == 1, found
    return matching[0]


@dataclass
class Wire:
    """`caller` and `gateway`; `lose` drops datagrams it says yes to; `log` keeps what was sent, by whom."""

    gateway: Endpoint = field(default_factory=endpoint)
    caller: Endpoint = field(default_factory=lambda: endpoint(CALLER))
    now: float = 1000.0
    lose: Callable[[Address, Request | Response], bool] = lambda _to, _message: False
    log: list[tuple[float, Address, Request | Response]] = field(default_factory=list)

    def shuttle(self) -> None:
        """Carry datagrams both ways until nobody sends."""
        while self._carry(self.gateway, GATEWAY) + self._carry(self.caller, CALLER):
            pass

    def _carry(self, sender: Endpoint, address: Address) -> int:
        datagrams = sender.datagrams_to_send()
        for data, to in datagrams:
            message = parse(data)
            self.log.append((self.now, to, message))
            peer = {GATEWAY: self.gateway, CALLER: self.caller}.get(to)
            if peer and not self.lose(to, message):
                peer.receive_datagram(data, address, self.now)
        return len(datagrams)

    def advance(self, seconds: float) -> None:
        """Let time pass, every timer at its time."""
        end = self.now + seconds
        while True:
            timers = [at for at in (self.gateway.get_timer(), self.caller.get_timer()) if at is not None and at <= end]
            if not timers:
                break
            self.now = max(self.now, min(timers))
            self.gateway.handle_timer(self.now)
            self.caller.handle_timer(self.now)
            self.shuttle()
        self.now = end

    def sent(self, what: str | int, to: Address | None = None) -> list[Request | Response]:
        """Return the requests of a method or the responses of a status that were sent."""
        messages = [message for _, address, message in self.log if to in (None, address)]
        return [m for m in messages if what == (m.method if isinstance(m, Request) else m.status)]

    def dial(self, **settings: object) -> LegId:
        """Place a call and carry it to the gateway."""
        leg = self.caller.invite(TARGET, SOURCE, offer(REMOTE), self.now, **settings)  # type: ignore[arg-type]  # as above
        self.shuttle()
        return leg


def answered(offered: SessionDescription | None) -> SessionDescription:
    """Return the gateway's answer, or its offer when there was none."""
    return answer(offered, LOCAL) if offered else offer(LOCAL)
