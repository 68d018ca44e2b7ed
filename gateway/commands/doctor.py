"""`intake101 doctor`: says what is ready, what is missing, and how to mend it. A line a check."""

import argparse
import asyncio
import os
import shutil
import socket
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from gateway import adapters
from gateway.commands.output import result
from gateway.errors import ConfigError, IntakeError
from gateway.settings import Settings, address

ROOM_BYTES = 5 * 1024**3
"""Free disk for recordings below which the doctor warns: about 90 hours of calls."""


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the flags."""
    parser.add_argument("--redis", metavar="URL", help="the queue's Redis")
    parser.add_argument("--data", metavar="DIR", help="the gateway's data folder")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Make every check; 1 when one fails."""
    del args
    failed = 0
    for name, check in CHECKS.items():
        try:
            detail, ok = check(settings), True
        except IntakeError as error:
            detail, ok = str(error), False
        failed += not ok
        result({"check": name, "ok": ok, "detail": detail})
    return 1 if failed else 0


def _python(settings: Settings) -> str:
    del settings
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        raise ConfigError(f"Python {sys.version.split()[0]}: use 3.11 to 3.13")
    return sys.version.split()[0]


def _triage(settings: Settings) -> str:
    return f"{len(adapters.triage_table(settings).types)} incident types"


def _announcements(settings: Settings) -> str:
    prepared = adapters.announcements_of(settings, adapters.triage_table(settings))
    return f"{len(prepared.sentences)} sentences in {', '.join(settings.site.languages)}"


def _speech(settings: Settings) -> str:
    models = asyncio.run(adapters.checked_models(settings))
    return f"{', '.join(models)} heard their own sentences in a child process"


def _queue(settings: Settings) -> str:
    if not settings.queue.redis:
        return "none configured: an embedded server is started, for a first run only"

    async def depth() -> dict[str, int]:
        async with adapters.open_queue(settings) as queue:
            return await queue.depth()

    return str(asyncio.run(depth()))


def _data(settings: Settings) -> str:
    folder: Path = settings.site.data
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK):
        raise ConfigError(f"data folder {folder} cannot be written to; give it to this user")
    free = shutil.disk_usage(folder).free
    if free < ROOM_BYTES:
        raise ConfigError(f"data folder {folder} has {free // 1024**2} MiB left; make room for recordings")
    return f"{folder}: {free // 1024**3} GiB free"


def _sip_port(settings: Settings) -> str:
    host, port = address(settings.sip.listen, "setting sip.listen")
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as probe:
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ConfigError(
                f"{settings.sip.listen} cannot be bound: {error.strerror}; is a gateway running?"
            ) from error
    return f"{settings.sip.listen} is free; media ports {settings.sip.rtp_ports.start} and up"


CHECKS: dict[str, Callable[[Settings], str]] = {
    "python": _python,
    "incident types and triage": _triage,
    "announcements": _announcements,
    "speech models": _speech,
    "queue": _queue,
    "data folder": _data,
    "SIP address": _sip_port,
}
