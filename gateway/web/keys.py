"""What handlers find in the application and in a request."""

from aiohttp import web

from gateway.web.access import Session, Throttle
from gateway.web.consultation import Consultations
from gateway.web.render import Renderer
from gateway.web.services import DeskServices
from gateway.web.texts import accepted, choose
from gateway.web.view import View

SERVICES = web.AppKey("services", DeskServices)
VIEW = web.AppKey("view", View)
RENDERER = web.AppKey("renderer", Renderer)
THROTTLE = web.AppKey("throttle", Throttle)
CONSULTATIONS = web.AppKey("consultations", Consultations)

SESSION = web.RequestKey("session", Session)
LANGUAGE_COOKIE = "intake101_lang"


def session_of(request: web.Request) -> Session:
    """Return who asks; the guard has seen to it that there is somebody."""
    return request[SESSION]


def language_of(request: web.Request) -> str:
    """Return the language of the page: `?lang=`, else the cookie, else what the browser asks for."""
    wanted = [request.query.get("lang", ""), request.cookies.get(LANGUAGE_COOKIE, "")]
    return choose([tag for tag in wanted if tag] + accepted(request.headers.get("Accept-Language", "")))
