"""A call that we place: signalling and media of the test caller."""

import asyncio
import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import assert_never

from gateway.errors import RtpError, SipError
from gateway.ports import FRAME_BYTES, FRAME_MS
from gateway.rtp.frame import StreamStats
from gateway.rtp.source import LATCH
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
from gateway.sip.grammar import Uri
from gateway.sip.message import Response
from gateway.sip.offer_answer import LocalMedia, agree, answer, offer
from gateway.sip.sdp import SessionDescription
from gateway.telephony.media import MediaLeg
from gateway.telephony.pacer import Pacer
from gateway.telephony.port_range import any_pair
from gateway.telephony.sip_socket import SipSocket, bind_udp, open_endpoint

_GOODBYE_S = 2.0
_GRACE_S = 10.0
"""More than a call may last when the pacer keeps its pace."""
_MAX_HEARD = 2 * 8000 * 3600
"""An hour: what is heard after that is not kept."""
_INCIDENT = re.compile(r"<urn:emergency:uid:incidentid:([^:>]+):[^>]*>")
_SILENCE = bytes(FRAME_BYTES)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to say, and when to stop."""

    pcm: bytes
    """16-bit 8 kHz mono"""
    after_file_s: float
    hang_up_at_s: float | None
    keys: tuple[tuple[float, str], ...]
    """in the order of their times"""

    @property
    def ends_at_s(self) -> float:
        """Seconds after the answer at which to hang up."""
        whole = len(self.pcm) / 16000 + self.after_file_s
        return whole if self.hang_up_at_s is None else self.hang_up_at_s


@dataclass(frozen=True, slots=True)
class Target:
    """Whom to call as whom."""

    to: Uri
    caller: Uri
    address: Address
    """where `to` is reached"""
    local_host: str
    """our address on the way there"""


@dataclass(slots=True)
class Outcome:
    """What becomes of the call, as it happens."""

    status: int = 408
    reason: str = "Request Timeout"
    ticket_id: str | None = None
    answered_after_ms: float | None = None
    started_at: datetime | None = None
    ended_by: str | None = None
    heard: bytearray = field(default_factory=bytearray)
    media: StreamStats = field(default_factory=StreamStats)


class OutgoingCall:
    """One call; a stream on the pacer's beat once it is answered."""

    def __init__(self, plan: Plan, target: Target, pacer: Pacer) -> None:
        """Take the ports; raises PartUnavailable or OSError when there are none."""
        self._plan = plan
        self._target = target
        self._pacer = pacer
        self._sockets = any_pair(target.local_host)
        self._bound = bind_udp((target.local_host, 0))
        config = EndpointConfig(address=self._bound.getsockname()[:2], user=target.caller.user or "anonymous")
        self._sip = SipSocket(open_endpoint(config), self._take)
        self._local = LocalMedia(target.local_host, self._sockets.port, int(time.time()))
        self._offer = offer(self._local)
        self._leg = LegId(0)
        self._media: MediaLeg | None = None
        self._outcome = Outcome()
        self._invited_at = 0.0
        self._position_ms = 0
        self._keys = list(plan.keys)
        self._over = asyncio.Event()
        self._answered = asyncio.Event()

    async def run(self, answer_within_s: float) -> Outcome:
        """Place the call; return when it is over."""
        await self._sip.open(self._bound)
        target = self._target
        self._invited_at = self._sip.now
        self._leg = self._sip.endpoint.invite(target.to, target.caller, self._offer, self._sip.now, peer=target.address)
        self._sip.advance()
        try:
            async with asyncio.timeout(answer_within_s):
                await self._answered.wait()
            async with asyncio.timeout(self._plan.ends_at_s + _GRACE_S):
                await self._over.wait()
        except TimeoutError:
            self._hang_up()
        return self._outcome

    async def close(self) -> None:
        """End what is not ended and give everything back."""
        self._hang_up()
        await self._sip.wait_until_idle(_GOODBYE_S)
        self._stop_media()
        await self._sip.close()
        self._sockets.close()

    def send(self, now: float) -> bool:
        """Say the next 20 ms of the file, then silence (`Paced`)."""
        if self._media is None:
            return False
        self._outcome.started_at = self._outcome.started_at or datetime.now(UTC)
        if self._position_ms >= self._plan.ends_at_s * 1000:
            self._hang_up()
            return False
        while self._keys and self._keys[0][0] * 1000 <= self._position_ms:
            self._press(self._media, self._keys.pop(0)[1])
        start = self._position_ms // FRAME_MS * FRAME_BYTES
        self._position_ms += FRAME_MS
        return self._media.send(self._plan.pcm[start : start + FRAME_BYTES].ljust(FRAME_BYTES, b"\0"), now)

    def hear(self, now: float) -> None:
        """Keep the next 20 ms of what is heard (`Paced`)."""
        if self._media and len(self._outcome.heard) < _MAX_HEARD:
            self._outcome.heard += self._media.hear(now).pcm

    @staticmethod
    def _press(media: MediaLeg, digit: str) -> None:
        try:
            media.stream.press(digit)
        except RtpError:
            return  # the far end takes no keys: it will not hear this one

    def _hang_up(self) -> None:
        self._sip.endpoint.bye(self._leg, self._sip.now)
        self._sip.advance()

    def _take(self, event: Event) -> None:
        match event:
            case Answered(_, description, response):
                self._take_answer(description, response)
            case Rejected(_, status, reason):
                self._outcome.status, self._outcome.reason = status, reason
                self._end()
            case Reoffered(leg, offered):
                self._take_offer(leg, offered)
            case Ended(_, by, reason):
                self._outcome.ended_by = by if self._media else None
                self._end()
            case Invited(leg):
                self._sip.endpoint.reject(leg, 486, "Busy Here", self._sip.now)
            case Ringing() | Confirmed() | Cancelled():
                pass
            case _:
                assert_never(event)

    def _take_answer(self, description: SessionDescription, response: Response) -> None:
        outcome = self._outcome
        outcome.status, outcome.reason = response.status, response.reason
        outcome.ticket_id = _ticket_id(response)
        outcome.answered_after_ms = (self._sip.now - self._invited_at) * 1000
        try:
            self._media = MediaLeg(self._sockets, agree(self._offer, description), LATCH)
        except SipError as error:
            outcome.reason = error.reason
            self._hang_up()
            return
        self._pacer.add(self)
        self._answered.set()

    def _take_offer(self, leg: LegId, offered: SessionDescription) -> None:
        try:
            description = answer(offered, self._local)
            agreed = agree(description, offered)
        except SipError as error:
            self._sip.endpoint.reject(leg, error.status, error.reason, self._sip.now)
            return
        self._sip.endpoint.accept(leg, description, self._sip.now)
        if self._media:
            self._media.agree(agreed)

    def _end(self) -> None:
        self._stop_media()
        self._answered.set()
        self._over.set()

    def _stop_media(self) -> None:
        self._pacer.remove(self)
        if self._media:
            self._outcome.media = self._media.stats
            self._media.close()
            self._media = None


def _ticket_id(response: Response) -> str | None:
    found = (_INCIDENT.search(value) for value in response.headers.each("Call-Info"))
    return next((match[1] for match in found if match), None)
