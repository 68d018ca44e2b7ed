"""Foreign programs as peers: found on the path, ended by their own handle."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

_SBIN = "/usr/local/sbin:/usr/sbin:/sbin"


def need(program: str) -> str:
    """Return a program's path, or skip the test and name what is missing."""
    found = shutil.which(program) or shutil.which(program, path=_SBIN)
    return found or pytest.skip(f"{program} is not installed")


@asynccontextmanager
async def running(command: list[str], folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a program with its output in `folder`; end it when the block ends."""
    with (folder / f"{Path(command[0]).name}.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(*command, cwd=folder, stdout=log, stderr=log)
        try:
            yield process
        finally:
            if process.returncode is None:
                process.terminate()
            async with asyncio.timeout(10):
                await process.wait()


async def ended_well(command: list[str], folder: Path, seconds: float = 60) -> None:
    """Run a program to its end and demand exit status 0."""
    async with running(command, folder) as process, asyncio.timeout(seconds):
        status = await process.wait()
    log = (folder / f"{Path(command[0]).name}.log").read_text(errors="replace")
    assert status == 0, log[-3000:]
