"""Server-sent events."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp.test_utils import TestClient

from gateway.ports import Live
from gateway.web import follow, stream
from tests.unit.web import samples
from tests.unit.web.conftest import Connect
from tests.unit.web.services import TOKEN, Counted, Store

BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(autouse=True)
def _swift(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "RETRY_S", (0.01,))
    monkeypatch.setattr(follow, "RELOAD_S", (0.05,))


class Events:
    """What comes on a stream."""

    def __init__(self, content) -> None:
        self._content = content
        self.last_id = ""
        self.rows: dict[str, str | None] = {}

    async def next(self) -> dict[str, object]:
        """Return the next event's data."""
        data = None
        async with asyncio.timeout(5):
            async for line in self._content:
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name == "id":
                    self.last_id = value
                elif name == "data":
                    data = json.loads(value)
                elif not name and data is not None:
                    if data["everything"]:
                        self.rows = {}
                    self.rows |= {row["id"]: row["html"] for row in data["rows"]}
                    return data
        raise AssertionError("the stream ended")

    async def until(self, holds) -> dict[str, object]:
        while not holds(data := await self.next()):
            pass
        return data


@asynccontextmanager
async def following(api: TestClient, **query: str) -> AsyncIterator[Events]:
    headers = {"Last-Event-ID": query.pop("last")} if "last" in query else {}
    async with api.get("/api/events", params=query, headers=headers) as answer:
        assert answer.content_type == "text/event-stream"
        yield Events(answer.content)


async def test_first_event_has_everything_then_only_changes(api: TestClient, queue: Store) -> None:
    ticket = await queue.change(samples.burglary(samples.blank(), 3))
    async with following(api) as events:
        await events.until(lambda data: ticket.id in events.rows)
        other = await queue.change(samples.noise(samples.blank()))
        data = await events.until(lambda data: data["rows"])
        assert not data["everything"]
        assert [row["id"] for row in data["rows"]] == [other.id]
        assert data["rows"][0]["version"] == other.version


async def test_browser_that_comes_back_goes_on_where_it_was(api: TestClient, queue: Store) -> None:
    await queue.change(samples.burglary(samples.blank()))
    async with following(api) as events:
        await events.until(lambda data: data["store"]["ok"] and events.rows)
        last = events.last_id
    missed = await queue.change(samples.noise(samples.blank()))
    async with following(api, last=last) as events:
        data = await events.until(lambda data: data["rows"])
        assert not data["everything"]
        assert [row["id"] for row in data["rows"]] == [missed.id]


@pytest.mark.parametrize("last", ["another-3", "nonsense", ""])
async def test_unknown_place_starts_anew(api: TestClient, queue: Store, last: str) -> None:
    async with following(api, last=last) as events:
        assert (await events.next())["everything"] is True


async def test_open_ticket_comes_whole_and_its_words_too(api: TestClient, queue: Store) -> None:
    ticket = await queue.change(samples.burglary(samples.blank(), 1))
    async with following(api, open=ticket.id) as events:
        data = await events.next()
        assert f'data-ticket="{ticket.id}"' in data["open"]
        if ticket.id not in events.rows:
            await events.until(lambda data: ticket.id in events.rows)
        await queue.say(Live(ticket.id, samples.spoken("in de defacqz", 8000)))
        data = await events.until(lambda data: "live" in data)
        assert "defacqz</span>" in data["live"]
        await queue.change(samples.burglary(ticket, 3))
        data = await events.until(lambda data: "open" in data)
        assert "Defacqzstraat" in data["open"]


async def test_others_words_are_not_sent(api: TestClient, queue: Store) -> None:
    one, other = [await queue.change(samples.burglary(samples.blank(), 1)) for _ in range(2)]
    async with following(api, open=one.id) as events:
        await events.until(lambda data: other.id in events.rows)
        await queue.say(Live(other.id, samples.spoken("geheim", 8000)))
        await queue.change(samples.burglary(one, 3))
        data = await events.until(lambda data: "open" in data)
        assert "geheim" not in json.dumps(data)


async def test_missing_ticket_is_said_to_be_missing(api: TestClient) -> None:
    async with following(api, open="nowhere", lang="en") as events:
        assert "no such ticket" in (await events.next())["open"]


async def test_store_away_is_told_and_ends(api: TestClient, queue: Store) -> None:
    await queue.change(samples.burglary(samples.blank()))
    async with following(api) as events:
        await events.until(lambda data: data["store"]["ok"])
        await queue.go_away()
        data = await events.until(lambda data: not data["store"]["ok"])
        assert data["store"]["at"] is not None
        queue.away = False
        fresh = await queue.change(samples.noise(samples.blank()))
        await events.until(lambda data: data["store"]["ok"] and fresh.id in events.rows)


async def test_pages_are_counted_and_sent_away_at_the_end(connect: Connect, queue: Store) -> None:
    metrics = Counted()
    api = await connect(headers=BEARER, metrics=metrics)
    async with following(api) as events:
        await events.next()
        assert metrics.clients == 1
        await asyncio.wait_for(api.server.close(), 5)
    assert metrics.clients == 0


async def test_no_more_pages_than_it_can_serve(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "MOST_PAGES", 1)
    api = await connect(headers=BEARER)
    async with following(api) as events:
        await events.next()
        assert (await api.get("/api/events")).status == 503


async def test_heartbeat_keeps_a_quiet_stream_open(api: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_S", 0.05)
    async with asyncio.timeout(5), api.get("/api/events") as answer:
        assert b": here\n" in [line async for line in _until_blank(answer.content)]


async def _until_blank(content) -> AsyncIterator[bytes]:
    async for line in content:
        yield line
        if line.startswith(b":"):
            return
