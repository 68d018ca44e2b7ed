"""Whatever comes in: no exception, bounded state, and the next good INVITE is answered."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.sip.endpoint import Endpoint
from gateway.sip.events import Address, Invited
from gateway.sip.offer_answer import offer
from tests.unit.sip.raw import PEER, SDP, exchange, request, statuses
from tests.unit.sip.wire import CALLER, GATEWAY, REMOTE, SOURCE, TARGET, answered, endpoint, events

ROUTES = "Record-Route: <sip:192.0.2.9;lr>\r\n"
PARTS = f"--b\r\nContent-Type: application/sdp\r\n\r\n{SDP}\r\n--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--"
SEEDS = (
    request(extra=ROUTES),
    request(body=PARTS, Content_Type='multipart/mixed;boundary="b"'),
    request("ACK", To="<sip:101@192.0.2.101>;tag=x"),
    request("CANCEL"),
    request("BYE", To="<sip:101@192.0.2.101>;tag=x"),
    request("OPTIONS"),
    b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>;tag=2\r\n"
    b"Call-ID: c\r\nCSeq: 1 INVITE\r\n\r\n" + SDP.encode(),
)
SPLICES = (
    b"\r\n",
    b"\n ",
    b"\r\n\r\n",
    b";",
    b",",
    b'"',
    b"<",
    b">",
    b":",
    b"\x00",
    b"\xff\xfe",
    b"=",
    b"@",
    b"%00",
    b" ",
)
DIALOGS, TRANSACTIONS = 20, 100


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Cut, double, splice or overwrite at a few places."""
    for _ in range(chance.randint(1, 6)):
        at, upto = sorted(chance.randrange(len(data) + 1) for _ in range(2))
        piece = data[at : min(upto, at + 80)]
        new = chance.choice((b"", piece * 2, chance.choice(SPLICES), chance.randbytes(4), piece[::-1]))
        data = data[:at] + new + data[at + len(piece) :]
    return data


def small() -> Endpoint:
    return endpoint(max_dialogs=DIALOGS, max_transactions=TRANSACTIONS)


def decide(gateway: Endpoint, now: float, chance: random.Random) -> None:
    """Play a shell that answers, refuses, hangs up or forgets, and writes every text down."""
    for event in events(gateway):
        texts = (getattr(event, name, None) or "" for name in ("caller", "called", "reason"))
        assert all(text.encode().decode().isprintable() for text in texts)
        match chance.randrange(4), event:
            case 0, Invited():
                gateway.accept(event.leg, answered(event.offer), now)
            case 1, Invited():
                gateway.reject(event.leg, 486, "Busy", now)
            case 2, _:
                gateway.bye(event.leg, now)


def settle(gateway: Endpoint) -> None:
    """Let all timers run out: every leg and transaction must end by itself."""
    for _ in range(10_000):
        at = gateway.get_timer()
        if at is None:
            break
        gateway.handle_timer(at)
        gateway.datagrams_to_send()
    assert gateway.get_timer() is None
    assert gateway.calls == 0
    assert len(gateway._core.transactions) == 0


def still_answers(gateway: Endpoint, now: float) -> None:
    good = request(Call_ID="good", Via="SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bKgood")
    assert statuses(exchange(gateway, good, now)) == [100]


@pytest.mark.parametrize("seed", range(5))
def test_mutated_messages(seed: int):
    chance, gateway, now = random.Random(seed), small(), 0.0
    for _ in range(2_000):
        now += chance.choice((0.0, 0.01, 0.1))
        gateway.receive_datagram(mutated(chance.choice(SEEDS), chance), PEER, now)
        decide(gateway, now, chance)
        gateway.handle_timer(now)
        gateway.datagrams_to_send()
        assert gateway.calls <= DIALOGS
        assert len(gateway._core.transactions) <= TRANSACTIONS + 2 * DIALOGS
    settle(gateway)
    still_answers(gateway, now + 1_000)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary(max_size=400), max_size=10))
def test_any_bytes(datagrams: list[bytes]):
    gateway = small()
    for data in datagrams:
        gateway.receive_datagram(data, PEER, 0.0)
    still_answers(gateway, 0.0)


HEADER_TEXT = st.text(st.sampled_from('abs:;,<>"\\= @[]/.%0123\t\xe9\u20ac'), max_size=40)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(["Via", "From", "To", "Call_ID", "CSeq", "Contact", "Record_Route", "Content_Type", "Accept",
                     "Require", "P_Asserted_Identity", "Content_Disposition", "Route"]),
    HEADER_TEXT,
    st.sampled_from(["INVITE", "BYE", "OPTIONS", "CANCEL", "ACK"]),
)  # fmt: skip
def test_any_header(name: str, value: str, method: str):
    gateway = small()
    gateway.receive_datagram(request(method, **{name: value}), PEER, 0.0)
    for event in events(gateway):
        gateway.accept(event.leg, answered(getattr(event, "offer", None)), 0.0)
        gateway.bye(event.leg, 0.0)
    gateway.datagrams_to_send()
    settle(gateway)
    still_answers(gateway, 1_000.0)


def test_a_flood_of_calls_nobody_answers():
    gateway = small()
    for number in range(2_000):
        via = f"SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bK{number}"
        gateway.receive_datagram(request(Via=via, Call_ID=str(number)), PEER, 0.0)
        gateway.datagrams_to_send()
    assert gateway.calls == DIALOGS
    assert len(gateway._core.transactions) <= TRANSACTIONS
    assert len(gateway._core.timers._heap) <= 64 + 3 * (TRANSACTIONS + DIALOGS)
    settle(gateway)
    still_answers(gateway, 1_000.0)


@pytest.mark.parametrize("seed", range(5))
def test_calls_over_a_bad_network(seed: int):
    """Datagrams are lost, doubled, swapped and damaged; every call ends on both sides all the same."""
    chance, now = random.Random(seed), 0.0
    sides = {GATEWAY: small(), CALLER: endpoint(CALLER, max_dialogs=DIALOGS, answer_within_s=20.0)}
    flying: list[tuple[bytes, Address, Address]] = []
    for _ in range(800):
        now += 0.05
        if chance.random() < 0.05:
            sides[CALLER].invite(TARGET, SOURCE, offer(REMOTE), now)
        for address, side in sides.items():
            decide(side, now, chance)
            side.handle_timer(now)
            flying += [(data, address, to) for data, to in side.datagrams_to_send()]
        chance.shuffle(flying)
        for data, source, to in [flying.pop() for _ in range(min(4, len(flying)))]:
            copies = chance.choice((0, 1, 1, 1, 1, 2))
            for _ in range(copies if to in sides else 0):
                damaged = mutated(data, chance) if chance.random() < 0.1 else data
                sides[to].receive_datagram(damaged, source, now)
    for side in sides.values():
        for leg in list(side._core.legs):
            side.bye(leg, now)
        settle(side)
    still_answers(sides[GATEWAY], now + 1_000)


@pytest.mark.shared
def test_mutated_torture_messages(shared: Path):
    """RFC 4475, damaged further."""
    seeds = [path.read_bytes() for path in sorted((shared / "data" / "rfc4475").glob("*.dat"))]
    chance, gateway, now = random.Random(4475), small(), 0.0
    for _ in range(4_000):
        now += 0.05
        gateway.receive_datagram(mutated(chance.choice(seeds), chance), PEER, now)
        decide(gateway, now, chance)
        gateway.handle_timer(now)
        gateway.datagrams_to_send()
    settle(gateway)
    still_answers(gateway, now + 1_000)
