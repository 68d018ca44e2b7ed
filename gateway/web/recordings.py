"""Recordings, with ranges (RFC 9110 section 14), also while the call goes on."""

import asyncio
from pathlib import Path

from aiohttp import web

from gateway.web.keys import CONSULTATIONS, SERVICES, session_of
from gateway.web.wav import Wav, open_wav

CHUNK_BYTES = 64 * 1024


async def recording(request: web.Request) -> web.StreamResponse:
    """Send a recording, or the part of it that is asked for, as long as it is now."""
    name = request.match_info["name"]
    path = _within(request.app[SERVICES].recordings, name)
    try:
        wav = await asyncio.to_thread(open_wav, path)
    except (OSError, LookupError) as error:
        raise web.HTTPNotFound from error
    await request.app[CONSULTATIONS].note(session_of(request), path.stem, "listened to the recording")
    start, stop = _range(request, wav.size)
    response = web.StreamResponse(status=206 if "Range" in request.headers else 200)
    response.content_type = "audio/wav"
    response.content_length = stop - start
    response.headers["Accept-Ranges"] = "bytes"
    if response.status == 206:
        response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{wav.size}"
    await response.prepare(request)
    if request.method != "HEAD":
        await _send(response, wav, start, stop)
    return response


def _within(folder: Path, name: str) -> Path:
    """Return the file of that name in the folder; raises HTTPNotFound for anything that leads out of it."""
    if "\0" in name:
        raise web.HTTPNotFound
    path = (folder / name).resolve()
    if path.suffix != ".wav" or not path.is_relative_to(folder.resolve()):
        raise web.HTTPNotFound
    return path


def _range(request: web.Request, size: int) -> tuple[int, int]:
    """Return the first byte wanted and one past the last; raises HTTPRequestRangeNotSatisfiable."""
    try:
        wanted = request.http_range
    except ValueError as error:
        raise web.HTTPRequestRangeNotSatisfiable(headers={"Content-Range": f"bytes */{size}"}) from error
    start, stop, _ = wanted.indices(size)
    if start >= stop:
        raise web.HTTPRequestRangeNotSatisfiable(headers={"Content-Range": f"bytes */{size}"})
    return start, stop


async def _send(response: web.StreamResponse, wav: Wav, start: int, stop: int) -> None:
    for at in range(start, stop, CHUNK_BYTES):
        await response.write(await asyncio.to_thread(wav.read, at, min(CHUNK_BYTES, stop - at)))
    await response.write_eof()
