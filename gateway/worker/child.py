"""The loop inside a child process: one reply for every request, in order, until the parent's pipe ends.

The first request sets the limits and makes the handler; its reply says that the child is ready. SIGINT and SIGTERM
are ignored, because a service manager sends them to every process at once while the parent still drains its calls: a
child ends when its parent closes the pipe, however the parent ends.

A request that fails is answered with `{"error": kind}`. The traceback goes to standard error without its message, which
may hold a caller's words.
"""

import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

from gateway.worker import frames
from gateway.worker.frames import Frame

Handler = Callable[[Frame], Frame]
"""Works one request off."""
Make = Callable[[Mapping[str, Any]], Handler]
"""Makes the handler from the options the parent gave; may take seconds."""


def serve(make: Make) -> None:
    """Run the child until the parent closes the pipe."""
    requests, replies = _pipes()
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, signal.SIG_IGN)
    first = frames.read(requests)
    if first is None:
        return
    try:
        _limit(first.header["nice"], first.header["memory_mb"])
        handler = make(first.header["options"])
    except Exception as error:  # noqa: BLE001  the child's edge: the parent is told and decides
        _send(replies, Frame({"error": f"{type(error).__name__}: {error}"}))
        sys.exit(1)
    _send(replies, Frame({"ready": True}))
    while (request := frames.read(requests)) is not None:
        _send(replies, _answer(handler, request))


def _answer(handler: Handler, request: Frame) -> Frame:
    try:
        return handler(request)
    except Exception as error:  # noqa: BLE001  the child's edge: one bad request must not cost the others
        sys.stderr.write("".join(traceback.format_tb(error.__traceback__)) + type(error).__name__ + "\n")
        return Frame({"error": type(error).__name__})


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """Take both pipes for ourselves: what a library prints goes to standard error, not between the frames."""
    requests, replies = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    return os.fdopen(requests, "rb"), os.fdopen(replies, "wb")


def _limit(nice: int, memory_mb: int | None) -> None:
    os.nice(nice)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if memory_mb is not None:
        resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, memory_mb << 20))


def _send(replies: BinaryIO, frame: Frame) -> None:
    try:
        replies.write(frames.encode(frame))
        replies.flush()
    except BrokenPipeError:  # the parent is gone
        os._exit(0)
