"""Header values: what is read, what is tolerated, what is 400, and that reading takes linear time."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import SipError
from gateway.sip.grammar import (
    NameAddr,
    Uri,
    Via,
    format_params,
    host_port,
    param,
    parse_cseq,
    parse_params,
    split,
    tagged,
)
from gateway.sip.message import parse


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a, b ,c", ["a", "b", "c"]),
        ('"x, y" <sip:a,b@c>, d', ['"x, y" <sip:a,b@c>', "d"]),
        ('"quoted \\" comma, " <sip:a>', ['"quoted \\" comma, " <sip:a>']),
        ("", [""]),
        ("a,,b,", ["a", "", "b", ""]),
        ('"never closed, <x', ['"never closed, <x']),
        ("<never, closed", ["<never, closed"]),
    ],
)
def test_split(text: str, parts: list[str]):
    assert split(text) == parts


@given(st.lists(st.text(alphabet="ab;= ", min_size=1), min_size=1))
def test_split_undoes_join(parts: list[str]):
    assert split(",".join(parts)) == [part.strip() for part in parts]


def test_params():
    assert parse_params(';Tag = x ;lr;;q="a;b"') == (("tag", "x"), ("lr", None), ("q", '"a;b"'))
    assert format_params(parse_params(";tag=x;lr")) == ";tag=x;lr"
    assert param((("lr", None),), "lr") == ""
    assert param((), "lr") is None


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        ("sip:an@example.be:5070;lr", Uri("sip", "an", "example.be", 5070, (("lr", None),))),
        ("SIPS:an:secret@h", Uri("sips", "an", "h")),
        ("sip:[2001:db8::1]:5060", Uri("sip", None, "[2001:db8::1]", 5060)),
        ("tel:+3225551234;phone-context=be", Uri("tel", "+3225551234", "", None, (("phone-context", "be"),))),
        ("isbn:2983792873", Uri("isbn", None, "2983792873")),
        ("sip:user;par=u%40example.net@example.com", Uri("sip", "user;par=u%40example.net", "example.com")),
        ("sip:a@h?Route=%3Csip:x%3E", Uri("sip", "a", "h")),
    ],
)
def test_uri(text: str, uri: Uri):
    assert Uri.parse(text) == uri


@pytest.mark.parametrize("text", ["", "101", "<sip:a@b>", "sip:", "sip:a b@c", "sip:a@h:99999", "sip:a@h:x", "sip:@"])
def test_bad_uri(text: str):
    with pytest.raises(SipError, match="400"):
        Uri.parse(text)


@pytest.mark.parametrize("text", ["sip:an@example.be:5070;lr", "sip:[2001:db8::1]:5060", "tel:+322;phone-context=be"])
def test_uri_is_written_as_it_was_read(text: str):
    assert str(Uri.parse(text)) == text


def test_host_port():
    assert host_port("2001:db8::1", 5060) == "[2001:db8::1]:5060"
    assert host_port("h", None) == "h"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("sip:a@b;tag=1", NameAddr("", "sip:a@b", (("tag", "1"),))),
        ("<sip:a@b;lr>;tag=1", NameAddr("", "sip:a@b;lr", (("tag", "1"),))),
        ('"A \\"B\\" C"<sip:a@b>', NameAddr('A "B" C', "sip:a@b")),
        ("An Peeters <sip:a@b>", NameAddr("An Peeters", "sip:a@b")),
        ("Bell, Alexander <sip:a@b>", NameAddr("Bell, Alexander", "sip:a@b")),
        ("< sip:a@b >", NameAddr("", "sip:a@b")),
        ('"Ren\udce9" <sip:a@b>', NameAddr("René", "sip:a@b")),
    ],
)
def test_name_addr(text: str, value: NameAddr):
    assert NameAddr.parse(text) == value


@pytest.mark.parametrize("text", ["", ";tag=1", '"An <sip:a@b>', "<sip:a@b", "a b", "<>"])
def test_bad_name_addr(text: str):
    with pytest.raises(SipError, match="400"):
        NameAddr.parse(text)
    assert tagged(text, "x") == text


def test_tagged():
    assert tagged("<sip:a@b>", "x") == "<sip:a@b>;tag=x"
    assert tagged("<sip:a@b>;tag=y", "x") == "<sip:a@b>;tag=y"


@pytest.mark.parametrize(
    ("text", "via"),
    [
        ("SIP/2.0/UDP h:5070;branch=z9hG4bK1", Via("UDP", "h", 5070, (("branch", "z9hG4bK1"),))),
        ("SIP  / 2.0  / tcp     h ; branch = x", Via("TCP", "h", None, (("branch", "x"),))),
        ("SIP/2.0/UNKNOWN [::1]:1;rport", Via("UNKNOWN", "[::1]", 1, (("rport", None),))),
    ],
)
def test_via(text: str, via: Via):
    assert Via.parse(text) == via


@pytest.mark.parametrize("text", ["", "SIP/2.0/UDP", "SIP/7.0/UDP h", "SIP/2.0/UDP h;;", "SIP/2.0/UDP h:x", "x"])
def test_bad_via(text: str):
    with pytest.raises(SipError, match="400"):
        Via.parse(text)


def test_cseq():
    assert parse_cseq("0009   INVITE") == (9, "INVITE")
    for bad in ("", "INVITE", "1", "x INVITE", "-1 INVITE", "2147483648 INVITE", "9" * 5_000 + " INVITE"):
        with pytest.raises(SipError):
            parse_cseq(bad)


HOSTILE = {
    "quotes": '"' * 60_000,
    "escaped quotes": '"' + '\\"' * 30_000,
    "brackets": "<" * 60_000,
    "spaces": " " * 60_000,
    "commas": "," * 60_000,
    "semicolons": ";" * 60_000,
    "parameters": ";a=b" * 15_000,
    "backslashes": '"' + "\\" * 60_000,
    "mixed": '"<;,' * 15_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_text_takes_long(text: str):
    started = time.perf_counter()
    for read in (split, parse_params, NameAddr.parse, Uri.parse, Via.parse, parse_cseq, _as_request, _as_header):
        try:
            read(text)
        except SipError:
            continue
    assert time.perf_counter() - started < 1.0, "a quadratic reader takes a minute"


def _as_request(text: str) -> object:
    return parse(f"INVITE {text} SIP/2.0\r\n\r\n".encode())


def _as_header(text: str) -> object:
    return parse(f"INVITE sip:a@b SIP/2.0\r\nVia: {text}\r\n\r\n".encode())
