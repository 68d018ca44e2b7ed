"""The command line, `intake101` (contract: results are JSON lines on standard output, all else goes to standard error).

Each command is a module of `gateway.commands` with `add(parser)` and `run(args, settings)`; it is imported only when it
is asked for, so that the others start quickly.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path

from gateway.errors import ConfigError, IntakeError, UsageError
from gateway.settings import Settings, load

COMMANDS = {
    "demo": "place the sample calls on a gateway of their own and show the tickets",
    "serve": "run the gateway",
    "call": "place a test call from a sound file",
    "transcribe": "write down what sound files say",
    "understand": "read lines of text into incident, place and facts",
    "queue": "the dispatch side of the queue",
    "models": "list, check and train speech and language models",
    "gazetteer": "look up names of places",
    "audit": "check the chained log",
    "doctor": "say what is ready, what is missing and how to mend it",
    "bench": "measure",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status: 0 done, 1 not done, 2 wrong usage."""
    words = list(sys.argv[1:] if argv is None else argv)
    parser = _parser(words)
    args = parser.parse_args(words)
    try:
        settings = load(args.config, os.environ, _flags(vars(args)))
        return int(args.run(args, settings))
    except UsageError as error:
        return _complain(error, 2)
    except ConfigError as error:
        return _complain(error, 1)
    except IntakeError as error:
        return _complain(error, 1)
    except BaseExceptionGroup as group:
        known, unknown = group.split(IntakeError)
        if unknown or known is None:
            raise
        return _complain(_first(known), 1)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """Build the parser; only the command that is asked for is imported."""
    parser = argparse.ArgumentParser(prog="intake101", description="Intake gateway for Belgian 101 police calls.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    asked = next((word for word in words if not word.startswith("-")), None)
    for name, what in COMMANDS.items():
        sub = commands.add_parser(name, help=what, description=what[0].upper() + what[1:] + ".")
        sub.add_argument(
            "--config", type=Path, metavar="FILE", help="settings (config/gateway.toml explains every key)"
        )
        if name == asked:
            module = import_module(f"gateway.commands.{name}")
            module.add(sub)
            sub.set_defaults(run=module.run)
    return parser


FLAGS = {
    "sip": ("sip", "listen"),
    "web": ("desk", "listen"),
    "redis": ("queue", "redis"),
    "data": ("site", "data"),
    "zone": ("site", "zone"),
    "gazetteer": ("language", "gazetteer"),
}
"""Flags that set a setting, wherever a command has them."""


def _flags(args: Mapping[str, object]) -> dict[tuple[str, str], object]:
    return {key: args.get(flag) for flag, key in FLAGS.items()}


def _first(group: BaseExceptionGroup[IntakeError]) -> IntakeError:
    """Return the first leaf of what tasks raised together."""
    leaf: BaseException = group
    while isinstance(leaf, BaseExceptionGroup):
        leaf = leaf.exceptions[0]
    assert isinstance(leaf, IntakeError)  # noqa: S101 - the group was split so
    return leaf


def _complain(error: Exception, status: int) -> int:
    sys.stderr.write(f"intake101: {error}\n")
    return status


__all__ = ["Settings", "main"]

if __name__ == "__main__":
    sys.exit(main())
