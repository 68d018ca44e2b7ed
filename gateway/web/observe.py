"""For those who watch the gateway: health for supervisors, figures for Prometheus."""

from aiohttp import web

from gateway.web.keys import SERVICES


async def live(request: web.Request) -> web.StreamResponse:
    """200 while the process works; 503 asks its supervisor to restart it."""
    return _health(request, "live")


async def ready(request: web.Request) -> web.StreamResponse:
    """200 while calls can be taken; 503 asks to send them elsewhere."""
    return _health(request, "ready")


async def metrics(request: web.Request) -> web.StreamResponse:
    """Return all figures in Prometheus' text format."""
    body, content_type = request.app[SERVICES].metrics.exposition()
    return web.Response(body=body, headers={"Content-Type": content_type})


def _health(request: web.Request, question: str) -> web.Response:
    """Say how each part is; needs no token, so it names no address, file or person."""
    report = request.app[SERVICES].health()
    ok = bool(getattr(report, question))
    parts = {name: part.ok for name, part in report.parts.items()}
    return web.json_response({question: ok, "parts": parts}, status=200 if ok else 503)
