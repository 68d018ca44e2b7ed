"""The user agent server over time: repetitions, lost ACKs, CANCEL, BYE, re-INVITE, and where responses go.

The numbers are the rows of the comparison that ruled pyVoIP out (`docs/sip.md`).
"""

import pytest

from gateway.sip.events import Cancelled, Confirmed, Ended, Event, Invited, LegId, Reoffered
from gateway.sip.message import Message, Response, parse
from gateway.sip.offer_answer import offer
from gateway.sip.sdp import build
from gateway.sip.sdp import parse as parse_sdp

from .raw import HEADERS, PEER, SDP, exchange, request, sent, statuses
from .wire import LOCAL, answered, endpoint, events, only

HELD = SDP.replace("o=caller 1 1", "o=caller 1 2") + "a=sendonly\r\n"


class Gateway:
    """One endpoint, its peer played by hand; `to` is the To value with the gateway's tag once there is one."""

    def __init__(self, **settings):
        self.endpoint = endpoint(**settings)
        self.now = 0.0
        self.to = "<sip:101@192.0.2.101>"

    def send(self, data: bytes) -> list[Message]:
        return self._noted(exchange(self.endpoint, data, self.now))

    def at(self, now: float) -> list[Message]:
        self.now = now
        self.endpoint.handle_timer(now)
        return self._noted(sent(self.endpoint))

    def _noted(self, messages: list[Message]) -> list[Message]:
        self.to = next(
            (to for m in messages if isinstance(m, Response) and ";tag=" in (to := m.headers.one("To"))), self.to
        )
        return messages

    def invited(self, data: bytes | None = None) -> LegId:
        assert statuses(self.send(data or request())) == [100]
        return only(Invited, self.events()).leg

    def accepted(self, data: bytes | None = None) -> LegId:
        leg = self.invited(data)
        self.endpoint.accept(leg, build(answered(parse_sdp(SDP.encode()))), self.now)
        assert statuses(self._noted(sent(self.endpoint))) == [200]
        return leg

    def established(self) -> LegId:
        leg = self.accepted()
        assert self.send(self.within("ACK", 1)) == []
        assert self.events() == [Confirmed(leg, None)]
        return leg

    def within(self, method: str, number: int, **changes: str) -> bytes:
        via = f"SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bK{method}{number};rport"
        return request(method, Via=via, To=self.to, CSeq=f"{number} {method}", **changes)

    def bye(self, leg: LegId, **options) -> list[Message]:
        self.endpoint.bye(leg, self.now, **options)
        return self._noted(sent(self.endpoint))

    def events(self) -> list[Event]:
        return events(self.endpoint)


# -- where responses go (row 3) --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("via", "source", "destination", "shown"),
    [
        ("192.0.2.1:5070;rport", ("192.0.2.1", 5070), ("192.0.2.1", 5070), ";rport=5070;received=192.0.2.1"),
        ("10.0.0.9:5070;rport", ("192.0.2.7", 999), ("192.0.2.7", 999), ";rport=999;received=192.0.2.7"),
        ("10.0.0.9:5070", ("192.0.2.7", 999), ("192.0.2.7", 5070), ";received=192.0.2.7"),
        ("host.example", ("192.0.2.7", 999), ("192.0.2.7", 5060), ";received=192.0.2.7"),
        ("192.0.2.7;received=8.8.8.8", ("192.0.2.7", 999), ("192.0.2.7", 5060), ""),
        ("192.0.2.7;maddr=224.0.0.1", ("192.0.2.7", 999), ("192.0.2.7", 5060), ";maddr=224.0.0.1"),
        ("[2001:db8::1]:5070;rport", ("2001:db8::1", 7), ("2001:db8::1", 7), ";rport=7;received=2001:db8::1"),
    ],
)
def test_responses_go_where_the_via_says(via: str, source: tuple[str, int], destination: tuple[str, int], shown: str):
    gateway = endpoint()
    host, _, params = via.partition(";")
    value = f"SIP/2.0/UDP {host};branch=z9hG4bKx" + (f";{params}" if params else "")
    gateway.receive_datagram(request("OPTIONS", Via=value), source, 0.0)
    ((data, to),) = gateway.datagrams_to_send()
    assert to == destination
    assert parse(data).headers.get("Via") == f"SIP/2.0/UDP {host};branch=z9hG4bKx{shown}"


def test_every_via_comes_back_row_21():
    vias = "SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bKa, SIP/2.0/TCP 10.0.0.1;branch=z9hG4bKb"
    (response,) = exchange(endpoint(), request("OPTIONS", Via=vias, extra="Via: SIP/2.0/UDP c;branch=z9hG4bKc\r\n"))
    assert list(response.headers.each("Via")) == [
        "SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bKa",
        "SIP/2.0/TCP 10.0.0.1;branch=z9hG4bKb",
        "SIP/2.0/UDP c;branch=z9hG4bKc",
    ]


def test_record_route_and_contact_row_22():
    gateway = Gateway()
    leg = gateway.invited(request(extra="Record-Route: <sip:192.0.2.50;lr>\r\nRecord-Route: <sip:192.0.2.51;lr>\r\n"))
    gateway.endpoint.ring(leg, 0.0)
    gateway.endpoint.accept(leg, build(offer(LOCAL)), 0.0)
    for response in sent(gateway.endpoint):
        assert list(response.headers.each("Record-Route")) == ["<sip:192.0.2.50;lr>", "<sip:192.0.2.51;lr>"]
        assert response.headers.get("Contact") == "<sip:101@192.0.2.101:5060>"


# -- before the answer -----------------------------------------------------------------------------------


def test_repeated_invite_gets_the_last_response_rows_4_8_9():
    gateway = Gateway()
    leg = gateway.invited()
    assert statuses(gateway.send(request())) == [100]
    gateway.endpoint.ring(leg, 0.1)
    assert statuses(sent(gateway.endpoint)) == [180]
    assert statuses(gateway.send(request())) == [180]
    gateway.endpoint.accept(leg, build(offer(LOCAL)), 0.2)
    assert statuses(sent(gateway.endpoint)) == [200]
    assert statuses(gateway.send(request())) == [200]
    assert gateway.events() == []


def test_early_media():
    gateway = Gateway()
    gateway.endpoint.ring(gateway.invited(), 0.0, sdp=b"v=0\r\n", headers=[("Alert-Info", "<x>")])
    (progress,) = sent(gateway.endpoint)
    assert (progress.status, progress.body, progress.headers.get("Content-Type")) == (
        183,
        b"v=0\r\n",
        "application/sdp",
    )
    assert progress.headers.get("Alert-Info") == "<x>"


def test_cancel_row_7():
    gateway = Gateway()
    leg = gateway.invited()
    responses = gateway.send(request("CANCEL"))
    assert [(m.status, m.headers.get("CSeq")) for m in responses] == [(200, "1 CANCEL"), (487, "1 INVITE")]
    assert responses[0].headers.get("To") == responses[1].headers.get("To")
    assert gateway.events() == [Cancelled(leg)]
    assert statuses(gateway.send(request("CANCEL"))) == [200]
    gateway.endpoint.accept(leg, b"", 0.1)
    gateway.endpoint.ring(leg, 0.1)
    assert sent(gateway.endpoint) == []
    assert statuses(gateway.at(0.5)) == [487]
    gateway.send(request("ACK", To=gateway.to))
    assert gateway.at(60) == []
    assert gateway.endpoint.get_timer() is None


def test_cancel_too_late():
    gateway = Gateway()
    gateway.accepted()
    assert statuses(gateway.send(request("CANCEL"))) == [200]
    assert gateway.events() == []
    assert gateway.endpoint.calls == 1


def test_reject():
    gateway = Gateway()
    leg = gateway.invited()
    gateway.endpoint.reject(leg, 486, "Busy Here", 0.0, headers=[("Retry-After", "60")])
    (busy,) = sent(gateway.endpoint)
    assert (busy.status, busy.reason, busy.headers.get("Retry-After")) == (486, "Busy Here", "60")
    assert gateway.events() == [Ended(leg, "local", "486 Busy Here")]
    assert gateway.endpoint.calls == 0


def test_hanging_up_before_the_answer_refuses():
    gateway = Gateway()
    leg = gateway.invited()
    assert statuses(gateway.bye(leg)) == [480]
    assert gateway.events() == [Ended(leg, "local", "480 Temporarily Unavailable")]


def test_a_call_nobody_decides_on_ends():
    gateway = Gateway(answer_within_s=170.0)
    leg = gateway.invited()
    assert gateway.at(169.9) == []
    assert statuses(gateway.at(170.0)) == [480]
    assert gateway.events() == [Ended(leg, "timeout", "never answered")]
    for second in range(171, 240):
        gateway.at(float(second))
    assert gateway.endpoint.get_timer() is None


def test_bye_before_the_answer():
    gateway = Gateway()
    leg = gateway.invited()
    gateway.endpoint.ring(leg, 0.0)
    gateway._noted(sent(gateway.endpoint))
    assert statuses(gateway.send(gateway.within("BYE", 2))) == [200, 487]
    assert gateway.events() == [Ended(leg, "remote", "")]


# -- the answer and its ACK ------------------------------------------------------------------------------


def test_answer_is_repeated_until_ack_row_6():
    gateway = Gateway()
    leg = gateway.accepted()
    times = []
    while not gateway.events() and gateway.now < 100:
        at = gateway.endpoint.get_timer()
        assert at is not None
        found = statuses(gateway.at(at))
        times += [at] if found == [200] else []
        if "BYE" in found:
            break
    assert times == [0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
    assert gateway.now == 32.0
    assert gateway.endpoint.calls == 1, "until the BYE is settled"
    while (at := gateway.endpoint.get_timer()) is not None:
        gateway.at(at)
    assert gateway.endpoint.calls == 0
    assert leg


def test_lost_ack_ends_the_call():
    gateway = Gateway()
    leg = gateway.accepted()
    assert "BYE" in statuses(gateway.at(32.0))
    assert gateway.events() == [Ended(leg, "timeout", "no ACK")]


def test_ack_stops_the_repetition():
    gateway = Gateway()
    gateway.established()
    assert gateway.at(60) == []
    assert gateway.send(gateway.within("ACK", 1)) == []
    assert gateway.events() == []


def test_ack_with_the_branch_of_the_invite():
    """Some peers do it; the transaction hands it up."""
    gateway = Gateway()
    leg = gateway.accepted()
    gateway.send(request("ACK", To=gateway.to))
    assert gateway.events() == [Confirmed(leg, None)]


def test_delayed_offer_row_14():
    gateway = Gateway()
    leg = gateway.invited(request(body=""))
    gateway.endpoint.accept(leg, offer(LOCAL), 0.0)
    (answer,) = gateway._noted(sent(gateway.endpoint))
    assert parse_sdp(answer.body) == offer(LOCAL)
    gateway.send(gateway.within("ACK", 1, body=SDP, Content_Type="application/sdp"))
    assert gateway.events() == [Confirmed(leg, parse_sdp(SDP.encode()))]


def test_delayed_offer_without_an_answer():
    gateway = Gateway()
    leg = gateway.invited(request(body=""))
    gateway.endpoint.accept(leg, offer(LOCAL), 0.0)
    gateway._noted(sent(gateway.endpoint))
    gateway.send(gateway.within("ACK", 1, body="v=1", Content_Type="application/sdp"))
    assert gateway.events() == [Confirmed(leg, None)]


# -- the end ---------------------------------------------------------------------------------------------


def test_bye_and_its_copies_row_11():
    gateway = Gateway()
    leg = gateway.established()
    (first,) = gateway.send(gateway.within("BYE", 2, Reason='Q.850;cause=16;text="bye"'))
    assert first.status == 200
    assert first.headers.get("To") == gateway.to
    assert gateway.events() == [Ended(leg, "remote", 'Q.850;cause=16;text="bye"')]
    assert gateway.send(gateway.within("BYE", 2)) == [first]
    assert gateway.events() == []
    gateway.at(40)
    assert statuses(gateway.send(gateway.within("BYE", 2))) == [481]


def test_bye_with_a_foreign_tag_row_12():
    gateway = Gateway()
    gateway.established()
    assert statuses(gateway.send(gateway.within("BYE", 2, From="<sip:x@y>;tag=foreign"))) == [481]
    assert gateway.endpoint.calls == 1


def test_our_bye_row_28():
    gateway = Gateway()
    routes = "Record-Route: <sip:192.0.2.50;lr>, <sip:192.0.2.51:5080;lr>\r\n"
    leg = gateway.accepted(request(extra=routes))
    gateway.send(gateway.within("ACK", 1))
    gateway.endpoint.bye(leg, 1.0, headers=[("Reason", "Q.850;cause=16")])
    ((data, to),) = gateway.endpoint.datagrams_to_send()
    bye = parse(data)
    assert to == ("192.0.2.50", 5060)
    assert bye.uri == "sip:an@192.0.2.1:5070"
    assert list(bye.headers.each("Route")) == ["<sip:192.0.2.50;lr>", "<sip:192.0.2.51:5080;lr>"]
    assert (bye.headers.get("From"), bye.headers.get("To")) == (gateway.to, HEADERS["From"])
    assert bye.headers.get("CSeq") == "1 BYE"
    assert bye.headers.get("Reason") == "Q.850;cause=16"
    assert bye.top_via.host == "192.0.2.101"

    times = []
    while (at := gateway.endpoint.get_timer()) is not None and at < 33:
        times += [at] if statuses(gateway.at(at)) == ["BYE"] else []
    assert times == [1.5, 2.5, 4.5, 8.5, 12.5, 16.5, 20.5, 24.5, 28.5, 32.5]
    assert gateway.at(33.0) == []
    assert gateway.endpoint.calls == 0


def test_byes_that_cross():
    gateway = Gateway()
    leg = gateway.established()
    assert statuses(gateway.bye(leg)) == ["BYE"]
    assert statuses(gateway.send(gateway.within("BYE", 2))) == [200]
    assert gateway.events() == [Ended(leg, "local", "")], "told once"


def test_bye_waits_for_the_ack():
    gateway = Gateway()
    leg = gateway.accepted()
    assert gateway.bye(leg) == []
    assert statuses(gateway.send(gateway.within("ACK", 1))) == ["BYE"]
    assert gateway.events() == [Confirmed(leg, None), Ended(leg, "local", "")]


def test_strict_router():
    gateway = Gateway()
    leg = gateway.accepted(request(extra="Record-Route: <sip:192.0.2.50>\r\n"))
    gateway.send(gateway.within("ACK", 1))
    (bye,) = gateway.bye(leg)
    assert bye.uri == "sip:192.0.2.50"
    assert list(bye.headers.each("Route")) == ["<sip:an@192.0.2.1:5070>"]


def test_a_contact_that_is_a_name_is_reached_by_the_way_it_came():
    gateway = Gateway()
    leg = gateway.accepted(request(Contact="<sip:an@pbx.example>"))
    gateway.send(gateway.within("ACK", 1))
    gateway.endpoint.bye(leg, 0.0)
    assert gateway.endpoint.datagrams_to_send()[0][1] == PEER


# -- re-INVITE -------------------------------------------------------------------------------------------


def test_session_refresh_row_10():
    gateway = Gateway()
    gateway.established()
    trying, answer = gateway.send(gateway.within("INVITE", 2))
    assert (trying.status, answer.status) == (100, 200)
    assert parse_sdp(answer.body) == answered(parse_sdp(SDP.encode()))
    assert gateway.events() == []
    gateway.send(gateway.within("ACK", 2))
    assert gateway.at(60) == []
    assert gateway.events() == [], "the shell is not troubled"
    assert gateway.endpoint.calls == 1


def test_refresh_without_sdp_gets_our_description_again():
    gateway = Gateway()
    leg = gateway.established()
    gateway.events()
    _, answer = gateway.send(gateway.within("INVITE", 2, body=""))
    assert parse_sdp(answer.body) == answered(parse_sdp(SDP.encode()))
    gateway.send(gateway.within("ACK", 2, body=HELD, Content_Type="application/sdp"))
    assert gateway.events() == [Confirmed(leg, parse_sdp(HELD.encode()))]


def test_hold_is_told_and_answered():
    gateway = Gateway()
    leg = gateway.established()
    assert statuses(gateway.send(gateway.within("INVITE", 2, body=HELD))) == [100]
    told = only(Reoffered, gateway.events())
    assert told == Reoffered(leg, parse_sdp(HELD.encode()))
    gateway.endpoint.accept(leg, answered(told.offer), 0.0)
    (answer,) = sent(gateway.endpoint)
    assert (answer.status, parse_sdp(answer.body).direction(parse_sdp(answer.body).media[0])) == (200, "recvonly")
    gateway.send(gateway.within("ACK", 2))
    assert gateway.events() == [Confirmed(leg, None)]


def test_reoffer_refused_by_the_shell_or_by_its_silence():
    gateway = Gateway()
    leg = gateway.established()
    gateway.send(gateway.within("INVITE", 2, body=HELD))
    gateway.endpoint.reject(leg, 488, "Not Now", 0.0)
    assert statuses(sent(gateway.endpoint)) == [488]
    gateway.send(gateway.within("INVITE", 3, body=HELD))
    gateway.events()
    assert 500 in statuses(gateway.at(32.0))
    assert gateway.events() == []
    assert gateway.endpoint.calls == 1


def test_unusable_reoffer_leaves_the_call():
    gateway = Gateway()
    gateway.established()
    assert statuses(gateway.send(gateway.within("INVITE", 2, body=SDP.replace("AVP 8 0 101", "AVP 18")))) == [488]
    assert gateway.endpoint.calls == 1
    assert statuses(gateway.send(gateway.within("INVITE", 3))) == [100, 200]


def test_reoffer_moves_the_target():
    gateway = Gateway()
    leg = gateway.established()
    gateway.send(gateway.within("INVITE", 2, Contact="<sip:an@192.0.2.77:5099>"))
    gateway.send(gateway.within("ACK", 2))
    gateway.endpoint.bye(leg, 0.0)
    assert gateway.endpoint.datagrams_to_send()[0][1] == ("192.0.2.77", 5099)


def test_second_invite_while_one_is_undecided():
    gateway = Gateway()
    gateway.established()
    gateway.send(gateway.within("INVITE", 2, body=HELD))
    (refused,) = gateway.send(gateway.within("INVITE", 3, body=HELD))
    assert (refused.status, refused.headers.get("Retry-After")) == (500, "1")


def test_reinvite_before_the_ack():
    gateway = Gateway()
    gateway.accepted()
    assert statuses(gateway.send(gateway.within("INVITE", 2))) == [491]


def test_a_flood_of_refreshes_is_bounded():
    gateway = Gateway(max_transactions=50)
    gateway.established()
    for number in range(2, 200):
        gateway.send(gateway.within("INVITE", number))
        gateway.send(gateway.within("ACK", number))
    (refused,) = gateway.send(gateway.within("INVITE", 200))
    assert (refused.status, refused.headers.get("Retry-After")) == (500, "5")
    assert len(gateway.endpoint._core.transactions) <= 51
    gateway.at(100.0)
    assert statuses(gateway.send(gateway.within("INVITE", 201))) == [100, 200]


def test_request_out_of_order():
    gateway = Gateway()
    gateway.established()
    assert statuses(gateway.send(gateway.within("BYE", 0))) == [500]
    assert gateway.endpoint.calls == 1


def test_cancelled_reoffer_leaves_the_call():
    gateway = Gateway()
    leg = gateway.established()
    reoffer = gateway.within("INVITE", 2, body=HELD)
    gateway.send(reoffer)
    cancel = gateway.within("CANCEL", 2).replace(b"z9hG4bKCANCEL2", b"z9hG4bKINVITE2")
    assert statuses(gateway.send(cancel)) == [200, 487]
    only(Reoffered, gateway.events())
    gateway.endpoint.accept(leg, b"", 0.0)
    assert sent(gateway.endpoint) == []
    assert gateway.endpoint.calls == 1


def test_hanging_up_during_a_reoffer():
    gateway = Gateway()
    leg = gateway.established()
    gateway.send(gateway.within("INVITE", 2, body=HELD))
    assert statuses(gateway.bye(leg)) == [487, "BYE"]


# -- OPTIONS and the rest --------------------------------------------------------------------------------


def test_options_row_13():
    gateway = Gateway()
    (answer,) = gateway.send(request("OPTIONS"))
    assert answer.status == 200
    assert ";tag=" in (answer.headers.get("To") or "")
    assert answer.headers.get("Allow") == "INVITE, ACK, BYE, CANCEL, OPTIONS"
    assert answer.headers.get("Accept") == "application/sdp, multipart/mixed"
    assert answer.headers.get("Supported") == ""
    assert gateway.send(request("OPTIONS")) == [answer]
    assert gateway.endpoint.get_timer() is None, "nothing is kept"


def test_options_inside_and_outside_of_a_call():
    gateway = Gateway()
    gateway.established()
    assert statuses(gateway.send(gateway.within("OPTIONS", 2))) == [200]
    assert statuses(gateway.send(request("OPTIONS", To="<sip:101@h>;tag=gone"))) == [481]


def test_many_calls_in_a_row_rows_1_and_38():
    gateway = Gateway()
    for number in range(50):
        data = request(Via=f"SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bKc{number}", Call_ID=f"c{number}")
        leg = gateway.accepted(data)
        ack = {"Call_ID": f"c{number}"}
        gateway.send(gateway.within("ACK", 1, **ack))
        assert statuses(gateway.send(gateway.within("BYE", 2, **ack).replace(b"KBYE2", f"Kb{number}".encode()))) == [
            200
        ]
        assert gateway.events() == [Confirmed(leg, None), Ended(leg, "remote", "")]
    gateway.at(100.0)
    assert (gateway.endpoint.calls, gateway.endpoint.get_timer()) == (0, None)
