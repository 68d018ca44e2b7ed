"""Pictures of the desk in both themes and at two sizes, left in test-output/desk to be looked at."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from gateway.ports import Live
from tests.e2e.conftest import SIZES, DeskServer, visit
from tests.unit.web import samples


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
async def test_rich_desk(browser: Browser, desk: DeskServer, shots: Path, theme: str, size: str) -> None:
    for ticket in samples.busy_evening():
        await desk.queue.change(ticket)
    ticket = samples.burglary(samples.blank())
    samples.write_wav(desk.recordings / f"{ticket.id}.wav", 18)
    await desk.queue.change(
        samples.raised(ticket, "recognition_failed", "speech from 7200 to 7900 ms was not recognised")
    )
    width, height = SIZES[size]
    async with visit(browser, desk.entrance, viewport={"width": width, "height": height}, color_scheme=theme) as page:
        await page.click(f"#row-{ticket.id} a")
        await expect(page.locator("#ticket-title")).to_have_text("inbraak op heterdaad")
        await desk.queue.say(Live(ticket.id, samples.spoken("en ze hebben een witte", 18200)))
        await page.locator("[data-field='location.street'] .value").click()
        await expect(page.locator("mark").first).to_have_text("defacqzstraat")
        await expect(page.locator("#partial")).to_be_visible()
        await page.screenshot(path=shots / f"ticket-{theme}-{size}.png")
        overflow = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0


async def test_other_states(browser: Browser, desk: DeskServer, shots: Path) -> None:
    """Sign-in, an empty list, an edit that was refused, a deferred answer in German, the shortcuts."""
    async with visit(browser, f"{desk.address}/login?lang=fr") as page:
        await page.screenshot(path=shots / "login.png")
    async with visit(browser, desk.entrance, viewport={"width": 1024, "height": 768}, locale="de-BE") as page:
        await page.screenshot(path=shots / "empty.png")
        told = await desk.queue.change(samples.noise(samples.blank(seconds_ago=812, state="ended")))
        ticket = await desk.queue.change(samples.burglary(samples.blank()))
        await page.click(f"#row-{told.id} a")
        await expect(page.locator(".information")).to_be_visible()
        await page.screenshot(path=shots / "deferred-de.png")
        await page.hover("#bar")
        await page.click(f"#row-{ticket.id} a")
        await page.click("[data-field='location.street'] [data-edit]")
        await page.click("[data-field='incident.type'] [data-edit]")
        await page.click("[data-field='location.house_number'] [data-edit]")
        await page.fill("[data-field='location.house_number'] input", "neben der Kirche")
        await page.press("[data-field='location.house_number'] input", "Enter")
        await expect(page.locator("[data-field='location.house_number'] .note")).to_contain_text("Ziffer")
        await page.hover("#rows > li:first-child")
        for other in samples.busy_evening()[:3]:
            await desk.queue.change(other)
        await expect(page.locator("#waiting")).to_be_visible()
        await page.screenshot(path=shots / "editing-de.png")
        await desk.queue.go_away()
        await expect(page.locator("#store")).to_be_visible()
        await page.click("[data-help]")
        await page.screenshot(path=shots / "help-de.png")
