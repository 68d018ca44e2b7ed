"""Run pieces of work in child processes, a fresh one each: espeak-ng crashes once in some thousand calls."""

import os
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import TypeVar

Piece = TypeVar("Piece")
_MOST_ATTEMPTS = 5


def run(work: Callable[[Piece, int], None], pieces: Sequence[Piece]) -> None:
    """Call `work(piece, attempt)` in a forked child for one piece after the other; a piece that dies is tried again.

    Raise RuntimeError when a piece fails five times.
    """
    for piece in pieces:
        if not any(_survives(work, piece, attempt) for attempt in range(_MOST_ATTEMPTS)):
            raise RuntimeError(f"a piece of the work failed {_MOST_ATTEMPTS} times: {piece!r:.200}")


def _survives(work: Callable[[Piece, int], None], piece: Piece, attempt: int) -> bool:
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] == 0
    try:
        work(piece, attempt)
    except BaseException:  # noqa: BLE001  # the child's edge: report, then leave without unwinding the parent's frames
        traceback.print_exc(file=sys.stderr)
        os._exit(1)
    os._exit(0)
