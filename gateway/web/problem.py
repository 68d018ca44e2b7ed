"""Errors as problem+json (RFC 9457): one table from our errors to status and kind."""

from http import HTTPStatus

from aiohttp import web

from gateway.domain.correction import BadCorrection
from gateway.domain.ticket import Ticket
from gateway.errors import IntakeError, PartUnavailable
from gateway.web.fields import NotAValue
from gateway.web.texts import Say

RETRY_AFTER_S = 2


class BadRequest(IntakeError):
    """A request that says something the API does not know."""


class Overtaken(IntakeError):
    """Somebody else has set the field in the meantime."""

    def __init__(self, current: Ticket, value: str) -> None:
        super().__init__("somebody else has set the field in the meantime")
        self.current = current
        self.value = value
        """What they set, in words."""


def problem(status: int, kind: str, detail: str, **members: object) -> web.Response:
    """Return an error; `kind` is stable and for programs, `detail` is for people."""
    body = {"type": f"urn:intake101:{kind}", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return web.json_response(body | members, status=status, content_type="application/problem+json")


def of_error(error: IntakeError | LookupError, say: Say) -> web.Response:
    """Return what a handler's error is to the client; raises it again when it is none of the client's business."""
    match error:
        case NotAValue():
            return problem(422, "not-a-value", say(error.text, **error.values))
        case BadCorrection():
            return problem(422, "not-a-value", say("error.not_a_value"))
        case Overtaken():
            detail = say("error.overtaken", value=error.value)
            return problem(409, "overtaken", detail, version=error.current.version)
        case BadRequest():
            return problem(400, "bad-request", str(error))
        case PartUnavailable():
            response = problem(503, "store-away", say("error.store_away"))
            response.headers["Retry-After"] = str(RETRY_AFTER_S)
            return response
        case LookupError():
            return problem(404, "no-such-ticket", say("ui.not_found"))
        case _:
            raise error
