"""Server-sent events (HTML Living Standard, section 9.2): each event brings a page up to date from where it stood.

`data` is JSON: `everything` (whether `rows` are all there are), `rows` (`id`, `version`, and `html` or null when it
left the list), `open` (the open ticket's HTML), `live` (its words still being spoken) and `store`; `open` and `live`
are absent when they did not change. The event's id is the page's cursor: a browser that reconnects goes on there.
"""

import asyncio
import json
import logging
from datetime import datetime

from aiohttp import web

from gateway.domain.ids import TicketId
from gateway.domain.ticket import Status
from gateway.domain.value import rfc3339
from gateway.web.keys import RENDERER, SERVICES, VIEW, language_of, session_of
from gateway.web.pages import open_ticket
from gateway.web.view import Cursor, News, Seen

log = logging.getLogger(__name__)

RETRY_MS = 1000
PACE_S = 0.05
"""At least this long between two events to one page; what happens meanwhile goes into the next."""
HEARTBEAT_S = 15.0
WRITE_S = 30.0
"""A page that takes nothing for so long is let go; it reconnects when it can."""
MOST_PAGES = 1000


async def events(request: web.Request) -> web.StreamResponse:
    """Follow the tickets; `open` names the ticket whose details are wanted too, `after` the page's cursor."""
    if request.app[VIEW].pages >= MOST_PAGES:
        raise web.HTTPServiceUnavailable(headers={"Retry-After": "5"})
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
    await response.prepare(request)
    _count(request, +1)
    try:
        await _Page(request, response).run()
    except TimeoutError:
        log.info("a page took nothing for %s s and was let go", WRITE_S)
        if request.transport is not None:
            request.transport.abort()
    except ConnectionError:
        log.debug("a page left")
    finally:
        _count(request, -1)
    return response


def _count(request: web.Request, change: int) -> None:
    view = request.app[VIEW]
    view.pages += change
    request.app[SERVICES].metrics.desk_clients(view.pages)


class _Page:
    """One page that follows."""

    def __init__(self, request: web.Request, response: web.StreamResponse) -> None:
        self._request = request
        self._response = response
        self._view = request.app[VIEW]
        self._language = language_of(request)
        self._open = TicketId(request.query["open"]) if request.query.get("open") else None
        last = request.headers.get("Last-Event-ID") or request.query.get("after", "")
        self._cursor = Cursor.parse(last)

    async def run(self) -> None:
        """Send what is new until the page leaves, its session is over or the process ends."""
        opened = None if self._open is None else await open_ticket(self._request, self._open, self._language)
        await self._write(f"retry: {RETRY_MS}\n\n")
        await self._send(self._view.since(self._cursor), opened)
        while not self._over():
            await asyncio.sleep(PACE_S)
            before = self._cursor or self._view.cursor
            if await self._view.wait(before, HEARTBEAT_S):
                await self._send(self._view.since(before), None)
            else:
                await self._write(": here\n\n")

    async def _send(self, news: News, opened: str | None) -> None:
        after = self._cursor.at if self._cursor else 0
        self._cursor = news.cursor
        data = {
            "now": rfc3339(self._now()),
            "everything": news.everything,
            "rows": [self._row(seen) for seen in news.changed],
            "store": {"ok": self._view.store_ok, "at": rfc3339(self._view.store_at) if self._view.store_at else None},
        } | self._details(news, after, opened)
        await self._write(f"id: {news.cursor}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n")

    def _row(self, seen: Seen) -> dict[str, str | int | None]:
        renderer, ticket = self._request.app[RENDERER], seen.ticket
        if ticket.status is Status.CLOSED:
            renderer.forget(ticket.id)
            return {"id": ticket.id, "version": ticket.version, "html": None}
        return {"id": ticket.id, "version": ticket.version, "html": renderer.row(seen, self._language, self._now())}

    def _details(self, news: News, after: int, opened: str | None) -> dict[str, str]:
        """Return the open ticket when it changed, else its words still being spoken when they did."""
        if opened is not None:
            return {"open": opened}
        if self._open is None:
            return {}
        renderer, (at, partial) = self._request.app[RENDERER], self._view.live(self._open)
        seen = next((seen for seen in news.changed if seen.ticket.id == self._open), None)
        if seen is not None:
            return {"open": renderer.ticket(seen, partial, self._language, self._now())}
        known = self._view.get(self._open)
        return {"live": renderer.partial(known, partial, self._language)} if known and at > after else {}

    def _over(self) -> bool:
        return self._view.closing or session_of(self._request).expires_at <= self._now().timestamp()

    def _now(self) -> datetime:
        return self._request.app[SERVICES].clock.now()

    async def _write(self, text: str) -> None:
        async with asyncio.timeout(WRITE_S):
            await self._response.write(text.encode())
