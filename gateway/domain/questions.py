"""What is still missing, in the order a call-taker asks: where, what, now or past, weapons or danger, injured.

Each question is asked once at most; never one that is answered already.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from gateway.domain.ticket import Ticket

SURE = 0.9
"""A place is filled in, and not asked for again, from this confidence on (facts on language: 98.9 % right)."""

VIOLENT = frozenset(
    {
        "shooting", "stabbing", "robbery", "assault", "fight", "domestic_violence", "sexual_violence", "abduction",
        "armed_person", "threat", "burglary_in_progress", "stalking", "suspicious_behaviour", "mental_health_crisis",
    }
)  # fmt: skip
BODILY = VIOLENT | {"accident_injury", "accident_damage", "hit_and_run", "fire_or_explosion"}
NO_PATROL = frozenset({"information_request", "no_incident"})


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask."""

    key: str
    """Key of the announcement."""
    field: str
    """The ticket's field it fills."""
    due: Callable[[Ticket], bool]
    """Whether the ticket lacks it."""


def _place_known(ticket: Ticket) -> bool:
    place = ticket.location
    return any((v.confidence or 0) >= SURE and v.value is not None for v in (place.street, place.landmark))


def _type(ticket: Ticket) -> str:
    return ticket.incident.type.value or "unclassified"


QUESTIONS = (
    Question("ask_where", "location.street", lambda t: not _place_known(t) and _type(t) not in NO_PATROL),
    Question(
        "ask_municipality",
        "location.municipality",
        lambda t: (
            _place_known(t)
            and t.location.landmark.value is None
            and (t.location.municipality.confidence or 0) < SURE
            and _type(t) not in NO_PATROL
        ),
    ),
    Question("ask_what", "incident.type", lambda t: _type(t) in ("unclassified", "silent_call")),
    Question(
        "ask_number",
        "location.house_number",
        lambda t: (
            _place_known(t)
            and t.location.street.value is not None
            and t.location.house_number.value is None
            and t.location.cross_street.value is None
            and t.location.landmark.value is None
            and _type(t) not in NO_PATROL
        ),
    ),
    Question("ask_danger", "facts.weapon", lambda t: _type(t) in VIOLENT and t.facts.weapon.value is None),
    Question("ask_injured", "facts.injured", lambda t: _type(t) in BODILY and t.facts.injured.value is None),
)


def next_question(ticket: Ticket, asked: Collection[str]) -> Question | None:
    """Return the first thing missing that was not asked yet, or None."""
    return next((q for q in QUESTIONS if q.key not in asked and q.due(ticket)), None)
