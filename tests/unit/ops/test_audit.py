"""The chained log: whole, or known not to be."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.errors import ConfigError, PartUnavailable
from gateway.ops.audit import AuditLog, Deed, verify


class Clock:
    def now(self) -> datetime:
        return datetime(2026, 1, 5, 12, 0, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0


async def _write(path: Path, count: int) -> None:
    with AuditLog(path, Clock()) as log:
        for number in range(count):
            await log.record("consultation", who="An (1a2b)", ticket_id=f"t{number}", reason="opened at the desk")


async def test_entries_are_chained_over_restarts(tmp_path: Path) -> None:
    path = tmp_path / "audit" / "desk.log"
    await _write(path, 2)
    await _write(path, 1)
    assert verify(path) is None
    entries = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [entry["ticket_id"] for entry in entries] == ["t0", "t1", "t0"]
    assert entries[0]["at"] == "2026-01-05T12:00:00.000Z"
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("spoil", "line"),
    [
        (lambda lines: [lines[0], lines[1].replace("t1", "t9"), lines[2]], 2),
        (lambda lines: [lines[0], lines[2]], 2),
        (lambda lines: [lines[1], lines[0], lines[2]], 1),
        (lambda lines: [lines[0], lines[0], *lines[1:]], 2),
        (lambda lines: [*lines, "no json"], 4),
        (lambda lines: [*lines, '{"hash": 1}'], 4),
        (lambda lines: [*lines, "[]"], 4),
        (lambda lines: [lines[0], lines[1].replace('":"', '": "'), lines[2]], 2),
    ],
)
async def test_first_broken_line_is_named(tmp_path: Path, spoil, line: int) -> None:
    path = tmp_path / "desk.log"
    await _write(path, 3)
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join(spoil(lines)) + "\n", "utf-8")
    assert verify(path) == line


async def test_unfinished_last_line_is_cut_off_and_noted(tmp_path: Path) -> None:
    path = tmp_path / "desk.log"
    await _write(path, 2)
    with path.open("ab") as file:
        file.write(b'{"at":"2026')
    assert verify(path) == 3
    await _write(path, 1)
    assert verify(path) is None
    assert json.loads(path.read_text("utf-8").splitlines()[2])["what"] == Deed.REPAIR


async def test_log_has_one_writer(tmp_path: Path) -> None:
    path = tmp_path / "desk.log"
    with AuditLog(path, Clock()), pytest.raises(ConfigError, match="another process"), AuditLog(path, Clock()):
        pass


async def test_full_disk_leaves_no_half_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "desk.log"
    with AuditLog(path, Clock()) as log:
        await log.record("alteration", who="An", ticket_id="t", reason="confirmed")
        whole = os.write
        monkeypatch.setattr(os, "write", lambda fd, data: whole(fd, data[:20]))
        with pytest.raises(PartUnavailable):
            await log.record("alteration", who="An", ticket_id="t", reason="confirmed")
        monkeypatch.undo()
        await log.record("erasure", who="retention", ticket_id="t", reason="one year")
    assert verify(path) is None
    assert len(path.read_text("utf-8").splitlines()) == 2


async def test_unknown_deed_is_refused(tmp_path: Path) -> None:
    with AuditLog(tmp_path / "desk.log", Clock()) as log, pytest.raises(ValueError, match="peeked"):
        await log.record("peeked", who="An", ticket_id="t", reason="")
