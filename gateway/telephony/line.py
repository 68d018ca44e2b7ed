"""One call on the trunk, behind the port `gateway.ports.Line`."""

import asyncio
from dataclasses import dataclass
from typing import Literal

from gateway.domain.ids import CallId, TicketId
from gateway.errors import PartUnavailable, SipError
from gateway.ports import LineListener
from gateway.rtp.frame import StreamStats
from gateway.sip.events import Invited
from gateway.sip.offer_answer import LocalMedia, agree, answer, offer
from gateway.sip.sdp import SessionDescription
from gateway.telephony.line_media import LineMedia, MediaParts
from gateway.telephony.player import Player
from gateway.telephony.sip_socket import SipSocket

EndedBy = Literal["remote", "local", "timeout", "error"]
_REASON_Q850_NORMAL = "Q.850;cause=16"


@dataclass(frozen=True, slots=True)
class LineParts:
    """What all lines of a trunk share."""

    sip: SipSocket
    media: MediaParts
    node: str
    """name of this gateway in incident ids (NENA-STA-010, section 2.1)"""


class TrunkLine:
    """Satisfies `gateway.ports.Line`; the trunk tells it what its peer does."""

    def __init__(self, parts: LineParts, invited: Invited, call_id: CallId) -> None:
        self._parts = parts
        self._sip = parts.sip
        self._invited = invited
        self._id = call_id
        self._player = Player()
        self._listener: LineListener | None = None
        self._ended: tuple[EndedBy, str] | None = None
        self._media: LineMedia | None = None
        self._described: SessionDescription | None = None
        self._version = 1

    @property
    def id(self) -> CallId:
        """This call's id."""
        return self._id

    @property
    def caller(self) -> str | None:
        """The calling number or user part; None when withheld."""
        return self._invited.caller

    @property
    def called(self) -> str:
        """The number or user part that was dialled."""
        return self._invited.called

    @property
    def stats(self) -> StreamStats:
        """The media's counters; zeros before there is any."""
        return self._media.stats if self._media else StreamStats()

    @property
    def playing(self) -> bool:
        """Whether something is being said to the caller."""
        return self._player.remaining_s > 0

    @property
    def recording_fault(self) -> str | None:
        """Why the recording is incomplete; None while it is whole."""
        return self._media.recording_fault if self._media else None

    def answer(self, listener: LineListener, *, ticket: TicketId, recording: str) -> None:
        """Take the call. One that is over, finds no port or no codec is told to the listener as ended."""
        self._listener = listener
        if self._ended:
            self._tell(listener)
            return
        try:
            self._accept(listener, _call_info(ticket, self._parts.node))
        except PartUnavailable as error:
            self._refuse(503, "Service Unavailable", "error", str(error))
        except SipError as error:
            self._refuse(error.status, error.reason, "error", error.reason)
        else:
            self._record(recording)
        self._sip.advance()

    def refuse(self, status: int, reason: str) -> None:
        """Refuse the call with a SIP status; nothing when it is over or was answered."""
        if not self._ended and not self._media:
            self._refuse(status, reason, "local", reason)
            self._sip.advance()

    def ring(self) -> None:
        """Tell the caller that it rings (180), when nobody has decided yet."""
        if not self._ended and not self._media:
            self._sip.endpoint.ring(self._invited.leg, self._sip.now)
            self._sip.advance()

    def play(self, pcm: bytes) -> float:
        """Queue speech; return the seconds until all will have been said."""
        return self._player.play(pcm)

    def stop_playing(self) -> None:
        """Fall silent."""
        self._player.stop()

    def hang_up(self, reason: str) -> None:
        """End the call (BYE); one that was not answered is refused."""
        if not self._media:
            self.refuse(480, "Temporarily Unavailable")
        elif not self._ended:
            header = ("Reason", f'{_REASON_Q850_NORMAL};text="{_quotable(reason)}"')
            self._sip.endpoint.bye(self._invited.leg, self._sip.now, headers=[header])
            self.end("local", reason)
            self._sip.advance()

    def confirmed(self, answer_in_ack: SessionDescription | None) -> None:
        """Begin media where the offer was ours."""
        if answer_in_ack and self._described and self._media and not self._ended:
            try:
                self._media.connect(agree(self._described, answer_in_ack))
            except SipError as error:
                self.hang_up(error.reason)

    def reoffered(self, offered: SessionDescription) -> None:
        """Answer a re-INVITE: the caller was held, moved or transferred."""
        if self._ended or not self._media:
            return
        self._version += 1
        try:
            description = answer(offered, self._local(self._media))
            agreed = agree(description, offered)
        except SipError as error:
            self._sip.endpoint.reject(self._invited.leg, error.status, error.reason, self._sip.now)
            return
        self._described = description
        self._sip.endpoint.accept(self._invited.leg, description, self._sip.now)
        self._media.connect(agreed)

    def end(self, by: EndedBy, reason: str) -> None:
        """Stop media and tell the listener; only the first end counts."""
        if self._ended:
            return
        self._ended = (by, reason)
        if self._media:
            self._media.close()
        if self._listener:
            self._tell(self._listener)

    def _accept(self, listener: LineListener, header: tuple[str, str]) -> None:
        """Send 200. Raises PartUnavailable without a port, SipError without a codec; nothing is held then."""
        media = LineMedia(self._parts.media, self._player, listener, self._invited.source[0])
        offered = self._invited.offer
        try:
            local = self._local(media)
            description = answer(offered, local) if offered else offer(local)
            agreed = agree(description, offered) if offered else None
        except SipError:
            media.close()
            raise
        self._media, self._described = media, description
        self._sip.endpoint.accept(self._invited.leg, description, self._sip.now, headers=[header])
        if agreed:
            media.connect(agreed)

    def _local(self, media: LineMedia) -> LocalMedia:
        return LocalMedia(self._parts.media.host, media.port, int(self._invited.leg), self._version)

    def _record(self, recording: str) -> None:
        if self._media:
            self._media.record(recording)

    def _refuse(self, status: int, phrase: str, by: EndedBy, reason: str) -> None:
        self._sip.endpoint.reject(self._invited.leg, status, phrase, self._sip.now)
        self.end(by, reason)

    def _tell(self, listener: LineListener) -> None:
        """Tell the end from the loop, never from within the listener's own call."""
        assert self._ended  # noqa: S101 - by its callers
        asyncio.get_running_loop().call_soon(listener.ended, *self._ended)


def _call_info(ticket: TicketId, node: str) -> tuple[str, str]:
    """Name the incident to the caller's side (NENA-STA-010, Incident Tracking Identifier)."""
    return "Call-Info", f"<urn:emergency:uid:incidentid:{ticket}:{node}>;purpose=emergency-IncidentId"


def _quotable(text: str) -> str:
    return text.replace("\\", "").replace('"', "'")
