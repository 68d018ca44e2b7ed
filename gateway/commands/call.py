"""`intake101 call`: a test caller. Plays a file over real SIP and RTP; tells the ticket's id and what was heard."""

import argparse
import asyncio
import wave
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from gateway import adapters
from gateway.commands.output import line, result
from gateway.errors import IntakeError
from gateway.ports import SAMPLE_RATE_HZ
from gateway.settings import Settings
from gateway.speech.transcriber import AUTO, transcribe
from gateway.telephony.caller import CallOptions, CallReport, place_call


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the flags."""
    parser.add_argument("file", type=Path, metavar="FILE.wav", help="8 or 16 kHz; 16-bit PCM, A-law or mu-law")
    parser.add_argument(
        "--to", default="sip:101@127.0.0.1:5060", metavar="URI", help="whom to call (default %(default)s)"
    )
    parser.add_argument("--from", dest="caller", default="anonymous", metavar="NUMBER", help="calling number")
    parser.add_argument("--listen", type=float, default=12.0, metavar="S", help="seconds to listen after the file")
    parser.add_argument("--json", action="store_true", help="one JSON line instead of words")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Place the call; 0 when it was answered and has a ticket."""
    return asyncio.run(_run(args, settings))


async def _run(args: argparse.Namespace, settings: Settings) -> int:
    options = CallOptions(wav=args.file, to=args.to, caller=args.caller, after_file_s=args.listen)
    report = await place_call(options)
    row = {
        "ticket": report.ticket_id,
        "status": report.status,
        "reason": report.reason,
        "answered_after_ms": report.answered_after_ms,
        "ended_by": report.ended_by,
        "heard": await heard_back(report, settings) if report.answered else None,
    }
    if args.json:
        result(row)
    else:
        _tell(row)
    return 0 if report.answered and report.ticket_id else 1


async def heard_back(report: CallReport, settings: Settings) -> dict[str, Any]:
    """Return the seconds of sound that came back and, by the site's own recognition, its words."""
    seconds = round(len(report.heard) / 2 / SAMPLE_RATE_HZ, 1)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "heard.wav"
        with wave.open(str(path), "wb") as file:
            file.setparams((1, 2, SAMPLE_RATE_HZ, 0, "NONE", ""))
            file.writeframes(report.heard)
        try:
            words = await transcribe(path, AUTO, adapters.model_folders(settings))
        except IntakeError as error:
            return {"seconds": seconds, "language": None, "text": None, "why": str(error)}
    return {"seconds": seconds, "language": words["language"], "text": words["text"]}


def _tell(row: dict[str, Any]) -> None:
    if row["heard"] is None:
        line(f"not answered: {row['status']} {row['reason']}")
        return
    line(f"ticket {row['ticket']}")
    line(f"answered after {row['answered_after_ms']:.0f} ms, ended by {row['ended_by']}")
    line(f"heard back {row['heard']['seconds']} s: {row['heard']['text']}")
