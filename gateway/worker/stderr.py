"""What a child writes to standard error goes to the log, so much of it and no more."""

import asyncio
import logging

log = logging.getLogger(__name__)

_LINES = 200
_LINE_CHARACTERS = 300
_READ_BYTES = 4096


async def drain(stream: asyncio.StreamReader, name: str) -> None:
    """Log a child's lines until it ends: the first 200, each cut to 300 characters; then only count them."""
    seen, rest = 0, b""
    while chunk := await stream.read(_READ_BYTES):
        *lines, rest = (rest[-_READ_BYTES:] + chunk).split(b"\n")
        for line in lines[: max(0, _LINES - seen)]:
            log.info("%s: %s", name, line.decode("utf-8", "replace")[:_LINE_CHARACTERS])
        seen += len(lines)
    if seen > _LINES:
        log.warning("%s: %d more lines were not logged", name, seen - _LINES)
