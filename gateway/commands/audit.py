"""`intake101 audit verify`: checks the chained logs and names the first broken entry."""

import argparse

from gateway.commands.output import result
from gateway.ops.audit import verify
from gateway.settings import Settings


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the actions and flags."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="verify")
    check = actions.add_parser("verify", help="check every log of the data folder")
    check.add_argument("--data", metavar="DIR", help="the gateway's data folder")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Print a line a log; 1 when one is broken."""
    del args
    broken = 0
    for path in sorted((settings.site.data / "audit").glob("*.log")):
        line = verify(path)
        broken += line is not None
        result({"log": path.name, "intact": line is None, "first_broken_line": line})
    return 1 if broken else 0
