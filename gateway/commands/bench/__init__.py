"""`intake101 bench`: the figures of the README, measured on this machine. A JSON line each on standard output.

Machines differ and are busy: compare figures of one run, never of two machines.
"""

import argparse
from importlib import import_module

from gateway.settings import Settings

BENCHES = ("media", "speech", "language", "queue", "calls", "desk")


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the flags."""
    parser.add_argument("what", choices=BENCHES)
    parser.add_argument("--calls", type=int, default=30, metavar="N", help="simultaneous calls of `calls`")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Measure; 1 when a goal is not met."""
    rows = import_module(f"gateway.commands.bench.{args.what}").measure(args, settings)
    return 1 if any(row.met is False for row in rows) else 0
