"""`intake101 transcribe`: writes down what sound files say, a JSON line each."""

import argparse
import asyncio
from pathlib import Path

from gateway import adapters
from gateway.commands.output import progress, result
from gateway.errors import IntakeError
from gateway.settings import Settings
from gateway.speech.transcriber import AUTO, transcribe


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the flags."""
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="WAV, 8 or 16 kHz")
    parser.add_argument("--language", choices=("nl", "fr", "de", "en", AUTO), default=AUTO)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Transcribe each file; 1 when one could not be, the others are all the same."""
    return asyncio.run(_run(args, settings))


async def _run(args: argparse.Namespace, settings: Settings) -> int:
    failed = 0
    for path in args.files:
        try:
            result(await transcribe(path, args.language, adapters.model_folders(settings)))
        except IntakeError as error:
            failed += 1
            progress(str(error))
    return 1 if failed else 0
