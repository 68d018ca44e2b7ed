"""The desk's page: the list, and the open ticket when the address names one."""

from aiohttp import web

from gateway.domain.ids import TicketId
from gateway.errors import PartUnavailable
from gateway.web import login
from gateway.web.keys import CONSULTATIONS, LANGUAGE_COOKIE, RENDERER, SERVICES, VIEW, language_of, session_of
from gateway.web.view import Seen

YEAR_S = 365 * 24 * 3600


async def desk(request: web.Request) -> web.StreamResponse:
    """Show the list; with `?token=` sign in first."""
    if "token" in request.query:
        return login.admit(request, request.query)
    return await _page(request, None)


async def ticket(request: web.Request) -> web.StreamResponse:
    """Show the list and one ticket."""
    return await _page(request, TicketId(request.match_info["id"]))


async def find(request: web.Request, ticket_id: TicketId) -> Seen | None:
    """Return a ticket from the view, else from the store; None when there is none. Raises PartUnavailable."""
    seen = request.app[VIEW].get(ticket_id)
    if seen is not None:
        return seen
    stored = await request.app[SERVICES].queue.get(ticket_id)
    return None if stored is None else Seen(stored, None, 0)


async def open_ticket(request: web.Request, ticket_id: TicketId, language: str) -> str:
    """Render a ticket that somebody opens and note that they did; says so when there is none, or the store is away."""
    renderer, view = request.app[RENDERER], request.app[VIEW]
    try:
        seen = await find(request, ticket_id)
    except PartUnavailable:
        seen = None
    if seen is None:
        return renderer.page("nothing.html", language, missing=True)
    await request.app[CONSULTATIONS].note(session_of(request), ticket_id, "opened at the desk")
    return renderer.ticket(seen, view.live(ticket_id)[1], language, request.app[SERVICES].clock.now())


async def _page(request: web.Request, ticket_id: TicketId | None) -> web.StreamResponse:
    view, renderer, language = request.app[VIEW], request.app[RENDERER], language_of(request)
    now = request.app[SERVICES].clock.now()
    open_html = None if ticket_id is None else await open_ticket(request, ticket_id, language)
    html = renderer.page(
        "page.html",
        language,
        rows=[renderer.row(seen, language, now) for seen in view.open()],
        open_id=ticket_id,
        open_html=open_html,
        missing=False,
        cursor=view.cursor,
        store_ok=view.store_ok,
        store_at=view.store_at,
        now=now,
    )
    response = web.Response(text=html, content_type="text/html")
    if "lang" in request.query:
        response.set_cookie(LANGUAGE_COOKIE, language, max_age=YEAR_S, samesite="Lax", httponly=True)
    return response
