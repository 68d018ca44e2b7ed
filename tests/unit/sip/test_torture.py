"""RFC 4475 over UDP, message by message: what this endpoint answers and what the RFC says of it.

The endpoint is no registrar and no proxy: REGISTER and MESSAGE get 405, whatever else is wrong with them.
"""

from pathlib import Path
from typing import NamedTuple

import pytest

from gateway.sip.events import Invited
from gateway.sip.message import parse

from .raw import exchange, request, statuses
from .wire import endpoint, events


class Case(NamedTuple):
    """`answers` are the statuses sent, none for what is dropped."""

    section: str
    answers: list[int]
    note: str = ""


CALL, DROPPED = [100], []
CASES = {
    "wsinv": Case("3.1.1.1", [481], "read in full; its To tag names a dialog that is not here"),
    "intmeth": Case("3.1.1.2", [501]),
    "esc01": Case("3.1.1.3", CALL),
    "escnull": Case("3.1.1.4", [405], "no registrar"),
    "esc02": Case("3.1.1.5", [501], "the method is not REGISTER"),
    "lwsdisp": Case("3.1.1.6", [200]),
    "longreq": Case("3.1.1.7", CALL),
    "dblreq": Case("3.1.1.8", [405], "no registrar; what follows the first request is not looked at"),
    "semiuri": Case("3.1.1.9", [200]),
    "transports": Case("3.1.1.10", [200]),
    "mpart01": Case("3.1.1.11", [405], "no MESSAGE"),
    "unreason": Case("3.1.1.12", DROPPED, "read; answers no request of ours"),
    "noreason": Case("3.1.1.13", DROPPED, "read; answers no request of ours"),
    "badinv01": Case("3.1.2.1", [400]),
    "clerr": Case("3.1.2.2", [400]),
    "ncl": Case("3.1.2.3", [400]),
    "scalar02": Case("3.1.2.4", [400]),
    "scalarlg": Case("3.1.2.5", DROPPED),
    "quotbal": Case("3.1.2.6", [400]),
    "ltgtruri": Case("3.1.2.7", [400]),
    "lwsruri": Case("3.1.2.8", [400]),
    "lwsstart": Case("3.1.2.9", CALL, "liberal, as the RFC permits"),
    "trws": Case("3.1.2.10", [200], "liberal, as the RFC permits"),
    "escruri": Case("3.1.2.11", CALL, "liberal, as the RFC permits: the header in the URI is ignored"),
    "baddate": Case("3.1.2.12", CALL, "Date is never read"),
    "regbadct": Case("3.1.2.13", [405], "no registrar"),
    "badaspec": Case("3.1.2.14", [200], "liberal, as the RFC permits"),
    "baddn": Case("3.1.2.15", [200], "liberal, as the RFC permits"),
    "badvers": Case("3.1.2.16", [505]),
    "mismatch01": Case("3.1.2.17", [400]),
    "mismatch02": Case("3.1.2.18", [501]),
    "bigcode": Case("3.1.2.19", DROPPED),
    "badbranch": Case("3.2.1", [200]),
    "insuf": Case("3.3.1", [400]),
    "unkscm": Case("3.3.2", [416]),
    "novelsc": Case("3.3.3", [416]),
    "unksm2": Case("3.3.4", [405], "no registrar"),
    "bext01": Case("3.3.5", [420]),
    "invut": Case("3.3.6", [415]),
    "regaut01": Case("3.3.7", [405], "no registrar"),
    "multi01": Case("3.3.8", [400]),
    "mcl01": Case("3.3.9", [400]),
    "bcast": Case("3.3.10", DROPPED),
    "zeromf": Case("3.3.11", [200], "an endpoint serves what has reached it"),
    "cparam01": Case("3.3.12", [405], "no registrar"),
    "cparam02": Case("3.3.13", [405], "no registrar"),
    "regescrt": Case("3.3.14", [405], "no registrar"),
    "sdp01": Case("3.3.15", [406]),
    "inv2543": Case("3.4.1", CALL),
}
VALID = [name for name, case in CASES.items() if case.section.startswith("3.1.1.")]


@pytest.fixture(scope="session")
def messages(shared: Path) -> dict[str, bytes]:
    return {path.stem: path.read_bytes() for path in (shared / "data" / "rfc4475").glob("*.dat")}


@pytest.mark.shared
def test_there_is_a_case_for_every_message(messages: dict[str, bytes]):
    assert messages.keys() == CASES.keys()
    print()  # noqa: T201 - the table is what the test is run for with -s
    for name, case in CASES.items():
        print(f"{case.section:9} {name:11} {case.answers or 'dropped'!s:9} {case.note}")  # noqa: T201


@pytest.mark.shared
@pytest.mark.parametrize("name", CASES)
def test_message(name: str, messages: dict[str, bytes]):
    gateway = endpoint()
    assert statuses(exchange(gateway, messages[name])) == CASES[name].answers
    assert [type(event) for event in events(gateway)] == ([Invited] if CASES[name].answers == CALL else [])
    assert statuses(exchange(gateway, request())) == [100], "the next call is taken"


@pytest.mark.shared
@pytest.mark.parametrize("name", VALID)
def test_valid_messages_are_read_without_complaint(name: str, messages: dict[str, bytes]):
    assert parse(messages[name]) is not None
    gateway = endpoint()
    exchange(gateway, messages[name])
    assert not set(gateway.refused) - {405, 481, 501}


@pytest.mark.shared
def test_the_tortuous_invite_is_a_call_without_its_tag(messages: dict[str, bytes]):
    gateway = endpoint()
    data = messages["wsinv"].replace(b";   tag    = 1918181833n", b"")
    assert statuses(exchange(gateway, data)) == CALL
    (invited,) = events(gateway)
    assert isinstance(invited, Invited)
    assert (invited.called, invited.caller) == ("vivekg", "jdrosen")
