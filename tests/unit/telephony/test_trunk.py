"""The trunk as a peer's datagrams find it: offers in every order, hold, cancel, and what a fault may not cost."""

import asyncio
import re
import socket
from itertools import pairwise

import pytest

from gateway.rtp.g711 import PCMA
from gateway.rtp.packet import RtpPacket, build_packet, parse_packet
from tests.interop.answerer import answering
from tests.unit.telephony.sounds import tone

SDP = "v=0\r\no=- 1 {version} IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {port} RTP/AVP 8\r\n"


class Peer:
    """A caller made of one SIP and one RTP socket, that says what it is told to."""

    def __init__(self, port: int) -> None:
        self.gateway = ("127.0.0.1", port)
        self.sip, self.rtp = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        for each in (self.sip, self.rtp):
            each.bind(("127.0.0.1", 0))
            each.setblocking(False)
        self.to_tag = ""
        self.sequence = 0

    def close(self) -> None:
        self.sip.close()
        self.rtp.close()

    def sdp(self, *attributes: str, version: int = 1) -> str:
        lines = "".join(f"a={attribute}\r\n" for attribute in attributes)
        return SDP.format(port=self.rtp.getsockname()[1], version=version) + lines

    def request(self, method: str, body: str = "", *, sequence: int | None = None, branch: str | None = None) -> None:
        self.sequence += method == "INVITE" or (method == "BYE")
        number = sequence or self.sequence
        host, port = self.sip.getsockname()
        lines = [
            f"{method} sip:101@127.0.0.1 SIP/2.0",
            f"Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{branch or f'{method}{number}'};rport",
            "From: <sip:+3225550101@example.org>;tag=peer",
            f"To: <sip:101@example.org>{self.to_tag}",
            "Call-ID: one",
            f"CSeq: {number} {method}",
            "Max-Forwards: 70",
            f"Contact: <sip:peer@{host}:{port}>",
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        self.sip.sendto(("\r\n".join(lines) + "\r\n\r\n" + body).encode(), self.gateway)

    async def response(self, status: int) -> str:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(5):
            text = ""
            while not text.startswith(f"SIP/2.0 {status}"):
                text = (await loop.sock_recv(self.sip, 65535)).decode()
        if tag := re.search(r"^To:.*(;tag=[^;\r]+)", text, re.MULTILINE):
            self.to_tag = tag[1]
        return text

    async def packet(self) -> tuple[RtpPacket, tuple[str, int]]:
        async with asyncio.timeout(5):
            data, source = await asyncio.get_running_loop().sock_recvfrom(self.rtp, 2048)
        return parse_packet(data), source

    async def nothing_heard(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await asyncio.get_running_loop().sock_recv(self.rtp, 2048)
        except TimeoutError:
            return True
        return False


@pytest.fixture
async def answerer(tmp_path):
    async with answering(tmp_path / "recordings") as running:
        yield running


@pytest.fixture
def peer(answerer):
    made = Peer(answerer.port)
    yield made
    made.request("BYE")
    made.close()


async def talk(peer: Peer, remote: tuple[str, int], frames: int = 10) -> None:
    for index in range(frames):
        payload = PCMA.encode(tone(0.02))
        peer.rtp.sendto(build_packet(RtpPacket(8, index, index * 160, 5, payload)), remote)
    await asyncio.sleep(0.3)


async def test_the_answer_names_the_ticket_and_media_flows(answerer, peer):
    peer.request("INVITE", peer.sdp())
    answer = await peer.response(200)
    assert "Call-Info: <urn:emergency:uid:incidentid:ticket-1:intake101.invalid>;purpose=emergency-IncidentId" in answer
    peer.request("ACK", sequence=1)
    packet, source = await peer.packet()
    assert (packet.payload_type, len(packet.payload)) == (8, 160)
    await talk(peer, source)
    assert answerer.calls[0].frames - answerer.calls[0].lost_frames >= 5


async def test_a_delayed_offer_is_answered_with_ours(answerer, peer):
    peer.request("INVITE")
    answer = await peer.response(200)
    assert "m=audio" in answer
    peer.request("ACK", peer.sdp(), sequence=1)
    assert (await peer.packet())[0].payload_type == 8


async def test_hold_stops_our_voice_and_resuming_starts_it_once(answerer, peer):
    peer.request("INVITE", peer.sdp())
    await peer.response(200)
    peer.request("ACK", sequence=1)
    first, _ = await peer.packet()
    peer.request("INVITE", peer.sdp("sendonly", version=2))
    assert "a=recvonly" in await peer.response(200)
    peer.request("ACK", sequence=2)
    while not await peer.nothing_heard(0.1):
        pass
    peer.request("INVITE", peer.sdp("sendrecv", version=3))
    await peer.response(200)
    peer.request("ACK", sequence=3)
    packets = [(await peer.packet())[0] for _ in range(10)]
    assert {packet.ssrc for packet in packets} == {first.ssrc}
    steps = {b.sequence - a.sequence for a, b in pairwise(packets)}
    assert steps <= {1, 1 - 65536}


async def test_a_cancelled_call_is_over_before_anybody_answers(answerer, peer):
    lines = []
    answerer.trunk._handler = lines.append
    peer.request("INVITE", peer.sdp(), branch="same")
    await peer.response(180)
    peer.request("CANCEL", branch="same", sequence=1)
    await peer.response(200)
    await peer.response(487)
    assert len(lines) == 1
    assert answerer.trunk.stats.calls == 0


async def test_ports_come_back_and_the_packets_are_counted(answerer, peer):
    free = answerer.trunk.stats.free_ports
    peer.request("INVITE", peer.sdp())
    await peer.response(200)
    peer.request("ACK", sequence=1)
    _, source = await peer.packet()
    await talk(peer, source)
    assert answerer.trunk.stats.free_ports == free - 1
    peer.request("BYE")
    await peer.response(200)
    stats = answerer.trunk.stats
    assert (stats.free_ports, stats.calls) == (free, 0)
    assert stats.media["received"] == 10


async def test_junk_on_both_ports_costs_nothing(answerer, peer):
    for junk in (b"", b"\0", b"INVITE sip:101@x SIP/2.0\r\n\r\n", b"\xff" * 1400):
        peer.sip.sendto(junk, peer.gateway)
    peer.request("INVITE", peer.sdp())
    await peer.response(200)
    peer.request("ACK", sequence=1)
    _, source = await peer.packet()
    for junk in (b"", b"\x80", b"\x80" * 12, b"\xff" * 1400):
        peer.rtp.sendto(junk, source)
    await talk(peer, source)
    assert answerer.calls[0].line.stats.malformed >= 3
    assert answerer.calls[0].frames - answerer.calls[0].lost_frames >= 5


async def test_a_stall_of_ours_loses_nothing_that_was_said(answerer, peer):
    peer.request("INVITE", peer.sdp())
    await peer.response(200)
    peer.request("ACK", sequence=1)
    _, source = await peer.packet()
    await talk(peer, source, 3)
    heard, pacer = answerer.calls[0], answerer.trunk._pacer
    before = heard.frames - heard.lost_frames
    for index in range(20, 80):  # the loop stands still while 1.2 s of speech come in
        peer.rtp.sendto(build_packet(RtpPacket(8, index, index * 160, 5, PCMA.encode(tone(0.02)))), source)
    pacer._deadline -= 1.3
    pacer._catch_up()
    assert heard.frames - heard.lost_frames - before >= 58
    assert heard.line.stats.late == 0


async def test_a_listener_that_fails_costs_no_voice(answerer, peer):
    peer.request("INVITE", peer.sdp())
    await peer.response(200)
    peer.request("ACK", sequence=1)
    answerer.calls[0].audio = None
    packets = [(await peer.packet())[0] for _ in range(10)]
    assert len(packets) == 10
    assert answerer.trunk.stats.pacer.faults > 0


async def test_a_call_nobody_decides_on_rings(answerer, peer):
    answerer.trunk._handler = lambda line: None
    peer.request("INVITE", peer.sdp())
    await peer.response(100)
    await peer.response(180)
