"""A desk on a free port of this machine, and Debian's Chromium in front of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from playwright.async_api import Browser, Page, async_playwright

from gateway.web.app import create_app
from tests.unit.web.samples import ROOT
from tests.unit.web.services import TOKEN, Store, services

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
SIZES = {"wide": (1440, 900), "narrow": (1024, 768)}


class DeskServer:
    """A desk that can be stopped and started again at its address, over a store that outlives it."""

    def __init__(self, folder: Path) -> None:
        self.queue = Store()
        self.recordings = folder
        self.services = services(folder, self.queue)
        self._runner: web.AppRunner | None = None
        self._port = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def entrance(self) -> str:
        """The address that signs in."""
        return f"{self.address}/?token={TOKEN}"

    async def start(self) -> None:
        self._runner = web.AppRunner(create_app(self.services), access_log=None, shutdown_timeout=2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True).start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[DeskServer]:
    """A running desk."""
    server = DeskServer(tmp_path)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium, headless; skips where it is not installed."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not installed")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield chromium
        await chromium.close()


@asynccontextmanager
async def visit(browser: Browser, entrance: str, **options: object) -> AsyncIterator[Page]:
    """A call-taker's own browser window, signed in; a fault or refused load on the page fails the test."""
    given = {"viewport": {"width": 1440, "height": 900}, "locale": "nl-BE"} | options
    context = await browser.new_context(**given)
    page = await context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: _note(message, faults))
    await page.goto(entrance)
    yield page
    await context.close()
    assert faults == []


async def audio_until(page: Page, condition: str, timeout_s: float = 10) -> None:
    """Wait until something holds of the page's player, such as `currentTime > 3` (the page's policy forbids eval)."""
    async with asyncio.timeout(timeout_s):
        while not await page.evaluate(f"document.querySelector('audio').{condition}"):
            await asyncio.sleep(0.05)


def _note(message: object, faults: list[str]) -> None:
    text = message.text
    if message.type == "error" and "Content Security Policy" in text:
        faults.append(text)


@pytest.fixture
async def page(browser: Browser, desk: DeskServer) -> AsyncIterator[Page]:
    """A signed-in call-taker with a Dutch browser."""
    async with visit(browser, desk.entrance) as window:
        yield window


@pytest.fixture(scope="session")
def shots() -> Path:
    """Where screenshots are left to be looked at."""
    folder = ROOT / "test-output" / "desk"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
