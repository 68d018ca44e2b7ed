"""Who may use the desk."""

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient
from hypothesis import given
from hypothesis import strategies as st

from gateway.web.access import ADDRESSES, TRIES, TRIES_S, Access, Session, Throttle
from tests.unit.web import samples
from tests.unit.web.conftest import Connect
from tests.unit.web.services import TOKEN, Store

ACCESS = Access(token=TOKEN)
OURS = {"X-Intake101": "test"}


def test_session_is_read_back_until_it_ends() -> None:
    cookie = ACCESS.seal(Session("0a1b", "An Peeters · é", 1000))
    assert ACCESS.unseal(cookie, 999) == Session("0a1b", "An Peeters · é", 1000)
    assert ACCESS.unseal(cookie, 1000) is None
    assert Access(token="another-long-token").unseal(cookie, 999) is None


@given(st.text(max_size=80))
def test_no_other_text_is_a_session(text: str) -> None:
    assert ACCESS.unseal(text, 0) is None


@given(st.integers(0, 200), st.characters(codec="ascii"))
def test_changed_session_is_none(at: int, character: str) -> None:
    cookie = ACCESS.seal(Session("0a1b", "An", 1000))
    at %= len(cookie)
    changed = cookie[:at] + character + cookie[at + 1 :]
    assert changed == cookie or ACCESS.unseal(changed, 0) is None


def test_short_token_is_refused() -> None:
    with pytest.raises(ValueError, match="16"):
        Access(token="short")


def test_wrong_tokens_make_an_address_wait() -> None:
    throttle = Throttle()
    for second in range(TRIES):
        assert not throttle.blocked("a", second)
        throttle.failed("a", second)
    assert throttle.blocked("a", TRIES)
    assert not throttle.blocked("b", TRIES)
    assert not throttle.blocked("a", TRIES_S + 1)


def test_throttle_is_bounded() -> None:
    throttle = Throttle()
    for number in range(ADDRESSES + 10):
        throttle.failed(str(number), 0)
    assert len(throttle._failures) == ADDRESSES


@pytest.mark.parametrize(
    "path", ["/api/tickets", "/api/events", "/recordings/a.wav", "/schema/ticket.json", "/metrics"]
)
async def test_programs_need_the_token(anyone: TestClient, path: str) -> None:
    answer = await anyone.get(path)
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.content_type == "application/problem+json"
    assert (await anyone.get(path, headers={"Authorization": "Bearer wrong"})).status == 401


async def test_people_are_sent_to_the_form(anyone: TestClient) -> None:
    answer = await anyone.get("/tickets/x", headers={"Accept": "text/html"}, allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/login?next=/tickets/x")


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/login", "/static/base.css"])
async def test_open_to_all(anyone: TestClient, path: str) -> None:
    assert (await anyone.get(path)).status == 200


async def test_metrics_open_on_loopback_when_told_so(connect: Connect) -> None:
    client = await connect(access=Access(token=TOKEN, open_metrics=True))
    answer = await client.get("/metrics")
    assert answer.status == 200
    assert "intake101_desk_clients" in await answer.text()


async def test_link_with_the_token_signs_in_once(anyone: TestClient) -> None:
    answer = await anyone.get("/", params={"token": TOKEN}, allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert TOKEN not in cookie
    assert (await anyone.get("/api/tickets")).status == 200


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "/a\r\nX: y"])
async def test_sign_in_leads_to_this_site_only(anyone: TestClient, target: str) -> None:
    answer = await anyone.post("/login", data=FormData({"token": TOKEN, "next": target}), allow_redirects=False)
    assert answer.headers["Location"] == "/"


async def test_wrong_token_is_told_and_limited(anyone: TestClient) -> None:
    for _ in range(TRIES):
        assert (await anyone.post("/login", data={"token": "wrong"})).status == 403
    answer = await anyone.post("/login", data={"token": TOKEN})
    assert answer.status == 429
    assert answer.headers["Retry-After"] == "60"


async def test_program_that_guesses_is_limited(anyone: TestClient) -> None:
    for _ in range(TRIES):
        assert (await anyone.get("/api/tickets", headers={"Authorization": "Bearer wrong"})).status == 401
    answer = await anyone.get("/api/tickets", headers={"Authorization": f"Bearer {TOKEN}"})
    assert (answer.status, answer.headers["Retry-After"]) == (429, "60")


async def test_sign_out_ends_the_session(anyone: TestClient) -> None:
    await anyone.get("/", params={"token": TOKEN})
    await anyone.post("/logout")
    assert (await anyone.get("/api/tickets")).status == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        (OURS, 200),
        ({**OURS, "Origin": "https://evil.example"}, 403),
        ({**OURS, "Origin": "null"}, 403),
        ({**OURS, "Sec-Fetch-Site": "cross-site"}, 403),
        ({**OURS, "Sec-Fetch-Site": "same-site"}, 403),
        ({**OURS, "Sec-Fetch-Site": "same-origin"}, 200),
    ],
)
async def test_other_sites_cannot_make_a_browser_change(
    anyone: TestClient, queue: Store, headers: dict[str, str], status: int
) -> None:
    ticket = await queue.change(samples.burglary(samples.blank()))
    await anyone.get("/", params={"token": TOKEN})
    answer = await anyone.post(f"/api/tickets/{ticket.id}/confirm", headers=headers)
    assert answer.status == status


async def test_security_headers_on_every_answer(anyone: TestClient) -> None:
    for path in ("/login", "/api/tickets", "/nowhere", "/static/main.js", "/health/live"):
        answer = await anyone.get(path)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        wanted = "no-cache" if path.startswith("/static") else "no-store"
        assert answer.headers["Cache-Control"] == wanted
