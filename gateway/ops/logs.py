"""Logging as JSON lines, redacted at the edge: no telephone number, caller's word or secret leaves by the log.

Whoever logs need not think of it: every line passes here last. What looks like a telephone number is masked even
where it is none; ticket ids, times and network addresses stay.
"""

import json
import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TextIO

from gateway.domain.value import rfc3339

MASK = "***"
PRIVATE = frozenset(
    {"words", "text", "caller", "token", "password", "secret", "authorization", "cookie", "transcript", "input_value"}
)
"""Names of fields that are never written, as extra fields or as `name=value` within a message."""

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

_KEPT = (
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # ticket ids
    r"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?"  # times
    r"|\b\d{1,3}(?:\.\d{1,3}){3}\b(?::\d{1,5}\b)?"  # IPv4 addresses
)
_NUMBER = r"(?<![\w.])\+?\(?\d(?:[ ./()-]{0,2}\d){6,}"
"""Seven digits or more, however grouped (E.164 has at most fifteen)."""
_PRIVATE_NAMES = "|".join(sorted(PRIVATE))

_RULES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r'"[^"\n]*"(?=\s*<(?:sips?|tel):)'), f'"{MASK}"'),
    (re.compile(r"\b(sips?):[^@\s<>;]+@", re.IGNORECASE), rf"\1:{MASK}@"),
    (re.compile(r"\btel:[^\s<>;]+", re.IGNORECASE), f"tel:{MASK}"),
    (re.compile(r"://[^/@\s]+@"), f"://{MASK}@"),
    (re.compile(r"\b(Bearer|Basic|Digest)\s+[^\s,]+", re.IGNORECASE), rf"\1 {MASK}"),
    (
        re.compile(
            rf"""(\b(?:{_PRIVATE_NAMES})["']?\s*[=:]\s*)(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^\s,;&)\]}}]+)""",
            re.IGNORECASE,
        ),
        rf"\1{MASK}",
    ),
    (re.compile(rf"({_KEPT})|{_NUMBER}", re.IGNORECASE), lambda match: match.group(1) or MASK),
)


def redact(text: str) -> str:
    """Return a text without telephone numbers, SIP users, secrets and private fields."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


class JsonLines(logging.Formatter):
    """One JSON object a line: `at`, `level`, `logger`, `message`, then extra fields, then `exception`."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one record, redacted."""
        line: dict[str, object] = {
            "at": rfc3339(datetime.fromtimestamp(record.created, UTC)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        line |= {name: _clean(name, value) for name, value in vars(record).items() if name not in _STANDARD}
        if record.exc_info:
            line["exception"] = redact(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def configure(level: str, stream: TextIO) -> None:
    """Send all logging to `stream` as redacted JSON lines, from `level` (debug, info, warning, error) on."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.captureWarnings(capture=True)


def _clean(name: str, value: object) -> object:
    if name.lower() in PRIVATE:
        return MASK
    return value if isinstance(value, bool | float | int) and abs(value) < 1_000_000 else redact(str(value))
