"""The test caller: places a real call over SIP and RTP, plays a file, and reports what came back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from gateway.errors import SipError, UsageError
from gateway.rtp.frame import StreamStats
from gateway.sip.grammar import Uri
from gateway.telephony.gaps import GapStats
from gateway.telephony.outgoing import OutgoingCall, Plan, Target
from gateway.telephony.pacer import Pacer
from gateway.telephony.sip_socket import local_host_towards
from gateway.telephony.wav import read_wav

_SIP_PORT = 5060


@dataclass(frozen=True, slots=True)
class CallOptions:
    """One call to place."""

    wav: Path
    """8 or 16 kHz; 16-bit PCM, A-law or mu-law"""
    to: str
    """SIP URI, such as sip:101@127.0.0.1:5060"""
    caller: str = "anonymous"
    """our number, or a whole SIP URI"""
    after_file_s: float = 3.0
    """how long to listen after the file's end before hanging up"""
    hang_up_at_s: float | None = None
    """hang up so long after the answer, even in mid-word"""
    keys: tuple[tuple[float, str], ...] = ()
    """keys to press: seconds after the answer, and which"""
    answer_within_s: float = 30.0
    """give up when nobody answers"""


@dataclass(frozen=True, slots=True)
class CallReport:
    """What became of it."""

    status: int
    """final SIP status of the INVITE; 200 when it was answered"""
    reason: str
    ticket_id: str | None
    """from the 200's Call-Info (NENA-STA-010, Incident Tracking Identifier)"""
    answered_after_ms: float | None
    started_at: datetime | None
    """when the file's first frame was sent, UTC; None without an answer"""
    ended_by: str | None
    """remote, local, timeout or error; None without an answer"""
    heard: bytes
    """16-bit 8 kHz mono PCM from the answer to the end"""
    media: StreamStats
    gaps: GapStats
    """between packets sent, of all calls on the same pacer"""

    @property
    def answered(self) -> bool:
        """Whether there was a call."""
        return self.started_at is not None

    def sent_at(self, position_s: float) -> datetime | None:
        """Return when a place in the file was sent."""
        return self.started_at + timedelta(seconds=position_s) if self.started_at else None


async def place_call(options: CallOptions, pacer: Pacer | None = None) -> CallReport:
    """Place the call and return when it is over.

    Calls placed at once may share a started pacer. Raises UsageError for a file, a number or an address that is none.
    """
    plan = Plan(
        pcm=await asyncio.to_thread(read_wav, options.wav),
        after_file_s=options.after_file_s,
        hang_up_at_s=options.hang_up_at_s,
        keys=tuple(sorted(options.keys)),
    )
    target = await _resolve(options)
    async with _pacing(pacer) as beat:
        call = OutgoingCall(plan, target, beat)
        try:
            outcome = await call.run(options.answer_within_s)
        finally:
            await call.close()
        return CallReport(
            status=outcome.status,
            reason=outcome.reason,
            ticket_id=outcome.ticket_id,
            answered_after_ms=outcome.answered_after_ms,
            started_at=outcome.started_at,
            ended_by=outcome.ended_by,
            heard=bytes(outcome.heard),
            media=outcome.media,
            gaps=beat.stats.gaps,
        )


@asynccontextmanager
async def _pacing(shared: Pacer | None) -> AsyncIterator[Pacer]:
    if shared:
        yield shared
        return
    own = Pacer()
    own.start()
    try:
        yield own
    finally:
        own.stop()


async def _resolve(options: CallOptions) -> Target:
    try:
        uri = Uri.parse(options.to)
        found = await asyncio.get_running_loop().getaddrinfo(uri.host.strip("[]"), uri.port or _SIP_PORT)
        host, port = found[0][4][:2]
        address = (str(host), int(port))
        local = local_host_towards(address)
        sender = options.caller if ":" in options.caller else f"sip:{options.caller}@{local}"
        return Target(uri, Uri.parse(sender), address, local)
    except (SipError, OSError) as error:
        raise UsageError(f"cannot call {options.to} as {options.caller}: {error}") from error
