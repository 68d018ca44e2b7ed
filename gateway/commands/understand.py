"""`intake101 understand`: reads lines of text into incident, place and facts, and weighs them."""

import argparse
import asyncio
import json
import sys
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from gateway import adapters
from gateway.commands.output import progress, result
from gateway.domain.call import Segment, Speaker
from gateway.domain.questions import SURE
from gateway.domain.triage import TriageTable, triage
from gateway.errors import PartUnavailable
from gateway.language.joining import join
from gateway.language.mapping import reading
from gateway.language.reader import ReaderPool
from gateway.settings import Settings
from gateway.worker.crew import running

LONGEST = 100_000
"""Characters of a line; more is refused."""
FACTS = ("weapon", "injured", "ongoing")
NAMES = ("street", "municipality", "landmark")
EVIDENT = {"incident_type": "type"}
"""Fields of an understanding whose evidence goes by another name."""


class Line(BaseModel):
    """One line of input."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str | int
    language: Literal["nl", "fr", "de", "en"]
    text: str


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the flags."""
    parser.add_argument("--gazetteer", metavar="FILE", help="places to look for instead of the site's")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Read standard input to its end; 1 when a line could not be read, the others are answered all the same."""
    del args
    return asyncio.run(_run(settings))


async def _run(settings: Settings) -> int:
    table = adapters.triage_table(settings)
    pool = ReaderPool(adapters.reader_options(settings))
    refused = 0
    async with running(pool):
        for number, raw in enumerate(sys.stdin, start=1):
            try:
                line = Line.model_validate_json(raw[:LONGEST])
            except ValidationError as error:
                refused += 1
                first = error.errors()[0]
                progress(f"line {number}: {'.'.join(map(str, first['loc'])) or 'JSON'}: {first['msg']}")
                continue
            try:
                result(await _row(line, pool, table, settings))
            except PartUnavailable as error:
                refused += 1
                progress(f"line {number}: {error}")
    return 1 if refused else 0


async def _row(line: Line, pool: ReaderPool, table: TriageTable, settings: Settings) -> dict[str, Any]:
    understood = await pool.understand(line.text, line.language)
    segment = Segment(speaker=Speaker.CALLER, start_ms=0, end_ms=0, text=line.text, language=line.language)
    read = reading(understood, join([segment]))
    type_id = read.type.value or "unclassified"
    weighed = triage(table, type_id, read, settings.site.desk_language)
    place: dict[str, Any] = {name: _sure(getattr(understood, name)) for name in NAMES}
    coordinates = understood.coordinates.value if understood.coordinates else None
    return {
        "id": line.id,
        "language": line.language,
        "type": read.type.value,
        "type_confidence": read.type.confidence,
        "pillar": weighed.pillar,
        "track": weighed.track,
        "priority": weighed.priority,
        "response": weighed.response,
        "reasons": weighed.reasons,
        "street": place["street"],
        "house_number": _sure(understood.house_number),
        "box": _sure(understood.box),
        "municipality": place["municipality"],
        "landmark": place["landmark"],
        "lat": coordinates and coordinates.lat,
        "lon": coordinates and coordinates.lon,
        "location_confidence": understood.location_confidence,
        **{name: _sure(getattr(understood, name), at=0.0) for name in FACTS},
        "evidence": _evidence(json.loads(understood.model_dump_json())),
    }


def _sure(extraction: Any, at: float = SURE) -> Any:  # noqa: ANN401 - any field's value
    """Return a value that may be filled in; a place only when it is sure, as on the ticket."""
    if extraction is None or extraction.confidence < at:
        return None
    value = extraction.value
    return value.model_dump() if isinstance(value, BaseModel) else value


def _evidence(understood: dict[str, Any]) -> list[dict[str, Any]]:
    """List every mention with the field it speaks for, in the order of the text."""
    mentions = [
        {"field": EVIDENT.get(field, field), **{key: mention[key] for key in ("text", "start", "end")}}
        for field, extraction in understood.items()
        if isinstance(extraction, dict)
        for mention in extraction["evidence"]
    ]
    return sorted(mentions, key=lambda mention: (mention["start"], mention["end"], mention["field"]))
