"""The journal: what was appended is replayed, whatever became of the file since."""

import asyncio
import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.domain.ticket import Status, Ticket
from gateway.errors import ConfigError, PartUnavailable
from gateway.queue import journal_record
from gateway.queue.journal import FileJournal
from tests.contract.samples import START, new_ticket, with_type


@contextmanager
def opened(folder: Path, **options: object) -> Iterator[FileJournal]:
    journal = FileJournal(folder, **options)  # type: ignore[arg-type]  # tests pass what they need
    try:
        yield journal
    finally:
        journal.close()


async def write(folder: Path, *tickets: Ticket) -> None:
    with opened(folder) as journal:
        for ticket in tickets:
            await journal.append(ticket)


def replayed(folder: Path) -> list[Ticket]:
    with opened(folder) as journal:
        return list(journal.replay())


def segments(folder: Path, pattern: str = "*.journal") -> list[Path]:
    return sorted(folder.glob(pattern))


async def test_the_newest_version_of_each_ticket_is_replayed_oldest_ticket_first(tmp_path: Path) -> None:
    first, second = new_ticket(), new_ticket()
    await write(tmp_path, second, first, with_type(first))
    assert replayed(tmp_path) == [with_type(first), second]


async def test_an_older_version_does_not_supersede_a_newer_one(tmp_path: Path) -> None:
    ticket = new_ticket()
    await write(tmp_path, with_type(ticket), ticket)
    assert replayed(tmp_path) == [with_type(ticket)]


async def test_many_appends_at_once_share_syncs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    syncs = 0
    real = os.fsync

    def counted(handle: int) -> None:
        nonlocal syncs
        syncs += 1
        real(handle)

    monkeypatch.setattr(os, "fsync", counted)
    tickets = [new_ticket() for _ in range(200)]
    with opened(tmp_path) as journal:
        await asyncio.gather(*(journal.append(ticket) for ticket in tickets))
    assert syncs < 100
    assert replayed(tmp_path) == tickets


async def test_truncated_at_any_byte_the_whole_records_are_replayed(tmp_path: Path) -> None:
    tickets = [new_ticket(), new_ticket()]
    await write(tmp_path / "whole", *tickets)
    (segment,) = segments(tmp_path / "whole")
    data = segment.read_bytes()
    ends = [span.end for span in journal_record.scan(data)]
    for length in range(len(data)):
        spans = list(journal_record.scan(data[:length]))
        assert [span.end for span in spans if span.whole] == [end for end in ends if end <= length]
        assert [span.end for span in spans if not span.whole] == ([] if length in (0, *ends) else [length])
    folder = tmp_path / "cut"
    for length in sorted({*range(0, len(data), 61), *range(ends[0] - 2, ends[0] + 20), len(data) - 1}):
        folder.mkdir()
        (folder / segment.name).write_bytes(data[:length])
        with opened(folder) as journal:
            whole = sum(end <= length for end in ends)
            assert list(journal.replay()) == tickets[:whole]
            assert [damage.what for damage in journal.damage] == (["torn"] if length not in (0, *ends) else [])
        shutil.rmtree(folder)


async def test_a_damaged_record_in_the_midst_is_passed_over_and_reported(tmp_path: Path) -> None:
    tickets = [new_ticket() for _ in range(3)]
    await write(tmp_path, *tickets)
    (segment,) = segments(tmp_path)
    data = bytearray(segment.read_bytes())
    second = list(journal_record.scan(bytes(data)))[1]
    data[second.start + 100] ^= 1
    segment.write_bytes(data)
    with opened(tmp_path) as journal:
        assert list(journal.replay()) == [tickets[0], tickets[2]]
        assert [(d.what, d.start) for d in journal.damage] == [("corrupt", second.start)]


async def test_a_whole_record_that_is_no_ticket_is_passed_over(tmp_path: Path) -> None:
    ticket = new_ticket()
    await write(tmp_path, ticket)
    strange = b"".join(map(journal_record.encode, (b'{"not": "a ticket"}', b"[]", b"")))
    (tmp_path / "0000000009.journal").write_bytes(strange)
    with opened(tmp_path) as journal:
        assert list(journal.replay()) == [ticket]
        assert [damage.what for damage in journal.damage] == ["unreadable"] * 3


async def test_after_any_end_the_journal_takes_more(tmp_path: Path) -> None:
    first, second = new_ticket(), new_ticket()
    await write(tmp_path, first)
    with segments(tmp_path)[0].open("ab") as file:
        file.write(b"0000ffff 12345678 {torn")
    await write(tmp_path, second)
    assert replayed(tmp_path) == [first, second]


@settings(max_examples=300, deadline=None)
@given(payloads=st.lists(st.binary(max_size=40).filter(lambda b: b"\n" not in b), max_size=6), data=st.data())
def test_damage_to_one_record_costs_only_its_neighbours(payloads: list[bytes], data: st.DataObject) -> None:
    records = [journal_record.encode(payload) for payload in payloads]
    file = bytearray(b"".join(records))
    if file:
        at = data.draw(st.integers(0, len(file) - 1))
        file[at] = data.draw(st.integers(0, 255))
    spans = list(journal_record.scan(bytes(file)))
    assert [span.start for span in spans] == [0, *(span.end for span in spans[:-1])][: len(spans)]
    whole = [journal_record.payload(bytes(file[span.start : span.end])) for span in spans if span.whole]
    assert len(whole) >= len(payloads) - 1
    assert all(payload in payloads for payload in whole)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_scanned_without_gap(noise: bytes) -> None:
    spans = list(journal_record.scan(noise))
    assert sum(span.end - span.start for span in spans) == len(noise)


async def test_rotation_keeps_open_tickets_and_drops_those_long_closed(tmp_path: Path) -> None:
    gone = new_ticket().changed(START - timedelta(days=2), status=Status.CLOSED)
    closed = new_ticket().changed(START - timedelta(minutes=1), status=Status.CLOSED)
    ticket = new_ticket()
    with opened(tmp_path, rotate_bytes=20_000, now=lambda: START) as journal:
        for each in (gone, closed):
            await journal.append(each)
        for number in range(100):
            ticket = with_type(ticket, f"type_{number}")
            await journal.append(ticket)
        size = sum(path.stat().st_size for path in segments(tmp_path))
        assert size <= 20_000 + 3 * len(ticket.to_json())
        assert list(journal.replay()) == [closed, ticket]
    assert replayed(tmp_path) == [closed, ticket]


async def test_an_unfinished_compaction_is_forgotten(tmp_path: Path) -> None:
    ticket = new_ticket()
    await write(tmp_path, ticket)
    (tmp_path / "0000000002.unfinished").write_bytes(b"half a cop")
    assert replayed(tmp_path) == [ticket]
    assert len(segments(tmp_path, "*.unfinished")) == 0


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    """No file may grow beyond `size`: the operating system's own refusal, as of a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_full_disk_is_part_unavailable_until_there_is_space(tmp_path: Path) -> None:
    first, refused, last = new_ticket(), new_ticket(), new_ticket()
    with opened(tmp_path) as journal:
        await journal.append(first)
        for _ in range(3):
            with file_size_limit(600), pytest.raises(PartUnavailable):
                await journal.append(refused)
        assert len(segments(tmp_path)) == 1
        await journal.append(last)
    assert replayed(tmp_path) == [first, last]


async def test_a_folder_that_went_away_is_part_unavailable_until_it_is_back(tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    with opened(folder) as journal:
        shutil.rmtree(folder)
        with pytest.raises(PartUnavailable):
            await journal.append(new_ticket())
        folder.mkdir()
        ticket = new_ticket()
        await journal.append(ticket)
        assert list(journal.replay()) == [ticket]


async def test_a_compaction_that_finds_no_space_loses_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    tickets = [new_ticket() for _ in range(7)]
    await write(tmp_path, *tickets[:3])
    with opened(tmp_path, rotate_bytes=9_000) as journal:
        for ticket in tickets[3:]:
            with file_size_limit(12_000):
                await journal.append(ticket)
        assert "not compacted" in caplog.text
        assert list(journal.replay()) == tickets
    assert replayed(tmp_path) == tickets


async def test_too_many_waiting_versions_are_refused(tmp_path: Path) -> None:
    with opened(tmp_path, max_pending=4) as journal:
        results = await asyncio.gather(*(journal.append(new_ticket()) for _ in range(50)), return_exceptions=True)
    refused = [result for result in results if result is not None]
    assert all(isinstance(result, PartUnavailable) for result in refused)
    assert len(replayed(tmp_path)) == len(results) - len(refused)


async def test_one_process_a_folder(tmp_path: Path) -> None:
    import os

    with opened(tmp_path), pytest.raises(ConfigError, match=f"in use by process {os.getpid()}"):
        FileJournal(tmp_path)
    with opened(tmp_path):
        pass


async def test_only_this_user_reads_it(tmp_path: Path) -> None:
    await write(tmp_path / "journal", new_ticket())
    (segment,) = segments(tmp_path / "journal")
    assert segment.stat().st_mode & 0o077 == 0
    assert (tmp_path / "journal").stat().st_mode & 0o077 == 0
