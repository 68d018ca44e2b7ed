"""`intake101 gazetteer lookup`: looks a name up as it was heard."""

import argparse

from gateway.commands.output import result
from gateway.language.places import lookup
from gateway.settings import Settings


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the actions and flags."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="lookup")
    look = actions.add_parser("lookup", help="find the places that sound like a name")
    look.add_argument("name", nargs="+", help="the name as heard")
    look.add_argument("--language", choices=("nl", "fr"), default="nl", help="language it was heard in")
    look.add_argument("--gazetteer", metavar="FILE", help="places instead of the site's")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Print a candidate a line, the likeliest first; 1 when there is none."""
    found = lookup(" ".join(args.name), args.language, settings.path(settings.language.gazetteer))
    for candidate in found:
        result(candidate)
    return 0 if found else 1
