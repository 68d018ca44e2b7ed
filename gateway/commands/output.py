"""Where commands write: results as JSON lines on standard output, words for people on standard error."""

import json
import sys


def result(row: object) -> None:
    """Write one JSON line."""
    sys.stdout.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def line(text: str) -> None:
    """Write a line of plain text to standard output, for people who asked for it."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def progress(text: str) -> None:
    """Write a line to standard error."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
