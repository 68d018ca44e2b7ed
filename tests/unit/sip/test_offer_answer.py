"""Session descriptions and offer/answer for one G.711 stream."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import SipError
from gateway.sip.offer_answer import LocalMedia, NotAcceptable, acceptable, agree, answer, offer, same_media
from gateway.sip.sdp import Media, Origin, SessionDescription, build, parse

HEAD = "v=0\r\no=- 5 6 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
LOCAL = LocalMedia("192.0.2.101", 40_000, session_id=7)


def offered(*lines: str, head: str = HEAD) -> SessionDescription:
    return parse((head + "".join(f"{line}\r\n" for line in lines)).encode())


def formats(*lines: str, local: LocalMedia = LOCAL) -> tuple[str, ...]:
    return answer(offered(*lines), local).media[0].formats


@pytest.mark.parametrize(
    ("media", "expected"),
    [
        ("m=audio 30000 RTP/AVP 0 8", ("8",)),
        ("m=audio 30000 RTP/AVP 0", ("0",)),
        ("m=audio 30000 RTP/AVP 18 9 0 3", ("0",)),
    ],
)
def test_pcma_before_pcmu_and_static_types_without_rtpmap(media: str, expected: tuple[str, ...]):
    assert formats(media) == expected


def test_a_site_may_prefer_pcmu():
    assert formats("m=audio 30000 RTP/AVP 8 0", local=LocalMedia("192.0.2.101", 1, 1, codecs=("PCMU", "PCMA"))) == (
        "0",
    )


def test_dynamic_numbers_are_the_offerers():
    media = answer(
        offered("m=audio 30000 RTP/AVP 97 110", "a=rtpmap:97 PCMA/8000/1", "a=rtpmap:110 telephone-event/8000"), LOCAL
    ).media[0]
    assert media.formats == ("97", "110")
    assert media.rtpmaps == {"97": "PCMA/8000", "110": "TELEPHONE-EVENT/8000"}
    assert media.attribute("fmtp") == "110 0-15"
    assert media.attribute("ptime") == "20"


@pytest.mark.parametrize(
    ("theirs", "ours", "expected"),
    [
        (None, "sendrecv", "sendrecv"),
        ("sendonly", "sendrecv", "recvonly"),
        ("recvonly", "sendrecv", "sendonly"),
        ("inactive", "sendrecv", "inactive"),
        ("sendrecv", "recvonly", "recvonly"),
        ("sendonly", "sendonly", "inactive"),
    ],
)
def test_direction(theirs: str | None, ours: str, expected: str):
    lines = ["m=audio 30000 RTP/AVP 8", *([f"a={theirs}"] if theirs else [])]
    made = answer(offered(*lines), LocalMedia("192.0.2.101", 1, 1, direction=ours))  # type: ignore[arg-type]  # parametrised
    assert made.direction(made.media[0]) == expected


def test_direction_of_the_session_counts_where_the_section_is_silent():
    described = offered("m=audio 1 RTP/AVP 8", "m=audio 2 RTP/AVP 8", "a=sendrecv", head=HEAD + "a=sendonly\r\n")
    assert [described.direction(media) for media in described.media] == ["sendonly", "sendrecv"]


def test_every_section_is_mirrored():
    made = answer(
        offered("m=video 5000 RTP/AVP 31", "m=audio 0 RTP/AVP 8", "m=audio 30000 RTP/AVP 8", "m=image 9 udptl t38"),
        LOCAL,
    )
    assert [(m.kind, m.port, m.protocol) for m in made.media] == [
        ("video", 0, "RTP/AVP"),
        ("audio", 0, "RTP/AVP"),
        ("audio", 40_000, "RTP/AVP"),
        ("image", 0, "UDPTL"),
    ]


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["m=video 5000 RTP/AVP 31"],
        ["m=audio 30000 RTP/AVP 18"],
        ["m=audio 30000 RTP/SAVP 8"],
        ["m=audio 30000 RTP/AVP"],
        ["m=audio 30000 RTP/AVP 8", "c=IN IP4 name.example"],
        ["m=audio 30000 RTP/AVP x", "a=rtpmap:x PCMA/8000"],
        ["m=audio 30000 RTP/AVP 8", "a=rtpmap:8 EVRC/8000"],
    ],
)
def test_not_acceptable(lines: list[str]):
    assert not acceptable(offered(*lines))
    with pytest.raises(NotAcceptable):
        answer(offered(*lines), LOCAL)


def test_what_both_sides_agree_on():
    theirs = offered("m=audio 30000 RTP/AVP 0 8 101", "a=rtpmap:101 telephone-event/8000", "a=ptime:30")
    ours = answer(theirs, LOCAL)
    at_gateway, at_caller = agree(ours, theirs), agree(theirs, ours)
    assert at_gateway.remote == ("192.0.2.1", 30_000)
    assert at_caller.remote == ("192.0.2.101", 40_000)
    assert (at_gateway.codec, at_gateway.payload_type, at_gateway.event_payload_type) == ("PCMA", 8, 101)
    assert (at_caller.codec, at_caller.payload_type, at_caller.event_payload_type) == ("PCMA", 8, 101)
    assert (at_gateway.send, at_gateway.receive, at_gateway.ptime_ms) == (True, True, 30)


@pytest.mark.parametrize(
    ("lines", "send", "receive"),
    [
        (["a=sendonly"], False, True),
        (["a=recvonly"], True, False),
        (["a=inactive"], False, False),
        (["c=IN IP4 0.0.0.0"], False, True),
    ],
)
def test_hold(lines: list[str], send: bool, receive: bool):
    theirs = offered("m=audio 30000 RTP/AVP 8", *lines)
    agreed = agree(answer(theirs, LOCAL), theirs)
    assert (agreed.send, agreed.receive) == (send, receive)


def test_agreeing_on_nothing():
    with pytest.raises(NotAcceptable):
        agree(offer(LOCAL), offered("m=audio 0 RTP/AVP 8"))
    with pytest.raises(NotAcceptable):
        agree(offer(LOCAL), offered("m=audio 9 RTP/AVP 18"))


def test_our_offer():
    made = offer(LOCAL)
    assert made.media[0].formats == ("8", "0", "101")
    assert parse(build(made)) == made


def test_refresh():
    before = offered("m=audio 30000 RTP/AVP 8")
    assert same_media(before, offered("m=audio 30000 RTP/AVP 8", head=HEAD.replace("- 5 6", "- 5 7")))
    assert not same_media(before, offered("m=audio 30002 RTP/AVP 8"))
    assert not same_media(before, offered("m=audio 30000 RTP/AVP 8", "a=sendonly"))


def test_lenient_reading():
    untidy = (
        b"v=0\no=broken\nb=AS:64\nx\n=\nc=IN IP4 192.0.2.9/127\n"
        b"m=audio 30000/2 rtp/avp 8\nc=IN IP6 2001:db8::1\na=rtpmap:\na=rtpmap:8\na=ptime\na=Sendonly\xff\n"
    )
    described = parse(untidy)
    assert described.origin == Origin("-", 0, 0, "0.0.0.0")
    assert described.connection == "192.0.2.9"
    assert described.media[0].port == 30_000
    assert described.address(described.media[0]) == "2001:db8::1"
    assert answer(described, LOCAL).media[0].formats == ("8",)


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"v=1\r\n", b"v=0\r\nm=audio x RTP/AVP 8", b"v=0\nm=audio 70000 RTP/AVP 8"]
)
def test_not_a_session_description(data: bytes):
    with pytest.raises(SipError) as refused:
        parse(data)
    assert refused.value.status == 488


def test_too_many_sections():
    with pytest.raises(SipError, match="Too Many"):
        parse(b"v=0\r\n" + b"m=audio 9 RTP/AVP 8\r\n" * 100)


LINES = st.sampled_from(
    [
        "v=0",
        "o=a 1 1 IN IP4 1.1.1.1",
        "c=IN IP4 1.1.1.1",
        "m=audio 9 RTP/AVP 8 0",
        "a=sendonly",
        "a=rtpmap:8 PCMA/8000",
        "m=video 0 X",
        "a=:",
        "m=",
        "c=",
    ]
)


@given(st.lists(LINES | st.text(max_size=20), max_size=20))
def test_any_text_is_answered_mirrored_or_refused(lines: list[str]):
    data = "\r\n".join(["v=0", *lines]).encode()
    try:
        described = parse(data)
        made = answer(described, LOCAL)
    except SipError as error:
        refused = error.status
    else:
        refused = None
    if refused:
        assert refused == 488
        return
    assert [m.kind for m in made.media] == [m.kind for m in described.media]
    assert sum(m.port > 0 for m in made.media) == 1
    assert agree(made, described).codec in ("PCMA", "PCMU")
    assert parse(build(made)).media[0].kind == made.media[0].kind


def test_media_without_formats_is_mirrored_with_one():
    assert Media("x", 0, "Y", ("0",)) in answer(offered("m=x 5 Y", "m=audio 9 RTP/AVP 8"), LOCAL).media
