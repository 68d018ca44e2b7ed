"""No telephone number, caller's word or secret leaves by the log."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.call import Segment, Speaker
from gateway.ops import logs


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure("info", stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    logging.captureWarnings(capture=False)


def lines(out: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("written", "secret"),
    [
        ("call from +32475123456", "475"),
        ("call from 0475/12.34.56 ended", "12.34"),
        ("call from +32 475 12 34 56", "475 12"),
        ("call from 0032-2-555.11.22", "555"),
        ("call back (02) 555 11 22", "555"),
        ("INVITE sip:0475123456@192.0.2.7:5060 SIP/2.0", "0475"),
        ("INVITE sip:an.peeters@example.be", "peeters"),
        ('From: "An Peeters" <sip:an@example.be>;tag=7', "Peeters"),
        ("From: <tel:+32-475>;tag=7", "475"),
        ("GET /?token=s3cr3t-value&lang=nl", "s3cr3t"),
        ("headers {'Authorization': 'Bearer abc.def'}", "abc.def"),
        ("Authorization: Bearer abc.def", "abc.def"),
        ("redis://user:pass@192.0.2.1:6379/0", "pass"),
        ("text='help mij' language='nl'", "help"),
        ('{"words": "help mij", "n": 1}', "help"),
        ("caller=anonymous", "anonymous"),
    ],
)
def test_secret_never_comes_out(out: io.StringIO, written: str, secret: str) -> None:
    logging.getLogger("gateway.test").warning("it says %s", written)
    assert secret not in out.getvalue()
    assert logs.MASK in out.getvalue()


@pytest.mark.parametrize(
    "kept",
    [
        "ticket 01a2043e-dc56-7000-8000-000000000006 opened",
        "peer 192.0.2.17:5060 is silent",
        "since 2026-01-05T12:00:00.123Z",
        "speech from 7200 to 9100 ms was not recognised",
        "503 Service Unavailable",
    ],
)
def test_what_operators_need_stays(kept: str) -> None:
    assert logs.redact(kept) == kept


@given(st.integers(min_value=10**7, max_value=10**14), st.sampled_from(["", "+", "00", "sip:", "tel:", "caller "]))
def test_no_long_number_passes(number: int, before: str) -> None:
    assert str(number) not in logs.redact(f"{before}{number} ")


def test_extra_fields_and_exceptions_are_redacted_too(out: io.StringIO) -> None:
    segment = Segment(speaker=Speaker.CALLER, start_ms=0, end_ms=9, text="er is een mes", language="nl")
    try:
        raise ValueError(f"cannot read {segment!r} of +32475123456")
    except ValueError:
        logging.getLogger("gateway.test").exception("failed", extra={"words": "een mes", "calls": 3, "peer": segment})
    assert "een mes" not in out.getvalue()
    assert "475123456" not in out.getvalue()
    (line,) = lines(out)
    assert line["calls"] == 3
    assert line["words"] == logs.MASK
    assert "Traceback" in str(line["exception"])


def test_a_line_is_json_with_time_and_level(out: io.StringIO) -> None:
    logging.getLogger("gateway.test").debug("not this")
    logging.getLogger("gateway.test").info("this\nand that")
    (line,) = lines(out)
    assert (line["level"], line["logger"], line["message"]) == ("info", "gateway.test", "this\nand that")
    assert str(line["at"]).endswith("Z")
