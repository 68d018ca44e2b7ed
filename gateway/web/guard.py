"""What stands before every handler: who asks, whether another site made them ask, and the headers of the answer."""

import logging
from collections.abc import Awaitable, Callable
from urllib.parse import quote, urlsplit

from aiohttp import web

from gateway.errors import IntakeError
from gateway.web.access import BEARER, SESSION_S, TRIES_S, Session
from gateway.web.keys import SERVICES, SESSION, THROTTLE, language_of
from gateway.web.problem import of_error, problem
from gateway.web.texts import speaker

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SESSION_COOKIE = "intake101_session"
CSRF_HEADER = "X-Intake101"
"""A page of another origin cannot send it without asking first (Fetch: CORS preflight), and we never agree."""
OPEN_PATHS = ("/health/", "/static/", "/login")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; media-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


async def set_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Put the headers on every answer, streams too; what the page shows is never kept by browser or proxy."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    cache = "no-cache" if request.path.startswith("/static/") else "no-store"
    response.headers.setdefault("Cache-Control", cache)


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn what a handler raises into an answer; the edge of a request."""
    say = speaker(language_of(request))
    try:
        return await handler(request)
    except (IntakeError, LookupError) as error:
        return of_error(error, say)
    except web.HTTPException as error:
        if error.status < 400 or not request.path.startswith("/api/"):
            raise
        told = {name: error.headers[name] for name in ("Allow", "Retry-After") if name in error.headers}
        response = problem(error.status, "http", error.reason)
        response.headers.update(told)
        return response
    except Exception:
        log.exception("a request failed: %s %s", request.method, request.match_info.route.resource)
        services = request.app[SERVICES]
        services.metrics.fault("desk")
        return problem(500, "fault", say("ui.fault"))


@web.middleware
async def known_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a change that another site's page makes the browser ask for."""
    if request.method not in SAFE_METHODS and not _bearer(request):
        origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site", "same-origin")
        foreign = origin is not None and urlsplit(origin).netloc != request.host
        if foreign or site not in ("same-origin", "none"):
            return problem(403, "foreign-origin", "the request comes from another site")
        if request.path.startswith("/api/") and CSRF_HEADER not in request.headers:
            return problem(403, "foreign-origin", f"a change needs the header {CSRF_HEADER}")
    return await handler(request)


@web.middleware
async def admission(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let through who has a session or the token; send people to the login page and programs away."""
    session = _session(request)
    if session is not None:
        request[SESSION] = session
        return await handler(request)
    if _is_open(request):
        return await handler(request)
    if request.method == "GET" and "text/html" in request.headers.get("Accept", ""):
        raise web.HTTPSeeOther(f"/login?next={quote(request.path)}")
    response = problem(401, "no-session", speaker(language_of(request))("login.expired"))
    response.headers["WWW-Authenticate"] = 'Bearer realm="intake101"'
    return response


def keep_session(request: web.Request, response: web.StreamResponse, session: Session) -> None:
    """Give the browser its session."""
    response.set_cookie(
        SESSION_COOKIE,
        request.app[SERVICES].access.seal(session),
        max_age=SESSION_S,
        httponly=True,
        samesite="Strict",
        secure=request.secure,
        path="/",
    )


def _session(request: web.Request) -> Session | None:
    services = request.app[SERVICES]
    if token := _bearer(request):
        return _program(request, token)
    cookie = request.cookies.get(SESSION_COOKIE)
    return services.access.unseal(cookie, services.clock.now().timestamp()) if cookie else None


def _program(request: web.Request, token: str) -> Session | None:
    """Return a program's session; wrong tokens make its address wait as they do at the form."""
    services, throttle = request.app[SERVICES], request.app[THROTTLE]
    address, now = request.remote or "", services.clock.monotonic()
    if throttle.blocked(address, now):
        raise web.HTTPTooManyRequests(headers={"Retry-After": str(int(TRIES_S))})
    if services.access.admits(token):
        return BEARER
    throttle.failed(address, now)
    return None


def _bearer(request: web.Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _is_open(request: web.Request) -> bool:
    if request.path == "/metrics":
        return request.app[SERVICES].access.open_metrics
    return request.path.startswith(OPEN_PATHS) or (request.path == "/" and "token" in request.query)
