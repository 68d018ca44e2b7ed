"""Messages as values: reading, writing, and that one is the inverse of the other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import SipError
from gateway.sip.body import bodies
from gateway.sip.message import Headers, Request, Response, canonical, encode, parse

from .raw import request


def test_request():
    read = parse(request())
    assert isinstance(read, Request)
    assert (read.method, read.uri, read.version) == ("INVITE", "sip:101@192.0.2.101", "SIP/2.0")
    assert read.cseq == (1, "INVITE")
    assert read.top_via.branch == "z9hG4bKfirst"


@pytest.mark.parametrize(
    ("line", "status", "reason"),
    [
        ("SIP/2.0 200 OK", 200, "OK"),
        ("SIP/2.0 100 ", 100, ""),
        ("SIP/2.0 404", 404, ""),
        ("sip/2.0 180 a b", 180, "a b"),
    ],
)
def test_response(line: str, status: int, reason: str):
    assert parse(f"{line}\r\n\r\n".encode()) == Response(status, reason, Headers())


@pytest.mark.parametrize(
    "line", ["SIP/2.0 99 x", "SIP/2.0 700 x", "SIP/2.0 2000 x", "SIP/2.0 x", "HELLO", "", "A b HTTP/1.1"]
)
def test_no_message(line: str):
    with pytest.raises(SipError):
        parse(f"{line}\r\n\r\n".encode())


def test_repeated_headers_keep_their_order():
    headers = Headers.of([("v", "a"), ("Via", "b, c"), ("X", "y"), ("VIA", "d")])
    assert list(headers.each("via")) == ["a", "b, c", "d"]
    assert headers.listed("Via") == ["a", "b", "c", "d"]
    assert headers.get("x") == "y"
    assert headers.get("z") is None


def test_names():
    assert [canonical(name) for name in ("i", "CALL-ID", "x-foo", "CSEQ", "www-authenticate")] == [
        "Call-ID",
        "Call-ID",
        "X-Foo",
        "CSeq",
        "WWW-Authenticate",
    ]


def test_no_value_forges_a_header():
    forged = encode(Request("INVITE", "sip:a@b", Headers.of([("Subject", "x\r\nVia: evil\n\rVia: evil")])))
    assert forged.count(b"\r\n") == 4
    read = parse(b"INVITE sip:a@b SIP/2.0\r\nSubject: x\rVia: evil\r\n\r\n")
    assert b"\rVia" not in encode(read)


NAMES = st.sampled_from(["Via", "X-Foo", "Subject", "Contact"])
VALUES = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=30).map(str.strip)


@given(st.lists(st.tuples(NAMES, VALUES), max_size=10), st.binary(max_size=50))
def test_written_and_read_again(fields: list[tuple[str, str]], body: bytes):
    sent = Request("INVITE", "sip:a@b", Headers.of(fields), body)
    read = parse(encode(sent))
    assert isinstance(read, Request)
    assert read.body == body
    assert read.headers.fields == (*sent.headers.fields, ("Content-Length", str(len(body))))


def test_too_many_parts_are_not_read():
    part = "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n"
    many = parse(request(body=part * 500 + "--b--", Content_Type="multipart/mixed;boundary=b"))
    assert len(bodies(many)) <= 33


def test_parts_without_headers_and_an_unclosed_end():
    content = "preamble\r\n--b\r\n\r\nplain\r\n--b\r\nContent-Type: a/b\r\n\r\nlast"
    read = parse(request(body=content, Content_Type="multipart/mixed;boundary=b"))
    assert [(part.content_type, part.content) for part in bodies(read)] == [("text/plain", b"plain"), ("a/b", b"last")]
