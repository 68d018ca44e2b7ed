"""The JSON API: tickets as the contract has them, corrections and confirmations by people."""

import json

from aiohttp import web
from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from gateway.domain.correction import confirm as confirmed
from gateway.domain.correction import correct
from gateway.domain.ids import TicketId
from gateway.domain.ticket import Ticket
from gateway.domain.value import rfc3339
from gateway.web import present
from gateway.web.fields import BY_ID, Field, check, value_of
from gateway.web.keys import CONSULTATIONS, SERVICES, VIEW, language_of, session_of
from gateway.web.pages import find
from gateway.web.problem import BadRequest, Overtaken


class Correction(BaseModel):
    """What a person says a field is."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    field: str
    """`part.name`, such as `location.house_number`."""
    value: JsonValue
    """As in the ticket's JSON; null: not known."""
    version: int | None = None
    """The ticket's version the person saw: refused when another person has set the field since."""


async def session(request: web.Request) -> web.StreamResponse:
    """Say who is signed in."""
    who = session_of(request)
    return web.json_response({"name": who.name, "expires_at": who.expires_at if who.expires_at < 1e12 else None})


async def tickets(request: web.Request) -> web.StreamResponse:
    """List all open tickets in the order of the desk's list, and whether the list is up to date."""
    view = request.app[VIEW]
    at = rfc3339(view.store_at) if view.store_at else None
    items = ",".join(seen.ticket.to_json() for seen in view.open())
    store = json.dumps({"ok": view.store_ok, "at": at})
    return web.Response(text=f'{{"tickets":[{items}],"store":{store}}}', content_type="application/json")


async def ticket(request: web.Request) -> web.StreamResponse:
    """Return one ticket, closed ones too while they are kept."""
    seen = await find(request, _ticket_id(request))
    if seen is None:
        raise LookupError
    await request.app[CONSULTATIONS].note(session_of(request), seen.ticket.id, "read by the API")
    return _answer(seen.ticket)


async def correction(request: web.Request) -> web.StreamResponse:
    """Set a field."""
    services, asked = request.app[SERVICES], await _correction(request)
    field = BY_ID.get(asked.field)
    if field is None:
        raise BadRequest(f"{asked.field!r} is no field of the desk; fields are {', '.join(BY_ID)}")
    value = check(field, asked.value, services.types)

    def change(current: Ticket) -> Ticket:
        _refuse_if_overtaken(request, current, field, asked)
        return correct(current, field.id, value, services.clock.now())

    changed = await services.amend(_ticket_id(request), change)
    request.app[VIEW].put_changed(changed)
    await request.app[CONSULTATIONS].altered(session_of(request), changed.id, f"corrected {field.id}")
    return _answer(changed)


async def confirmation(request: web.Request) -> web.StreamResponse:
    """Note that a person has looked and agrees."""
    services = request.app[SERVICES]
    changed = await services.amend(_ticket_id(request), lambda current: confirmed(current, services.clock.now()))
    request.app[VIEW].put_changed(changed)
    await request.app[CONSULTATIONS].altered(session_of(request), changed.id, "confirmed")
    return _answer(changed)


async def schema(_request: web.Request) -> web.StreamResponse:
    """Return the ticket's JSON Schema."""
    return web.json_response(Ticket.model_json_schema(mode="serialization"), content_type="application/schema+json")


def _ticket_id(request: web.Request) -> TicketId:
    return TicketId(request.match_info["id"])


def _answer(current: Ticket) -> web.Response:
    return web.Response(text=current.to_json(), content_type="application/json")


async def _correction(request: web.Request) -> Correction:
    try:
        return Correction.model_validate_json(await request.read())
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadRequest(f"not a correction: {where} {first['msg']}".strip()) from error


def _refuse_if_overtaken(request: web.Request, current: Ticket, field: Field, asked: Correction) -> None:
    """Raise Overtaken when another person set the field to something else since the version that was seen."""
    view, value = request.app[VIEW], value_of(current, field)
    if asked.version is None or not value.settled:
        return
    seen = view.get(current.id)
    unseen = seen is not None and value_of(seen.ticket, field).value != value.value
    if unseen or view.decided_at(current.id, field.id) > asked.version:
        reader = present.Reader(language_of(request), request.app[SERVICES].types)
        raise Overtaken(current, present.text(field, value.value, reader) or reader.say("value.unknown"))
