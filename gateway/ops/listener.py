"""Health and metrics of a process that has no desk: the intake process."""

from collections.abc import Callable

from aiohttp import web

from gateway.ops.health import Health
from gateway.ops.metrics import Metrics


def create_listener(metrics: Metrics, health: Callable[[], Health]) -> web.Application:
    """Serve `/health/live`, `/health/ready` and `/metrics`, all for the host's own supervisors: bind it to loopback."""

    async def answer(question: str) -> web.Response:
        report = health()
        ok = bool(getattr(report, question))
        parts = {name: {"ok": part.ok, "detail": part.detail} for name, part in report.parts.items()}
        return web.json_response({question: ok, "parts": parts}, status=200 if ok else 503)

    async def live(request: web.Request) -> web.Response:
        del request
        return await answer("live")

    async def ready(request: web.Request) -> web.Response:
        del request
        return await answer("ready")

    async def exposition(request: web.Request) -> web.Response:
        del request
        body, content_type = metrics.exposition()
        return web.Response(body=body, headers={"Content-Type": content_type})

    app = web.Application()
    app.add_routes([web.get("/health/live", live), web.get("/health/ready", ready), web.get("/metrics", exposition)])
    return app
