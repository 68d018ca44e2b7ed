"""The voice of one call on the trunk: media, what we say, the recording, and who listens."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_network

from gateway.ports import FRAME_BYTES, LineListener
from gateway.rtp.frame import StreamStats
from gateway.rtp.source import SourcePolicy
from gateway.rtp.telephone_event import DigitPressed
from gateway.sip.offer_answer import Agreed
from gateway.telephony.media import MediaLeg
from gateway.telephony.pacer import Pacer
from gateway.telephony.player import Player
from gateway.telephony.port_range import PortRange
from gateway.telephony.recorder import Recorder, Recording

_SILENCE = bytes(FRAME_BYTES)


@dataclass(frozen=True, slots=True)
class MediaParts:
    """What the voices of all calls share."""

    ports: PortRange
    pacer: Pacer
    recorder: Recorder
    host: str
    """IP address told to peers for media"""
    policy: SourcePolicy | None
    """Whose RTP is heard; None: `from_peer` of each call."""


def from_peer(host: str) -> SourcePolicy:
    """Hear the signalled address, or another one learnt on the host that signalled the call.

    Peers behind an address translation, and baresip, send from an address other than the one in their SDP.
    """
    return SourcePolicy(latch=True, networks=(ip_network(host.partition("%")[0]),))


class LineMedia:
    """A stream on the pacer's beat from the moment the peer's address is known. Closed by its owner."""

    def __init__(self, parts: MediaParts, player: Player, listener: LineListener, peer: str) -> None:
        """Take a pair of ports for a call that `peer`, a host, signalled; raises PartUnavailable when none is free."""
        self._parts = parts
        self._policy = parts.policy or from_peer(peer)
        self._player = player
        self._listener = listener
        self._sockets = parts.ports.take()
        self._leg: MediaLeg | None = None
        self._recording: Recording | None = None
        self._said = _SILENCE

    @property
    def port(self) -> int:
        """The RTP port told to the peer."""
        return self._sockets.port

    @property
    def stats(self) -> StreamStats:
        """The stream's counters; zeros before there is one."""
        return self._leg.stats if self._leg else StreamStats()

    @property
    def recording_fault(self) -> str | None:
        """Why the recording is incomplete; None while it is whole."""
        return self._recording.fault if self._recording else None

    def record(self, name: str) -> None:
        """Record both sides from now on."""
        self._recording = self._parts.recorder.record(name)

    def connect(self, agreed: Agreed) -> None:
        """Begin, or go on as a re-INVITE says."""
        if self._leg:
            self._leg.agree(agreed)
            return
        self._leg = MediaLeg(self._sockets, agreed, self._policy)
        self._parts.pacer.add(self)

    def close(self) -> None:
        """End media and recording, and give the ports back."""
        self._parts.pacer.remove(self)
        if self._leg:
            self._leg.close()
        if self._recording:
            self._recording.close()
        self._parts.ports.give_back(self._sockets)

    def send(self, now: float) -> bool:
        """Say the next 20 ms (`Paced`)."""
        self._said = self._player.next_frame() or _SILENCE
        return self._leg is not None and self._leg.send(self._said, now)

    def hear(self, now: float) -> None:
        """Record and pass on the caller's next 20 ms (`Paced`)."""
        if self._leg is None:
            return
        frame = self._leg.hear(now)
        if self._recording:
            self._recording.add(frame.pcm, self._said)
        self._listener.audio(frame.pcm, frame.position_ms, lost=frame.kind != "received")
        for press in self._presses(self._leg):
            self._listener.digit(press.digit, press.at_ms)

    @staticmethod
    def _presses(leg: MediaLeg) -> Iterator[DigitPressed]:
        while event := leg.next_event():
            if isinstance(event, DigitPressed):
                yield event
