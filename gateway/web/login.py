"""Signing in and out: by a link with the token, or by the form."""

import secrets
from collections.abc import Mapping

from aiohttp import web

from gateway.web.access import NAME_LIMIT, SESSION_S, Session
from gateway.web.guard import SESSION_COOKIE, keep_session
from gateway.web.keys import RENDERER, SERVICES, THROTTLE, language_of

NAMELESS = "desk"


async def form(request: web.Request) -> web.StreamResponse:
    """Show the form."""
    return _form(request, None, request.query.get("next", "/"))


async def sign_in(request: web.Request) -> web.StreamResponse:
    """Take the form."""
    return admit(request, {key: value for key, value in (await request.post()).items() if isinstance(value, str)})


async def sign_out(request: web.Request) -> web.StreamResponse:
    """End the session of this browser."""
    response = _see("/login")
    response.del_cookie(SESSION_COOKIE, path="/")
    return response


def admit(request: web.Request, given: Mapping[str, str]) -> web.StreamResponse:
    """Answer a token: a session and a redirect that drops it from the address, or the form and what was wrong."""
    services, throttle = request.app[SERVICES], request.app[THROTTLE]
    address, now = request.remote or "", services.clock.monotonic()
    after = given.get("next", "/")
    if throttle.blocked(address, now):
        return _form(request, "limited", after)
    if not services.access.admits(given.get("token", "")):
        throttle.failed(address, now)
        return _form(request, "refused", after)
    response = _see(_own_path(after))
    keep_session(request, response, _session(given.get("name", ""), services.clock.now().timestamp()))
    return response


def _session(name: str, now: float) -> Session:
    plain = "".join(c for c in name if c.isprintable()).strip()[:NAME_LIMIT]
    return Session(secrets.token_hex(8), plain or NAMELESS, now + SESSION_S)


def _see(path: str) -> web.Response:
    return web.Response(status=303, headers={"Location": path})


def _own_path(path: str) -> str:
    """Return the path when it lies on this site, else the list."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() else "/"


def _form(request: web.Request, error: str | None, after: str) -> web.Response:
    status = {None: 200, "refused": 403, "limited": 429}[error]
    html = request.app[RENDERER].page("login.html", language_of(request), error=error, next=_own_path(after))
    response = web.Response(text=html, content_type="text/html", status=status)
    if error == "limited":
        response.headers["Retry-After"] = "60"
    return response
