"""The trunk: one SIP socket, the calls on it, and their draining."""

import asyncio
import logging
import os
import time
from collections import Counter
from dataclasses import dataclass, fields
from pathlib import Path
from typing import assert_never

from gateway.domain.ids import CallId, uuid7
from gateway.ports import LineHandler
from gateway.rtp.frame import StreamStats
from gateway.rtp.source import SourcePolicy
from gateway.sip.config import EndpointConfig
from gateway.sip.events import (
    Address,
    Answered,
    Cancelled,
    Confirmed,
    Ended,
    Event,
    Invited,
    LegId,
    Rejected,
    Reoffered,
    Ringing,
)
from gateway.telephony.line import LineParts, TrunkLine
from gateway.telephony.line_media import MediaParts
from gateway.telephony.pacer import Pacer, PacerStats
from gateway.telephony.port_range import PortRange
from gateway.telephony.recorder import Recorder
from gateway.telephony.sip_socket import SipSocket, bind_udp, open_endpoint, reachable_host

_log = logging.getLogger(__name__)

_COUNTED = tuple(field.name for field in fields(StreamStats) if field.type is int and field.name != "delay_ms")
_RING_AFTER_S = 0.2
_GOODBYE_S = 2.0
"""How long the peers get to answer our BYE when we stop."""


@dataclass(frozen=True, slots=True)
class TrunkConfig:
    """Where the trunk listens and what it takes on."""

    sip: Address
    """address to bind; port 0 lets the system choose"""
    recordings: Path
    """directory of the recordings"""
    node: str = "intake101.invalid"
    """domain name of this gateway in incident ids"""
    advertised_host: str | None = None
    """IP address told to peers; None: the bound one, of a wildcard the default route's"""
    rtp_ports: range = range(30000, 34000)
    """two a call"""
    source_policy: SourcePolicy | None = None
    """whose RTP is heard; None: the signalled address, or one learnt on the host that signalled the call"""
    max_calls: int = 500
    """beyond, 503 with Retry-After"""
    retry_after_s: int = 5
    """told with 503"""


@dataclass(frozen=True, slots=True)
class TrunkStats:
    """The trunk as it stands."""

    calls: int
    """now"""
    offered: int
    """INVITEs that reached a handler, since the beginning"""
    free_ports: int
    """RTP port pairs"""
    pacer: PacerStats
    refused: dict[int, int]
    """requests refused by the endpoint itself, by status"""
    media: dict[str, int]
    """what became of the RTP packets of calls that are over, by the names of `StreamStats`"""


class Trunk:
    """Answers calls on one UDP port and gives each to the handler as a line. Open it on a running loop."""

    def __init__(self, config: TrunkConfig, handler: LineHandler) -> None:
        self._config = config
        self._handler = handler
        self._pacer = Pacer()
        self._lines: dict[LegId, TrunkLine] = {}
        self._offered = 0
        self._media: Counter[str] = Counter()

    async def open(self) -> Address:
        """Begin to take calls; return the bound address. Raises OSError when the port is taken."""
        config = self._config
        bound = bind_udp(config.sip)
        host, port = bound.getsockname()[:2]
        advertised = config.advertised_host or reachable_host(host)
        endpoint = open_endpoint(EndpointConfig(address=(advertised, port), max_dialogs=config.max_calls))
        self._sip = SipSocket(endpoint, self._take)
        self._ports = PortRange(host, config.rtp_ports)
        self._recorder = Recorder(config.recordings)
        media = MediaParts(self._ports, self._pacer, self._recorder, advertised, config.source_policy)
        self._parts = LineParts(self._sip, media, config.node)
        self._pacer.start()
        await self._sip.open(bound)
        return host, port

    @property
    def stats(self) -> TrunkStats:
        """The figures as they stand."""
        refused = dict(self._sip.endpoint.refused)
        media = dict(self._media)
        return TrunkStats(len(self._lines), self._offered, self._ports.free, self._pacer.stats, refused, media)

    def set_ready(self, ready: bool) -> None:
        """Take new calls, or answer INVITE and OPTIONS with 503: the dispatcher in front sends them elsewhere."""
        self._sip.endpoint.set_ready(ready, None if ready else self._config.retry_after_s)
        self._sip.advance()

    async def close(self, drain_s: float = 0.0) -> None:
        """Take no new call, let running ones end for `drain_s` seconds, end the rest, stop."""
        self.set_ready(False)
        if not await self._sip.wait_until_idle(drain_s):
            _log.warning("%d calls are ended by the stop", len(self._lines))
        for line in list(self._lines.values()):
            line.hang_up("the gateway stops")
        if not await self._sip.wait_until_idle(_GOODBYE_S):
            _log.warning("%d calls have not settled", self._sip.endpoint.calls)
        await self._sip.close()
        self._pacer.stop()
        await asyncio.to_thread(self._recorder.close)

    def _take(self, event: Event) -> None:
        match event:
            case Invited():
                self._invite(event)
            case Confirmed(leg, answer_in_ack) if line := self._lines.get(leg):
                line.confirmed(answer_in_ack)
            case Reoffered(leg, offer) if line := self._lines.get(leg):
                line.reoffered(offer)
            case Cancelled(leg):
                self._drop(leg, Ended(leg, "remote", "cancelled"))
            case Ended(leg):
                self._drop(leg, event)
            case Confirmed() | Reoffered() | Ringing() | Answered() | Rejected():
                pass  # of a call that is gone, or of one placed by us: this trunk places none
            case _:
                assert_never(event)

    def _invite(self, invited: Invited) -> None:
        call_id = CallId(uuid7(time.time_ns() // 1_000_000, os.urandom(10)))
        line = self._lines[invited.leg] = TrunkLine(self._parts, invited, call_id)
        self._offered += 1
        asyncio.get_running_loop().call_later(_RING_AFTER_S, line.ring)
        try:
            self._handler(line)
        except Exception:  # noqa: BLE001 - the edge of the handler's work: one call's fault costs no other
            _log.exception("a call could not be taken")
            line.refuse(500, "Server Internal Error")

    def _drop(self, leg: LegId, ended: Ended) -> None:
        line = self._lines.pop(leg, None)
        if line:
            line.end(ended.by, ended.reason)
            self._media.update({name: getattr(line.stats, name) for name in _COUNTED})
