"""`intake101 queue`: the dispatch side, for people and scripts."""

import argparse
import asyncio

from gateway import adapters
from gateway.queue import commands
from gateway.settings import Settings


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the actions and flags."""
    commands.add_actions(parser)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Do the action; 1 when it was refused."""
    return asyncio.run(_run(args, settings))


async def _run(args: argparse.Namespace, settings: Settings) -> int:
    async with adapters.open_queue(settings) as queue:
        return await commands.run(args, queue)
