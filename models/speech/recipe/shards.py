"""Run pieces of work in child processes, a fresh one each: espeak-ng crashes once in some thousand calls."""

import os
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import TypeVar

Piece = TypeVar("Piece")
_MOST_ATTEMPTS = 5


def run(work: Callable[[Piece, int], None], pieces: Sequence[Piece], parallel: int = 1) -> None:
    """Call `work(piece, attempt)` in a forked child for every piece; a piece that dies is tried again.

    Raise RuntimeError when a piece fails five times.
    """
    waiting = [(piece, 0) for piece in reversed(pieces)]
    running: dict[int, tuple[Piece, int]] = {}
    while waiting or running:
        while waiting and len(running) < parallel:
            piece, attempt = waiting.pop()
            running[_fork(work, piece, attempt)] = (piece, attempt)
        child, status = os.wait()
        piece, attempt = running.pop(child)
        if status and attempt + 1 == _MOST_ATTEMPTS:
            raise RuntimeError(f"{piece!r} failed {_MOST_ATTEMPTS} times")
        if status:
            waiting.append((piece, attempt + 1))


def _fork(work: Callable[[Piece, int], None], piece: Piece, attempt: int) -> int:
    child = os.fork()
    if child:
        return child
    try:
        work(piece, attempt)
    except BaseException:  # noqa: BLE001  # the child's edge: report, then leave without unwinding the parent's frames
        traceback.print_exc(file=sys.stderr)
        os._exit(1)
    os._exit(0)
