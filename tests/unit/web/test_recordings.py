"""Recordings: whole, in parts, and while they grow."""

import io
import wave
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient
from hypothesis import given
from hypothesis import strategies as st

from gateway.web.wav import NotAWav, open_wav
from tests.unit.web.conftest import Connect
from tests.unit.web.samples import write_wav
from tests.unit.web.services import TOKEN, Noted


async def test_whole_recording(api: TestClient, tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", 1)
    answer = await api.get("/recordings/a.wav")
    assert (answer.status, answer.content_type) == (200, "audio/wav")
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert await answer.read() == (tmp_path / "a.wav").read_bytes()


async def test_growing_recording_has_the_sizes_of_now(api: TestClient, tmp_path: Path) -> None:
    for seconds in (1, 2):
        write_wav(tmp_path / "a.wav", seconds, finished=False)
        body = await (await api.get("/recordings/a.wav")).read()
        with wave.open(io.BytesIO(body)) as file:
            assert file.getnframes() == seconds * 8000


@pytest.mark.parametrize(
    ("wanted", "part", "told"),
    [
        ("bytes=0-", slice(0, None), "bytes 0-16043/16044"),
        ("bytes=10-99", slice(10, 100), "bytes 10-99/16044"),
        ("bytes=16000-99999", slice(16000, None), "bytes 16000-16043/16044"),
        ("bytes=-44", slice(-44, None), "bytes 16000-16043/16044"),
    ],
)
async def test_part_of_a_recording(api: TestClient, tmp_path: Path, wanted: str, part: slice, told: str) -> None:
    write_wav(tmp_path / "a.wav", 1)
    answer = await api.get("/recordings/a.wav", headers={"Range": wanted})
    assert (answer.status, answer.headers["Content-Range"]) == (206, told)
    assert await answer.read() == (tmp_path / "a.wav").read_bytes()[part]


async def test_listening_is_noted(connect: Connect, tmp_path: Path) -> None:
    audit = Noted()
    api = await connect(headers={"Authorization": f"Bearer {TOKEN}"}, audit=audit)
    write_wav(tmp_path / "ticket-7.wav", 1)
    for _ in range(3):
        await api.get("/recordings/ticket-7.wav")
    assert audit.entries == [("consultation", "ticket-7", "listened to the recording")]


@pytest.mark.parametrize("wanted", ["bytes=99999-", "bytes=9-3", "lines=1-2"])
async def test_part_that_is_not_there(api: TestClient, tmp_path: Path, wanted: str) -> None:
    write_wav(tmp_path / "a.wav", 1)
    answer = await api.get("/recordings/a.wav", headers={"Range": wanted})
    assert (answer.status, answer.headers["Content-Range"]) == (416, "bytes */16044")


async def test_recording_in_a_folder(api: TestClient, tmp_path: Path) -> None:
    (tmp_path / "2026").mkdir()
    write_wav(tmp_path / "2026" / "a.wav", 1)
    assert (await api.get("/recordings/2026/a.wav")).status == 200
    assert (await api.head("/recordings/2026/a.wav")).headers["Content-Length"] == "16044"


@pytest.mark.parametrize(
    "name", ["none.wav", "..%2Fsecret.wav", "%2e%2e/secret.wav", "%2Fetc%2Fpasswd", "a%00.wav", "notes.txt", "link.wav"]
)
async def test_nothing_else_is_served(api: TestClient, tmp_path: Path, name: str) -> None:
    write_wav(tmp_path.parent / "secret.wav", 0.1)
    (tmp_path / "notes.txt").write_text("secret")
    (tmp_path / "link.wav").symlink_to(tmp_path.parent / "secret.wav")
    assert (await api.get(f"/recordings/{name}")).status == 404


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reading_of_a_header(content: bytes) -> None:
    path = Path(__file__).with_name("never-written.wav")

    class Spoilt(type(path)):
        def stat(self, **_: object):
            return type("Stat", (), {"st_size": len(content)})

        def open(self, mode: str = "rb"):
            del mode
            return io.BytesIO(content)

    try:
        wav = open_wav(Spoilt(path))
    except NotAWav:
        return
    assert 0 <= wav.size <= len(content)


def test_half_a_sample_at_the_end_is_left_out(tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", 1)
    with (tmp_path / "a.wav").open("ab") as file:
        file.write(b"\1")
    assert open_wav(tmp_path / "a.wav").size == 16_044
