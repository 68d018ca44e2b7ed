"""The JSON API."""

import pytest
from aiohttp.test_utils import TestClient

from gateway.domain.ticket import Review, Ticket
from tests.unit.web import samples
from tests.unit.web.conftest import Connect
from tests.unit.web.services import TOKEN, Noted, Report, Store

BEARER = {"Authorization": f"Bearer {TOKEN}"}


async def until_shown(api: TestClient, ticket: Ticket) -> None:
    """Wait until the desk has a ticket: its stream tells."""
    async with api.get("/api/events") as stream:
        async for line in stream.content:
            if line.startswith(b"data:") and ticket.id.encode() in line:
                return


async def correct(api: TestClient, ticket: Ticket, field: str, value: object, **more: object):
    body = {"field": field, "value": value, **more}
    return await api.post(f"/api/tickets/{ticket.id}/corrections", json=body)


async def test_tickets_in_order_as_the_contract_has_them(api: TestClient, queue: Store) -> None:
    low = await queue.change(samples.noise(samples.blank()))
    high = await queue.change(samples.burglary(samples.blank()))
    await until_shown(api, high)
    body = await (await api.get("/api/tickets")).json()
    assert [ticket["id"] for ticket in body["tickets"]] == [high.id, low.id]
    assert Ticket.model_validate(body["tickets"][0]) == await queue.get(high.id)
    assert body["store"]["ok"] is True


async def test_one_ticket_and_none(api: TestClient, queue: Store) -> None:
    ticket = await queue.change(samples.burglary(samples.blank()))
    assert (await (await api.get(f"/api/tickets/{ticket.id}")).json())["id"] == ticket.id
    answer = await api.get("/api/tickets/nowhere")
    assert (answer.status, (await answer.json())["type"]) == (404, "urn:intake101:no-such-ticket")


@pytest.mark.parametrize(
    ("field", "value", "stored"),
    [
        ("location.house_number", " 12A ", "12A"),
        ("location.house_number", "12 bus 3", "12 bus 3"),
        ("location.street", {"fr": "Rue Haute", "nl": "Hoogstraat"}, {"fr": "Rue Haute", "nl": "Hoogstraat"}),
        ("location.street", {"fr": "Rue Haute"}, {"fr": "Rue Haute", "nl": None}),
        ("location.street", {"fr": " ", "nl": ""}, None),
        ("location.postcode", "1050", "1050"),
        ("incident.type", "stabbing", "stabbing"),
        ("incident.priority", 2, 2),
        ("facts.weapon", False, False),
        ("facts.weapon", "knife", "knife"),
        ("facts.injured", 2, 2),
        ("facts.injured", True, True),
        ("facts.ongoing", None, None),
        ("facts.suspects", "twee mannen,  één met pet", "twee mannen, één met pet"),
        ("facts.callback", "+32 475 12 34 56", "+32 475 12 34 56"),
    ],
)
async def test_person_sets_a_field(api: TestClient, queue: Store, field: str, value: object, stored: object) -> None:
    ticket = await queue.change(samples.burglary(samples.blank()))
    answer = await correct(api, ticket, field, value)
    assert answer.status == 200, await answer.text()
    part, name = field.split(".")
    got = (await answer.json())[part][name]
    assert (got["value"], got["source"], got["confidence"]) == (stored, "person", 1.0)
    now = await queue.get(ticket.id)
    assert now is not None
    assert now.review is Review.CORRECTED


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("location.house_number", "rechts", "cijfer"),
        ("location.house_number", 12, "kan hier niet"),
        ("location.postcode", "105", "vier cijfers"),
        ("location.street", "Hoogstraat", "kan hier niet"),
        ("location.street", {"en": "High Street"}, "kan hier niet"),
        ("incident.type", "alien_landing", "Kies"),
        ("incident.priority", 0, "Kies"),
        ("incident.priority", True, "Kies"),
        ("incident.priority", "1", "Kies"),
        ("facts.ongoing", "yes", "Kies"),
        ("facts.weapon", True, "Kies"),
        ("facts.suspects", "x" * 201, "200"),
        ("facts.suspects", "x\u202ey", "kan hier niet"),
        ("facts.callback", "bel mij", "telefoonnummer"),
    ],
)
async def test_what_a_field_cannot_be_is_refused_in_words(
    api: TestClient, queue: Store, field: str, value: object, says: str
) -> None:
    ticket = await queue.change(samples.burglary(samples.blank()))
    answer = await correct(api, ticket, field, value)
    assert (answer.status, answer.content_type) == (422, "application/problem+json")
    assert says in (await answer.json())["detail"]
    assert await queue.get(ticket.id) == ticket


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b'{"field": "location.box"}', b'{"field": 1, "value": 2}', b'{"field":"a.b","value":1,"x":1}'],
)
async def test_what_is_no_correction_is_refused(api: TestClient, queue: Store, body: bytes) -> None:
    ticket = await queue.change(samples.burglary(samples.blank()))
    answer = await api.post(f"/api/tickets/{ticket.id}/corrections", data=body)
    assert answer.status == 400


@pytest.mark.parametrize("field", ["id", "call.caller", "location.lat", "location.candidates", "facts.__class__"])
async def test_other_fields_are_not_the_desks(api: TestClient, queue: Store, field: str) -> None:
    ticket = await queue.change(samples.burglary(samples.blank()))
    assert (await correct(api, ticket, field, "x")).status == 400


async def test_large_bodies_are_refused(api: TestClient, queue: Store) -> None:
    ticket = await queue.change(samples.burglary(samples.blank()))
    answer = await api.post(f"/api/tickets/{ticket.id}/corrections", data=b" " * 20_000)
    assert (answer.status, answer.content_type) == (413, "application/problem+json")


async def test_correction_of_nothing(api: TestClient) -> None:
    answer = await api.post("/api/tickets/nowhere/corrections", json={"field": "location.box", "value": "1"})
    assert answer.status == 404


async def test_second_person_is_told_what_the_first_set(api: TestClient, queue: Store) -> None:
    ticket = await queue.change(samples.burglary(samples.blank()))
    await until_shown(api, ticket)
    assert (await correct(api, ticket, "location.house_number", "55", version=ticket.version)).status == 200
    answer = await correct(api, ticket, "location.house_number", "57", version=ticket.version)
    problem = await answer.json()
    assert answer.status == 409
    assert "55" in problem["detail"]
    again = await correct(api, ticket, "location.house_number", "57", version=problem["version"])
    assert again.status == 200


async def test_growing_ticket_is_no_conflict(api: TestClient, queue: Store) -> None:
    ticket = await queue.change(samples.burglary(samples.blank(), 3))
    await until_shown(api, ticket)
    await queue.change(samples.burglary(ticket, 5))
    assert (await correct(api, ticket, "location.house_number", "55", version=ticket.version)).status == 200


async def test_store_away_is_a_503_that_says_so(api: TestClient, queue: Store) -> None:
    ticket = await queue.change(samples.burglary(samples.blank()))
    queue.away = True
    answer = await correct(api, ticket, "location.box", "1")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
    assert (await answer.json())["type"] == "urn:intake101:store-away"


async def test_confirmation_settles_what_was_raised(connect: Connect, queue: Store) -> None:
    audit = Noted()
    api = await connect(headers=BEARER, audit=audit)
    ticket = await queue.change(samples.raised(samples.burglary(samples.blank()), "silent_line", "nobody spoke"))
    answer = await api.post(f"/api/tickets/{ticket.id}/confirm")
    body = await answer.json()
    assert (body["review"], body["raised"]) == ("confirmed", [])
    assert audit.entries == [("alteration", ticket.id, "confirmed")]


async def test_consultation_is_noted_once_a_session(connect: Connect, queue: Store) -> None:
    audit = Noted()
    api = await connect(headers=BEARER, audit=audit)
    ticket = await queue.change(samples.burglary(samples.blank()))
    for _ in range(3):
        await api.get(f"/api/tickets/{ticket.id}")
    assert audit.entries == [("consultation", ticket.id, "read by the API")]


async def test_ticket_is_shown_when_the_audit_log_is_full(connect: Connect, queue: Store) -> None:
    api = await connect(headers=BEARER, audit=Noted(broken=True))
    ticket = await queue.change(samples.burglary(samples.blank()))
    assert (await api.get(f"/api/tickets/{ticket.id}")).status == 200


async def test_schema_describes_every_ticket(api: TestClient, queue: Store) -> None:
    schema = await (await api.get("/schema/ticket.json")).json(content_type=None)
    assert {"id", "schema", "version", "transcript", "next_question"} <= set(schema["properties"])


@pytest.mark.parametrize(
    ("live", "ready", "status"), [(True, True, (200, 200)), (True, False, (200, 503)), (False, False, (503, 503))]
)
async def test_health(connect: Connect, live: bool, ready: bool, status: tuple[int, int]) -> None:
    client = await connect(health=lambda: Report(live=live, ready=ready))
    got = (await client.get("/health/live")).status, (await client.get("/health/ready")).status
    assert got == status


async def test_fault_is_told_and_counted_not_shown(connect: Connect) -> None:
    def broken() -> Report:
        raise RuntimeError("secret detail")

    client = await connect(health=broken)
    answer = await client.get("/health/live")
    assert answer.status == 500
    assert "secret" not in await answer.text()
