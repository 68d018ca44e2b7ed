"""Tickets as calls would make them, for the desk's tests."""

import tomllib
import wave
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from math import pi, sin
from pathlib import Path
from struct import pack

from gateway.domain.call import Call, CallState, EndReason, Segment, Speaker, Word
from gateway.domain.ids import CallId, TicketId, uuid7
from gateway.domain.ticket import (
    CallerInformation,
    Facts,
    Incident,
    Location,
    Name,
    NextQuestion,
    RaiseCause,
    Raised,
    Ticket,
)
from gateway.domain.triage import IncidentType
from gateway.domain.value import Alternative, Evidence, Source, Value

ROOT = Path(__file__).resolve().parents[3]
WORD_MS = 300
_numbers: Iterator[int] = count(1)


def types() -> Mapping[str, IncidentType]:
    """The contract's incident types."""
    rows = tomllib.loads((ROOT / "config/incident_types.toml").read_text("utf-8"))
    return {name: IncidentType.model_validate(row) for name, row in rows.items()}


def now() -> datetime:
    return datetime.now(UTC)


def spoken(text: str, start_ms: int, language: str = "nl", speaker: Speaker = Speaker.CALLER) -> Segment:
    """Words at an even pace; what the gateway says has no word times."""
    texts = text.split()
    words = tuple(
        Word(text=word, start_ms=start_ms + i * WORD_MS, end_ms=start_ms + (i + 1) * WORD_MS - 40, confidence=0.93)
        for i, word in enumerate(texts)
    )
    end_ms = start_ms + len(texts) * WORD_MS
    kept = words if speaker is Speaker.CALLER else ()
    return Segment(speaker=speaker, start_ms=start_ms, end_ms=end_ms, text=text, language=language, words=kept)


def heard(value: object, confidence: float, segments: Sequence[Segment], phrase: str, **more: object) -> Value:
    """A value that rests on `phrase` wherever it stands in the segments."""
    words = [word for segment in segments for word in segment.words]
    wanted = phrase.split()
    for i in range(len(words) - len(wanted) + 1):
        found = words[i : i + len(wanted)]
        if [word.text for word in found] == wanted:
            evidence = Evidence(text=phrase, start_ms=found[0].start_ms, end_ms=found[-1].end_ms, rule="sample")
            return Value(value=value, confidence=confidence, source=Source.SPEECH, evidence=(evidence,), **more)
    raise AssertionError(f"{phrase!r} was not said")


def blank(*, seconds_ago: float = 20, caller: str | None = "+32475123456", state: str = "active") -> Ticket:
    """A ticket as it is opened."""
    number = next(_numbers)
    started = now() - timedelta(seconds=seconds_ago)
    ticket_id = TicketId(uuid7(int(started.timestamp() * 1000), number.to_bytes(10, "big")))
    call = Call(
        id=CallId(f"call-{number}"),
        caller=caller,
        state=CallState(state),
        started_at=started,
        answered_at=None if state == "ringing" else started + timedelta(seconds=1),
        ended_at=now() if state == "ended" else None,
        end_reason=EndReason.CALLER if state == "ended" else None,
        node="sample",
    )
    return Ticket(id=ticket_id, created_at=started, updated_at=started, zone="BRU", call=call)


BURGLARY = (
    spoken("U spreekt met de politie. Zeg wat er gebeurt en waar.", 200, speaker=Speaker.GATEWAY),
    spoken("ja goeiedag er zijn twee mannen aan het inbreken bij mijn buren", 4200),
    spoken("in de defacqzstraat nummer drieënvijftig in elsene", 8000),
    spoken("Heeft iemand een wapen?", 11200, speaker=Speaker.GATEWAY),
    spoken("ik denk dat een van hen een mes heeft ze zijn nog binnen met een zwarte jas", 12800),
)


def burglary(ticket: Ticket, segments: int = len(BURGLARY)) -> Ticket:
    """What the first segments of a Dutch burglary make of a ticket."""
    said = BURGLARY[:segments]
    call = ticket.call.model_copy(update={"language": "nl", "recording": f"{ticket.id}.wav"})
    ticket = ticket.changed(now(), call=call, transcript=said)
    if segments >= 2:
        kind = heard("burglary_in_progress", 0.95, said, "aan het inbreken")
        rest = kind.model_copy(update={"alternatives": (Alternative(value="burglary_discovered", confidence=0.21),)})
        incident = Incident(
            type=rest,
            pillar=kind.model_copy(update={"value": "veiligheid"}),
            track=kind.model_copy(update={"value": "gerechtelijk"}),
            priority=kind.model_copy(update={"value": 1}),
            response=kind.model_copy(update={"value": "immediate"}),
            reasons=("inbraak op heterdaad", "nog bezig"),
        )
        question = NextQuestion(field="location.street", text="Waar gebeurt het? In welke straat?", language="nl")
        facts = Facts(
            ongoing=heard(True, 0.88, said, "aan het inbreken"),
            suspects=heard("twee mannen", 0.82, said, "twee mannen"),
        )
        ticket = ticket.model_copy(update={"incident": incident, "next_question": question, "facts": facts})
    if segments >= 3:
        street = Name(fr="Rue Defacqz", nl="Defacqzstraat")
        rival = Alternative(value=Name(fr="Rue de Facqz", nl="Facqzstraat"), confidence=0.11)
        location = Location(
            street=heard(street, 0.94, said, "defacqzstraat", alternatives=(rival,)),
            house_number=heard("53", 0.76, said, "nummer drieënvijftig"),
            municipality=heard(Name(fr="Ixelles", nl="Elsene"), 0.97, said, "elsene"),
            lat=heard(50.8286, 0.9, said, "defacqzstraat"),
            lon=heard(4.3612, 0.9, said, "defacqzstraat"),
        )
        question = NextQuestion(field="facts.weapon", text="Heeft iemand een wapen?", language="nl")
        ticket = ticket.model_copy(update={"location": location, "next_question": question})
    if segments >= 5:
        facts = ticket.facts.model_copy(
            update={
                "weapon": heard("knife", 0.55, said, "een mes"),
                "ongoing": heard(True, 0.96, said, "ze zijn nog binnen"),
                "suspects": heard("twee mannen, zwarte jas", 0.82, said, "zwarte jas"),
                "caller_role": heard("witness", 0.7, said, "mijn buren"),
            }
        )
        question = NextQuestion(field="facts.injured", text="Is er iemand gewond?", language="nl")
        ticket = ticket.model_copy(update={"facts": facts, "next_question": question})
    return ticket


def noise(ticket: Ticket) -> Ticket:
    """A French noise complaint at its end: deferred, and told so."""
    said = (
        spoken("bonsoir je vous appelle pour du tapage nocturne", 3000, "fr"),
        spoken("c'est au café de la place flagey à ixelles il n'y a pas de blessés", 6500, "fr"),
    )
    kind = heard("noise", 0.92, said, "tapage nocturne")
    told = CallerInformation(
        text="Une patrouille passera ce soir. Comptez environ deux heures, des appels plus urgents passent avant.",
        language="fr",
        cause="des appels plus urgents passent avant",
        expected_delay_minutes=120,
        spoken_at=now(),
        by="gateway",
    )
    return ticket.changed(
        now(),
        call=ticket.call.model_copy(update={"language": "fr"}),
        transcript=said,
        incident=Incident(
            type=kind,
            priority=kind.model_copy(update={"value": 4}),
            response=kind.model_copy(update={"value": "deferred"}),
            track=kind.model_copy(update={"value": "bestuurlijk"}),
            pillar=kind.model_copy(update={"value": "rust"}),
            reasons=("tapage",),
        ),
        location=Location(
            landmark=heard(Name(fr="Place Flagey", nl="Flageyplein"), 0.9, said, "place flagey"),
            municipality=heard(Name(fr="Ixelles", nl="Elsene"), 0.96, said, "ixelles"),
        ),
        facts=Facts(injured=heard(False, 0.9, said, "il n'y a pas de blessés")),
        caller_information=told,
    )


def simple(ticket: Ticket, kind: str, priority: int, language: str, words: str, place: Name | None = None) -> Ticket:
    """Any other call: its type is the whole of its words."""
    said = (spoken(words, 3000, language),)
    value = heard(kind, 0.8, said, words)
    location = Location(municipality=Value(value=place, confidence=0.8, source=Source.SPEECH)) if place else Location()
    return ticket.changed(
        now(),
        call=ticket.call.model_copy(update={"language": language}),
        transcript=said,
        incident=Incident(type=value, priority=value.model_copy(update={"value": priority})),
        location=location,
    )


def raised(ticket: Ticket, cause: str, detail: str) -> Ticket:
    """A ticket that a person must look at."""
    return ticket.changed(now(), raised=(*ticket.raised, Raised(cause=RaiseCause(cause), detail=detail, at=now())))


def busy_evening() -> Sequence[Ticket]:
    """An evening's list."""
    return (
        noise(blank(seconds_ago=812, state="ended")),
        simple(
            blank(seconds_ago=301), "accident_injury", 1, "fr", "il y a eu un accident", Name(fr="Jette", nl="Jette")
        ),
        simple(
            blank(seconds_ago=75), "fight", 1, "nl", "ze zijn aan het vechten", Name(fr="Anderlecht", nl="Anderlecht")
        ),
        raised(blank(seconds_ago=44), "silent_line", "nobody has spoken for 20 s"),
        simple(
            blank(seconds_ago=540, state="ended"),
            "theft",
            3,
            "nl",
            "mijn fiets is gestolen",
            Name(fr="Uccle", nl="Ukkel"),
        ),
        simple(blank(seconds_ago=1290, state="ended"), "parking", 4, "fr", "une voiture devant mon garage"),
        simple(blank(seconds_ago=95, state="ended"), "information_request", 5, "fr", "où est le commissariat"),
        blank(seconds_ago=3, caller=None, state="ringing"),
    )


def write_wav(path: Path, seconds: float, *, finished: bool = True) -> None:
    """A recording of a tone; not finished, its header gives no sizes, as while a call goes on."""
    samples = b"".join(pack("<h", int(8000 * sin(2 * pi * 440 * i / 8000))) for i in range(int(seconds * 8000)))
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(samples)
    if not finished:
        content = path.read_bytes()
        path.write_bytes(content[:4] + bytes(4) + content[8:40] + bytes(4) + content[44:])
