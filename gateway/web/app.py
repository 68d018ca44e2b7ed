"""The desk as an aiohttp application."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web

from gateway.web import api, guard, login, observe, pages, recordings, stream
from gateway.web.access import Throttle
from gateway.web.consultation import Consultations
from gateway.web.follow import follow
from gateway.web.keys import CONSULTATIONS, RENDERER, SERVICES, THROTTLE, VIEW
from gateway.web.render import Renderer
from gateway.web.services import DeskServices
from gateway.web.view import View
from gateway.worker.ending import end

BODY_LIMIT_BYTES = 16 * 1024

ROUTES = (
    web.get("/", pages.desk),
    web.get("/tickets/{id}", pages.ticket),
    web.get("/login", login.form),
    web.post("/login", login.sign_in),
    web.post("/logout", login.sign_out),
    web.get("/api/session", api.session),
    web.get("/api/tickets", api.tickets),
    web.get("/api/tickets/{id}", api.ticket),
    web.post("/api/tickets/{id}/corrections", api.correction),
    web.post("/api/tickets/{id}/confirm", api.confirmation),
    web.get("/api/events", stream.events, allow_head=False),
    web.get("/recordings/{name:.+}", recordings.recording),
    web.get("/schema/ticket.json", api.schema),
    web.get("/health/live", observe.live),
    web.get("/health/ready", observe.ready),
    web.get("/metrics", observe.metrics),
    web.static("/static", Path(__file__).parent / "static"),
)


def create_app(services: DeskServices) -> web.Application:
    """Put the desk together; it follows the queue from start to clean-up.

    Serve it without an access log (addresses may carry the token), and stop it by the runner's `cleanup`: pages are
    sent away at once and reconnect to whoever comes next.
    """
    app = web.Application(
        client_max_size=BODY_LIMIT_BYTES, middlewares=[guard.errors, guard.known_origin, guard.admission]
    )
    app[SERVICES] = services
    app[VIEW] = View(life=secrets.token_hex(4))
    app[RENDERER] = Renderer(services.types, services.zone)
    app[CONSULTATIONS] = Consultations(services.audit, services.metrics)
    app[THROTTLE] = Throttle()
    app.on_response_prepare.append(guard.set_headers)
    app.on_shutdown.append(_send_pages_away)
    app.cleanup_ctx.append(_following)
    app.add_routes(ROUTES)
    return app


async def _following(app: web.Application) -> AsyncIterator[None]:
    task = asyncio.create_task(follow(app[SERVICES], app[VIEW]), name="desk follows the queue")
    yield
    await end(task)


async def _send_pages_away(app: web.Application) -> None:
    app[VIEW].close()
