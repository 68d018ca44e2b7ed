"""`intake101 queue`: the dispatch side for people and scripts (`contract/cli.md`). JSON lines on standard output."""

import argparse
import json
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from gateway.domain.ids import ConsumerId, TicketId, Token
from gateway.domain.ticket import Ticket
from gateway.domain.value import rfc3339
from gateway.errors import PartUnavailable, StaleToken
from gateway.ports import TicketQueue

Line = Mapping[str, Any]
Command = Callable[[argparse.Namespace, TicketQueue], Awaitable[Sequence[Line]]]


def add_actions(parser: argparse.ArgumentParser) -> None:
    """Add the actions and their flags; `args.queue_command` names the one chosen, `redis` and `zone` may be None."""
    commands = parser.add_subparsers(dest="queue_command", required=True, metavar="COMMAND")
    for name, (_, summary, options) in _COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary)
        for option in ("redis", "zone", *options):
            flag, settings = _OPTIONS[option]
            command.add_argument(flag, **settings)


async def run(args: argparse.Namespace, queue: TicketQueue) -> int:
    """Do it; return 0, or 1 with the reason on standard error when the token is stale or the queue is away."""
    command: Command = _COMMANDS[args.queue_command][0]
    try:
        lines = await command(args, queue)
    except (StaleToken, PartUnavailable) as error:
        sys.stderr.write(f"intake101 queue {args.queue_command}: {error}\n")
        return 1
    for line in lines:
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    return 0


def summary_line(ticket: Ticket) -> Line:
    """Return a ticket's line of `list`; what is not known is null."""
    street = ticket.location.street.value
    return {
        "id": ticket.id,
        "status": ticket.status.value,
        "priority": ticket.incident.priority.value,
        "type": ticket.incident.type.value,
        "street": street.model_dump() if street else None,
        "created_at": rfc3339(ticket.created_at),
        "version": ticket.version,
    }


async def _list(args: argparse.Namespace, queue: TicketQueue) -> Sequence[Line]:
    return [summary_line(ticket) for ticket in await queue.tickets()]


async def _dead(args: argparse.Namespace, queue: TicketQueue) -> Sequence[Line]:
    return [summary_line(ticket) for ticket in await queue.dead()]


async def _claim(args: argparse.Namespace, queue: TicketQueue) -> Sequence[Line]:
    lease = await queue.claim(ConsumerId(args.consumer), args.seconds, args.wait)
    return [{"ticket": json.loads(lease.ticket.to_json()), "token": lease.token}] if lease else []


async def _renew(args: argparse.Namespace, queue: TicketQueue) -> Sequence[Line]:
    lease = await queue.renew(TicketId(args.id), Token(args.token), args.seconds)
    return [{"id": lease.ticket.id, "token": lease.token, "until": rfc3339(lease.until)}]


async def _ack(args: argparse.Namespace, queue: TicketQueue) -> Sequence[Line]:
    return [summary_line(await queue.ack(TicketId(args.id), Token(args.token)))]


async def _release(args: argparse.Namespace, queue: TicketQueue) -> Sequence[Line]:
    return [summary_line(await queue.release(TicketId(args.id), Token(args.token)))]


def _seconds(text: str, *, least: float = 0.001) -> float:
    value = float(text)
    if not least <= value <= 86_400:
        raise argparse.ArgumentTypeError(f"{text} is not between {least:g} and 86400 seconds")
    return value


def _wait(text: str) -> float:
    return _seconds(text, least=0)


_COMMANDS: Final[Mapping[str, tuple[Command, str, Sequence[str]]]] = {
    "list": (_list, "print the tickets that are not closed, in the order they would be claimed", ()),
    "claim": (
        _claim,
        "lease the first ticket and print it with its token; nothing if none",
        ("who", "seconds", "wait"),
    ),
    "renew": (_renew, "prolong a lease", ("id", "token", "seconds")),
    "ack": (_ack, "take a ticket over for good", ("id", "token")),
    "release": (_release, "give a ticket back to its place", ("id", "token")),
    "dead": (_dead, "print the tickets that no consumer took over", ()),
}

_OPTIONS: Final[Mapping[str, tuple[str, dict[str, Any]]]] = {
    "redis": ("--redis", {"metavar": "URL", "help": "where the queue is (default: the site's settings)"}),
    "zone": ("--zone", {"metavar": "ZONE", "help": "whose queue (default: the site's settings)"}),
    "id": ("id", {"metavar": "ID", "help": "the ticket"}),
    "token": ("--token", {"type": int, "required": True, "metavar": "N", "help": "the token that claim gave"}),
    "who": ("--consumer", {"required": True, "metavar": "NAME", "help": "who claims"}),
    "seconds": ("--seconds", {"type": _seconds, "required": True, "metavar": "N", "help": "length of the lease"}),
    "wait": ("--wait", {"type": _wait, "default": 0.0, "metavar": "N", "help": "wait so many seconds for a ticket"}),
}
