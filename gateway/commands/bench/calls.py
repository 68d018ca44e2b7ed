"""Many calls at once on one gateway: the tickets they give, and whether the voice we send is on time.

Each call is 20 s of speech from the demo's samples. Every sample is called alone first; then all calls are placed at
once, both languages of the site listening. The callers run in this process and share the machine with the gateway.
"""

import argparse
import asyncio
import time
import wave
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
from aiohttp import ClientSession
from prometheus_client.parser import text_string_to_metric_families

from gateway import app
from gateway.commands.bench.figure import Figure, at_most, exactly, plain
from gateway.commands.output import progress
from gateway.commands.samples import folder, samples
from gateway.commands.trial import trial_gateway
from gateway.domain.call import CallState, Speaker
from gateway.domain.ids import TicketId
from gateway.domain.ticket import Ticket
from gateway.errors import PartUnavailable
from gateway.ports import SAMPLE_RATE_HZ, TicketQueue
from gateway.settings import Settings
from gateway.telephony.caller import CallOptions, CallReport, place_call
from gateway.telephony.pacer import Pacer

SPEECH_S = 20
GAP_GOAL_MS = 30.0
AFTER_S = 2.0
"""Silence after the speech, so that the last words are final before the caller hangs up."""
SETTLE_S = 30.0


def measure(args: argparse.Namespace, settings: Settings) -> list[Figure]:
    """Place the calls and report."""
    return asyncio.run(_measure(args.calls, settings))


async def _measure(calls: int, settings: Settings) -> list[Figure]:
    async with AsyncExitStack() as stack:
        data = Path(stack.enter_context(TemporaryDirectory(prefix="intake101-bench-")))
        wavs = twenty_seconds(data)
        ready = await stack.enter_async_context(trial_gateway(data))
        there = settings.model_copy(update={"queue": settings.queue.model_copy(update={"redis": ready["redis"]})})
        queue = await stack.enter_async_context(app.open_queue(there))
        pacer = Pacer()
        pacer.start()
        place = Placing(ready["sip"], queue, pacer)
        progress(f"{len(wavs)} samples, one after the other in pairs that do not disturb each other")
        alone = {wav: told(ticket) for wav, ticket in zip(wavs, await place.few(wavs), strict=True)}
        gauge = Gauge(int(ready["pid"]), ready["ops"])
        progress(f"{calls} calls at once")
        chosen = [wavs[number % len(wavs)] for number in range(calls)]
        await gauge.start()
        together = await place.all(chosen)
        used = await gauge.stop()
        same = sum(told(ticket) == alone[wav] for wav, ticket in zip(chosen, together, strict=True))
        for wav, ticket in zip(chosen, together, strict=True):
            if told(ticket) != alone[wav]:
                progress(f"{wav.stem}: {told(ticket)} is not {alone[wav]}")
        pacer.stop()
        return [
            exactly("calls.equal_tickets", same, "tickets", calls),
            at_most("calls.rtp_gap_p99", used.gap_p99_ms, "ms", GAP_GOAL_MS),
            plain("calls.cpu", used.cpu_cores, "cores"),
            plain("calls.per_core", calls / used.cpu_cores, "calls"),
            plain("calls.memory", used.memory_mb, "MiB"),
            plain("calls.memory_per_call", used.memory_grown_mb / calls, "MiB"),
        ]


def twenty_seconds(data: Path) -> list[Path]:
    """Write each spoken sample, repeated to 20 s of sound, to a folder."""
    paths = []
    for name, sample in samples().items():
        if sample.text is None:
            continue
        with wave.open(str(folder() / f"{name}.wav")) as source:
            pcm = source.readframes(source.getnframes())
        whole = (pcm * (1 + SPEECH_S * SAMPLE_RATE_HZ * 2 // len(pcm)))[: SPEECH_S * SAMPLE_RATE_HZ * 2]
        path = data / f"{name}.wav"
        with wave.open(str(path), "wb") as target:
            target.setparams((1, 2, SAMPLE_RATE_HZ, 0, "NONE", ""))
            target.writeframes(whole)
        paths.append(path)
    return paths


def told(ticket: Ticket) -> tuple[object, ...]:
    """Return what a ticket claims, without what differs from call to call."""
    words = " ".join(s.text for s in ticket.transcript if s.speaker is Speaker.CALLER)
    parts = (ticket.incident, ticket.location, ticket.facts)
    values = tuple(
        (name, getattr(getattr(part, name), "value", None)) for part in parts for name in type(part).model_fields
    )
    return ticket.call.language, words, values


@dataclass(frozen=True, slots=True)
class Placing:
    """Places calls and waits for their finished tickets."""

    sip: str
    queue: TicketQueue
    pacer: Pacer

    async def few(self, wavs: Sequence[Path]) -> list[Ticket]:
        """Place calls one after the other."""
        return [await self.one(wav) for wav in wavs]

    async def all(self, wavs: Sequence[Path]) -> list[Ticket]:
        """Place calls at once."""
        return list(await asyncio.gather(*(self.one(wav) for wav in wavs)))

    async def one(self, wav: Path) -> Ticket:
        """Place a call; return its ticket once the call's words are all read."""
        report = await place_call(CallOptions(wav=wav, to=f"sip:101@{self.sip}", after_file_s=AFTER_S), self.pacer)
        return await self._finished(report)

    async def _finished(self, report: CallReport) -> Ticket:
        deadline = time.monotonic() + SETTLE_S
        while report.ticket_id and time.monotonic() < deadline:
            ticket = await self.queue.get(TicketId(report.ticket_id))
            if ticket is not None and ticket.call.state is CallState.ENDED:
                return ticket
            await asyncio.sleep(0.1)
        raise PartUnavailable(f"a call got no finished ticket: {report.status} {report.reason}")


@dataclass(frozen=True, slots=True)
class Used:
    """What the gateway took while the calls ran."""

    cpu_cores: float
    memory_mb: float
    memory_grown_mb: float
    gap_p99_ms: float


class Gauge:
    """Measures all processes of a gateway."""

    def __init__(self, pid: int, ops: str) -> None:
        self._root = psutil.Process(pid)
        self._ops = ops
        self._began = self._cpu = self._memory = 0.0

    async def start(self) -> None:
        """Begin."""
        self._began, self._cpu, self._memory = time.monotonic(), self._cpu_s(), self._memory_mb()
        self._gaps = await self._histogram()

    async def stop(self) -> Used:
        """End; the gaps are those since `start`."""
        seconds = time.monotonic() - self._began
        memory = self._memory_mb()
        gaps = {bound: count - self._gaps.get(bound, 0.0) for bound, count in (await self._histogram()).items()}
        return Used((self._cpu_s() - self._cpu) / seconds, memory, memory - self._memory, _quantile(gaps, 0.99) * 1000)

    def _processes(self) -> list[psutil.Process]:
        return [self._root, *self._root.children(recursive=True)]

    def _cpu_s(self) -> float:
        return sum(sum(process.cpu_times()[:2]) for process in self._processes())

    def _memory_mb(self) -> float:
        return sum(process.memory_info().rss for process in self._processes()) / 2**20

    async def _histogram(self) -> dict[float, float]:
        """Read the gaps between packets sent, cumulative by upper bound in seconds."""
        async with ClientSession() as web, web.get(f"http://{self._ops}/metrics") as reply:
            text = await reply.text()
        return {
            float(sample.labels["le"]): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name == "intake101_rtp_sent_gap_seconds_bucket"
        }


def _quantile(cumulative: dict[float, float], q: float) -> float:
    """Return the upper bound of the bucket that holds a quantile: never less than the true value."""
    bounds = sorted(cumulative)
    total = cumulative[bounds[-1]] if bounds else 0.0
    return next((bound for bound in bounds if cumulative[bound] >= q * total), float("inf")) if total else float("nan")
