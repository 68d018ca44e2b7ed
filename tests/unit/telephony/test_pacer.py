import asyncio

from gateway.telephony.pacer import Pacer


class Stream:
    def __init__(self) -> None:
        self.beats: list[str] = []
        self.enough = asyncio.Event()

    def send(self, now: float) -> bool:
        self.beats.append("send")
        return True

    def hear(self, now: float) -> None:
        self.beats.append("hear")
        if len(self.beats) >= 20:
            self.enough.set()


class Broken(Stream):
    def send(self, now: float) -> bool:
        raise ValueError("broken")


async def beaten(*streams: Stream) -> Pacer:
    pacer = Pacer()
    pacer.start()
    for stream in streams:
        pacer.add(stream)
    async with asyncio.timeout(5):
        await streams[0].enough.wait()
    pacer.stop()
    return pacer


async def test_a_stream_sends_and_hears_every_beat():
    stream = Stream()
    pacer = await beaten(stream)
    assert stream.beats == ["send", "hear"] * 10
    assert pacer.stats.gaps.count == 9
    assert 18 <= pacer.stats.gaps.p50_ms <= 26


async def test_one_streams_fault_costs_no_other(caplog):
    good, broken = Stream(), Broken()
    pacer = await beaten(good, broken)
    assert good.beats == ["send", "hear"] * 10
    assert pacer.stats.faults == 10
    assert "a stream failed" in caplog.text


async def test_a_stream_may_leave_from_within_its_beat():
    pacer = Pacer()

    class Leaving(Stream):
        def send(self, now: float) -> bool:
            pacer.remove(self)
            self.enough.set()
            return True

    leaving = Leaving()
    pacer.start()
    pacer.add(leaving)
    async with asyncio.timeout(5):
        await leaving.enough.wait()
    pacer.stop()
    assert leaving.beats == []
    assert pacer.stats.streams == 0


async def test_a_stall_is_made_up_for_and_a_long_one_left_out():
    stream, pacer = Stream(), Pacer()
    pacer.start()
    pacer.add(stream)
    pacer._deadline -= 0.5
    pacer._catch_up()
    assert 24 <= stream.beats.count("hear") <= 26
    assert pacer.stats.skipped_beats == 0
    pacer._deadline -= 3.0
    pacer._catch_up()
    assert 148 <= pacer.stats.skipped_beats <= 151
    assert stream.beats.count("hear") <= 28
    pacer.stop()
