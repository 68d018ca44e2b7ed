"""Many calls at once on one gateway: the tickets they give, and whether the voice we send is on time.

Each call is 20 s of speech from the demo's samples. Every sample is called alone first; then all calls are placed at
once, both languages of the site listening. The callers run in this process and share the machine with the gateway.
"""

import argparse
import asyncio
import time
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
from aiohttp import ClientSession
from prometheus_client.parser import text_string_to_metric_families

from gateway import adapters
from gateway.commands.bench.figure import Figure, at_most, exactly, plain
from gateway.commands.output import progress
from gateway.commands.samples import folder, samples
from gateway.commands.trial import trial_gateway
from gateway.domain.call import CallState, Speaker
from gateway.domain.ids import TicketId
from gateway.domain.ticket import Ticket
from gateway.domain.value import Value
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
    with TemporaryDirectory(prefix="intake101-bench-") as folder:
        wavs = twenty_seconds(Path(folder))
        progress(f"{len(wavs)} samples, each alone")
        async with placing(Path(folder) / "alone", settings) as place:
            alone = {wav: told(await place.one(wav)) for wav in wavs}
        chosen = [wavs[number % len(wavs)] for number in range(calls)]
        progress(f"{calls} calls at once, on a gateway that was just started")
        async with placing(Path(folder) / "together", settings) as place:
            place.gauge.start()
            together = await asyncio.gather(*(place.one(wav) for wav in chosen))
            used = await place.gauge.stop()
    different = 0
    for wav, ticket in zip(chosen, together, strict=True):
        apart = {name: (value, alone[wav][name]) for name, value in told(ticket).items() if value != alone[wav][name]}
        different += bool(apart)
        for name, (now, before) in apart.items():
            progress(f"{wav.stem}: {name} is {now!r}, alone {before!r}")
    return [
        exactly("calls.equal_tickets", calls - different, "tickets", calls),
        at_most("calls.rtp_gap_p99", used.gap_p99_ms, "ms", GAP_GOAL_MS),
        plain("calls.cpu", used.cpu_cores, "cores"),
        plain("calls.per_core", calls / used.cpu_cores, "calls"),
        plain("calls.memory", used.memory_mb, "MiB"),
        plain("calls.memory_per_call", used.memory_grown_mb / calls, "MiB"),
    ]


@asynccontextmanager
async def placing(data: Path, settings: Settings) -> AsyncIterator["Placing"]:
    """Start a gateway to call."""
    pacer = Pacer()
    async with trial_gateway(data) as ready:
        there = settings.model_copy(update={"queue": settings.queue.model_copy(update={"redis": ready["redis"]})})
        async with adapters.open_queue(there) as queue:
            pacer.start()
            yield Placing(ready["sip"], queue, pacer, Gauge(int(ready["pid"]), ready["ops"]))
            pacer.stop()


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


def told(ticket: Ticket) -> dict[str, object]:
    """Return what a ticket claims, by field, without what differs from call to call."""
    parts = (ticket.incident, ticket.location, ticket.facts)
    fields = {name: getattr(part, name) for part in parts for name in type(part).model_fields}
    values: dict[str, object] = {name: field.value for name, field in fields.items() if isinstance(field, Value)}
    words = " ".join(s.text for s in ticket.transcript if s.speaker is Speaker.CALLER)
    return {"language": ticket.call.language, "words": words, **values}


@dataclass(frozen=True, slots=True)
class Placing:
    """Places calls and waits for their finished tickets."""

    sip: str
    queue: TicketQueue
    pacer: Pacer
    gauge: "Gauge"

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

    def start(self) -> None:
        """Begin."""
        self._began, self._cpu, self._memory = time.monotonic(), self._cpu_s(), self._memory_mb()

    async def stop(self) -> Used:
        """End."""
        seconds = time.monotonic() - self._began
        memory = self._memory_mb()
        cpu = (self._cpu_s() - self._cpu) / seconds
        return Used(cpu, memory, memory - self._memory, await self._gap_p99_s() * 1000)

    def _processes(self) -> list[psutil.Process]:
        return [self._root, *self._root.children(recursive=True)]

    def _cpu_s(self) -> float:
        return float(sum(sum(process.cpu_times()[:2]) for process in self._processes()))

    def _memory_mb(self) -> float:
        return float(sum(process.memory_info().rss for process in self._processes()) / 2**20)

    async def _gap_p99_s(self) -> float:
        """Read the 99th percentile of the gaps between packets sent since the gateway began."""
        async with ClientSession() as web, web.get(f"http://{self._ops}/metrics") as reply:
            text = await reply.text()
        families = text_string_to_metric_families(text)
        gaps = [s for f in families for s in f.samples if s.name == "intake101_rtp_sent_gap_seconds"]
        return float(next(s.value for s in gaps if s.labels["quantile"] == "0.99"))
