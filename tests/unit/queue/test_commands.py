"""`intake101 queue`, on the queue in memory."""

import argparse
import json
from typing import Any

import pytest

from gateway.errors import PartUnavailable
from gateway.ports import TicketQueue
from gateway.queue.commands import add_actions, run
from gateway.queue.memory import MemoryTicketQueue
from tests.contract.samples import new_ticket


async def command(queue: TicketQueue, *words: str) -> int:
    parser = argparse.ArgumentParser()
    add_actions(parser)
    return await run(parser.parse_args(words), queue)


def printed(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


async def test_list_prints_a_ticket_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    queue, ticket = MemoryTicketQueue(), new_ticket(2)
    await queue.put(ticket, based_on=0)
    assert await command(queue, "list", "--zone", "BRU", "--redis", "redis://x") == 0
    assert printed(capsys) == [
        {
            "id": ticket.id,
            "status": "queued",
            "priority": 2,
            "type": "burglary_in_progress",
            "street": None,
            "created_at": "2026-01-05T12:00:00.000Z",
            "version": 1,
        }
    ]


async def test_a_ticket_is_claimed_renewed_released_and_acknowledged(capsys: pytest.CaptureFixture[str]) -> None:
    queue, ticket = MemoryTicketQueue(), new_ticket()
    await queue.put(ticket, based_on=0)
    assert await command(queue, "claim", "--consumer", "anna", "--seconds", "60", "--wait", "1") == 0
    (claimed,) = printed(capsys)
    assert (claimed["ticket"]["id"], claimed["ticket"]["status"]) == (ticket.id, "leased")
    token = str(claimed["token"])
    assert await command(queue, "renew", ticket.id, "--token", token, "--seconds", "90") == 0
    assert printed(capsys)[0]["token"] == claimed["token"]
    assert await command(queue, "release", ticket.id, "--token", token) == 0
    assert printed(capsys)[0]["status"] == "queued"
    assert await command(queue, "claim", "--consumer", "anna", "--seconds", "60") == 0
    token = str(printed(capsys)[0]["token"])
    assert await command(queue, "ack", ticket.id, "--token", token) == 0
    assert printed(capsys)[0]["status"] == "closed"


async def test_an_empty_queue_gives_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    queue = MemoryTicketQueue()
    for words in (["claim", "--consumer", "anna", "--seconds", "60"], ["list"], ["dead"]):
        assert await command(queue, *words) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("words", [["ack"], ["release"], ["renew", "--seconds", "5"]])
async def test_a_stale_token_exits_1_and_says_so(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert await command(MemoryTicketQueue(), *words, "no-ticket", "--token", "7") == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "token 7" in err


async def test_a_queue_that_is_away_exits_1(capsys: pytest.CaptureFixture[str]) -> None:
    class Away(MemoryTicketQueue):
        async def dead(self) -> list[Any]:
            raise PartUnavailable("the queue's Redis: ConnectionError")

    assert await command(Away(), "dead") == 1
    assert "ConnectionError" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["claim", "--consumer", "anna"],
        ["claim", "--seconds", "5"],
        ["claim", "--consumer", "anna", "--seconds", "0"],
        ["claim", "--consumer", "anna", "--seconds", "nan"],
        ["claim", "--consumer", "anna", "--seconds", "5", "--wait", "-1"],
        ["ack", "some-ticket"],
        ["ack", "--token", "3"],
        ["ack", "some-ticket", "--token", "three"],
    ],
)
async def test_wrong_usage_exits_2(words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        await command(MemoryTicketQueue(), *words)
    assert ended.value.code == 2
