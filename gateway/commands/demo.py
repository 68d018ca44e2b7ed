"""`intake101 demo`: the sample calls, placed over real SIP and RTP on a gateway of this machine, and dispatched.

The gateway runs as `intake101 serve` does, with an embedded Redis and addresses of its own on loopback.
"""

import argparse
import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from gateway import adapters, process
from gateway.commands.output import line, progress, result
from gateway.commands.samples import Sample, folder, samples
from gateway.commands.trial import desk_url, trial_gateway
from gateway.domain.call import CallState
from gateway.domain.ids import ConsumerId, TicketId, Token
from gateway.domain.ticket import Status, Ticket
from gateway.ports import Change, Lease, TicketQueue
from gateway.settings import Settings
from gateway.telephony.caller import CallOptions, CallReport, place_call
from gateway.telephony.pacer import Pacer

AT_ONCE = 4
"""Sample calls at the same time."""
LISTEN_S = 14.0
"""A caller listens so long after speaking, to be asked and told."""
LEASE_S = 30.0
CONSUMER = ConsumerId("demo dispatch")
DONE_S = 20.0
"""How long after its call a ticket may take to be complete and acknowledged."""


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the flags."""
    parser.add_argument("--once", action="store_true", help="end after the last call")
    parser.add_argument("--json", action="store_true", help="JSON lines instead of a table")
    parser.add_argument("--data", metavar="DIR", help="keep journal and recordings here instead of a temporary folder")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Run the demo; 0 only if every sample call became its expected ticket and was claimed and acknowledged."""
    return asyncio.run(_run(args, settings))


async def _run(args: argparse.Namespace, settings: Settings) -> int:
    async with AsyncExitStack() as stack:
        data = Path(args.data) if args.data else Path(stack.enter_context(TemporaryDirectory(prefix="intake101-demo-")))
        progress("starting the gateway: embedded Redis (for a first run only), intake, desk")
        ready = await stack.enter_async_context(trial_gateway(data))
        there = settings.model_copy(update={"queue": settings.queue.model_copy(update={"redis": ready["redis"]})})
        queue = await stack.enter_async_context(adapters.open_queue(there))
        progress(f"SIP on {ready['sip']}, desk on {desk_url(ready, data)}")
        dispatch = Dispatch(queue)
        async with process.background() as tasks:
            tasks.create_task(dispatch.follow())
            tasks.create_task(dispatch.consume())
            rows = await _place_all(ready["sip"], dispatch, as_json=args.json)
        good = sum(row["ok"] for row in rows)
        progress(f"{good} of {len(rows)} calls became their expected ticket and were claimed and acknowledged")
        if not args.once:
            progress(f"the desk stays open: {desk_url(ready, data)}   (Ctrl-C ends)")
            await asyncio.Event().wait()
    return 0 if good == len(rows) else 1


# -- the dispatch side -------------------------------------------------------------------------------------------------


@dataclass
class Dispatch:
    """A consumer as dispatch systems are: claims what comes, follows it while it grows, acknowledges it at the end."""

    queue: TicketQueue
    first_told: dict[tuple[TicketId, str], float | None] = field(default_factory=dict)
    """Seconds from the end of the word that told a ticket's type to its being on the queue; None without a word."""
    acknowledged: dict[TicketId, asyncio.Event] = field(default_factory=dict)
    held: dict[TicketId, Token] = field(default_factory=dict)

    async def follow(self) -> None:
        """Watch every change of every ticket."""
        async for change in self.queue.changes():
            await self._look(change)

    async def _look(self, change: Change) -> None:
        ticket = await self.queue.get(change.ticket_id)
        if ticket is None:
            return
        kind = ticket.incident.type.value
        if kind is not None and (ticket.id, kind) not in self.first_told:
            self.first_told[ticket.id, kind] = _since_telling_word(ticket)
        await self._acknowledge_if_over(ticket)

    async def consume(self) -> None:
        """Claim tickets as they come, the most urgent first; renew while the call goes on."""
        while True:
            lease = await self.queue.claim(CONSUMER, LEASE_S, wait=LEASE_S / 3)
            if lease:
                await self._hold(lease)
            for ticket_id, token in list(self.held.items()):
                self.held[ticket_id] = (await self.queue.renew(ticket_id, token, LEASE_S)).token

    async def _hold(self, lease: Lease) -> None:
        self.held[lease.ticket.id] = lease.token
        await self._acknowledge_if_over(lease.ticket)

    async def _acknowledge_if_over(self, ticket: Ticket) -> None:
        if ticket.call.state is CallState.ENDED and ticket.id in self.held:
            await self.queue.ack(ticket.id, self.held.pop(ticket.id))
            self.acknowledged.setdefault(ticket.id, asyncio.Event()).set()

    async def done(self, ticket_id: TicketId) -> Ticket | None:
        """Wait until a ticket is acknowledged; return it as it stands."""
        try:
            async with asyncio.timeout(DONE_S):
                await self.acknowledged.setdefault(ticket_id, asyncio.Event()).wait()
        except TimeoutError:
            pass
        return await self.queue.get(ticket_id)

    def seconds_to_update(self, ticket: Ticket) -> float | None:
        """Return how long the word that told the type took to the queue."""
        return self.first_told.get((ticket.id, ticket.incident.type.value or ""))


def _since_telling_word(ticket: Ticket) -> float | None:
    """Return the seconds from the end of the last word that the type rests on to now."""
    spoken = [e.end_ms for e in ticket.incident.type.evidence if not e.rule.startswith("gateway:")]
    if not spoken or ticket.call.answered_at is None:
        return None
    return round((datetime.now(UTC) - ticket.call.answered_at).total_seconds() - max(spoken) / 1000, 2)


# -- the calling side --------------------------------------------------------------------------------------------------


async def _place_all(sip: str, dispatch: Dispatch, *, as_json: bool) -> list[dict[str, Any]]:
    """Place the sample calls, some at once; returns a row each, in the order of the list."""
    turns = asyncio.Semaphore(AT_ONCE)
    pacer = Pacer()
    pacer.start()
    if not as_json:
        line(_TABLE.format("call", "ticket", "type", "pri", "street or place", "number", "seconds", ""))

    async def one(name: str, sample: Sample) -> dict[str, Any]:
        async with turns:
            report = await place_call(_options(name, sample, sip), pacer)
        row = await _row(name, sample, report, dispatch)
        result(row) if as_json else line(_TABLE.format(*_columns(row)))
        return row

    try:
        return await asyncio.gather(*(one(name, sample) for name, sample in samples().items()))
    finally:
        pacer.stop()


def _options(name: str, sample: Sample, sip: str) -> CallOptions:
    return CallOptions(
        wav=folder() / f"{name}.wav",
        to=f"sip:101@{sip}",
        caller="+3224000101",
        after_file_s=LISTEN_S if sample.text else 0.0,
        hang_up_at_s=sample.hang_up_at_s,
    )


async def _row(name: str, sample: Sample, report: CallReport, dispatch: Dispatch) -> dict[str, Any]:
    ticket = await dispatch.done(TicketId(report.ticket_id)) if report.ticket_id else None
    if ticket is None:
        return {"call": name, "ok": False, "differs": [f"no ticket: {report.status} {report.reason}"]}
    differs = sample.differences(ticket)
    if ticket.status is not Status.CLOSED:
        differs.append("not claimed and acknowledged")
    place = ticket.location.street.value or ticket.location.landmark.value
    return {
        "call": name,
        "ticket": ticket.id,
        "type": ticket.incident.type.value,
        "priority": ticket.incident.priority.value,
        "street": place.model_dump() if place else None,
        "number": ticket.location.house_number.value,
        "seconds": dispatch.seconds_to_update(ticket),
        "told": ticket.caller_information.text if ticket.caller_information else None,
        "ok": not differs,
        "differs": differs,
    }


_TABLE = "{:<15} {:<13} {:<21} {:<3} {:<34} {:<6} {:<7} {}"


def _columns(row: dict[str, Any]) -> tuple[str, ...]:
    place = " / ".join(name for name in (row.get("street") or {}).values() if name)
    mark = "as expected" if row["ok"] else "; ".join(row["differs"])
    cells = (row["call"], str(row.get("ticket"))[-12:], row.get("type"), row.get("priority"), place)
    return tuple(str(c if c is not None else "-") for c in (*cells, row.get("number"), row.get("seconds"), mark))
