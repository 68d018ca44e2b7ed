"""A gateway to try things on: `intake101 serve` on free ports of loopback, for as long as a block lasts."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from gateway.errors import PartUnavailable

READY_S = 120.0
"""Models are loaded and tried first."""
QUIET = {"INTAKE101_LOG_LEVEL": "warning", "INTAKE101_OPS_LISTEN": "127.0.0.1:0"}


@asynccontextmanager
async def trial_gateway(data: Path, environment: Mapping[str, str] | None = None) -> AsyncIterator[dict[str, str]]:
    """Yield the ready line of a gateway with its data in a folder, then end it; raises PartUnavailable."""
    flags = ["--sip", "127.0.0.1:0", "--web", "127.0.0.1:0", "--data", str(data)]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "gateway.cli", "serve", *flags),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, **QUIET, **(environment or {})},
    )
    try:
        ready = await _first_line(process)
        yield {**ready, "pid": str(process.pid)}
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _first_line(process: asyncio.subprocess.Process) -> dict[str, str]:
    assert process.stdout is not None  # noqa: S101 - it was asked for
    try:
        async with asyncio.timeout(READY_S):
            line = await process.stdout.readline()
    except TimeoutError as error:
        raise PartUnavailable(f"the gateway is not ready after {READY_S:.0f} s") from error
    if not line:
        raise PartUnavailable("the gateway did not start; its own words stand above")
    return {key: str(value) for key, value in json.loads(line).items()}


def desk_url(ready: Mapping[str, str], data: Path) -> str:
    """Return the address that opens the desk, token included."""
    return f"http://{ready['web']}/?token={(data / 'desk.token').read_text(encoding='ascii').strip()}"
