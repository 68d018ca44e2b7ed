"""What a call works with: the ports, the zone's tables, and where it is."""

from dataclasses import dataclass

from gateway.domain.caller_information import Sentence
from gateway.domain.triage import TriageTable
from gateway.intake.conversation import Manners
from gateway.intake.ledger import Ledger
from gateway.ports import Announcements, Clock, Hearing, Observer, Understanding


@dataclass(frozen=True, slots=True)
class Parts:
    """Given to every session by the composition root."""

    zone: str
    node: str
    """Which intake process this is."""
    language: str
    """Language of what call-takers read: the reasons on a ticket."""
    manners: Manners
    table: TriageTable
    sentences: dict[str, dict[str, Sentence]]
    """What callers are told about the answer, by announcement key and language."""
    hearing: Hearing
    understanding: Understanding
    announcements: Announcements
    ledger: Ledger
    clock: Clock
    observer: Observer
