"""From type, cues and facts to priority, pillar, track and response, each with its reason: a table and one function.

The same facts always give the same result. A machine may raise a priority that stands on a ticket, never lower it.
"""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from gateway.domain.reading import Reading
from gateway.domain.value import Frozen

SITE_LANGUAGES = ("nl", "fr", "de", "en")


class IncidentType(Frozen):
    """One row of `incident_types.toml`."""

    pillar: Literal["veiligheid", "rust", "gezondheid"]
    track: Literal["bestuurlijk", "gerechtelijk", "beide"]
    priority: int = Field(ge=1, le=5)
    label: dict[str, str]


class Condition(Frozen):
    """What must hold for a rule; all that is named."""

    cue: str | None = None
    type: tuple[str, ...] = ()
    not_type: tuple[str, ...] = ()
    fact: dict[str, str | bool | int] = Field(default_factory=dict)


class Rule(Frozen):
    """One row of `triage.toml`."""

    id: str
    when: Condition
    at_least: int | None = Field(default=None, ge=1, le=5)
    lower_to: int | None = Field(default=None, ge=1, le=5)
    reason: dict[str, str]


class TriageTable(Frozen):
    """The zone's policy as data."""

    types: dict[str, IncidentType]
    rules: tuple[Rule, ...] = ()
    response: dict[int, Literal["immediate", "deferred", "none"]]
    announcement: dict[int, str]


class Triage(Frozen):
    """The result for one reading."""

    type: str
    pillar: str
    track: str
    priority: int
    response: str
    reasons: tuple[str, ...]


def triage(table: TriageTable, type_id: str, reading: Reading, language: str) -> Triage:
    """Weigh one reading; reasons are written in `language`. Raises KeyError for a type the table does not have."""
    kind = table.types[type_id]
    holding = [rule for rule in table.rules if _holds(rule.when, type_id, reading)]
    raising = [rule for rule in holding if rule.at_least is not None and rule.at_least <= kind.priority]
    lowering = [rule for rule in holding if rule.lower_to is not None and not raising]
    applied = raising or lowering
    priority = min((rule.at_least for rule in raising if rule.at_least), default=kind.priority)
    priority = max([priority, *(rule.lower_to for rule in lowering if rule.lower_to)])
    return Triage(
        type=type_id,
        pillar=kind.pillar,
        track=kind.track,
        priority=priority,
        response=table.response[priority],
        reasons=(kind.label[language], *(rule.reason[language] for rule in applied)),
    )


def _holds(when: Condition, type_id: str, reading: Reading) -> bool:
    cues = {cue.value for cue in reading.cues}
    return (
        (when.cue is None or when.cue in cues)
        and (not when.type or type_id in when.type)
        and type_id not in when.not_type
        and all(_fact_is(reading, name, wanted) for name, wanted in when.fact.items())
    )


def _fact_is(reading: Reading, name: str, wanted: str | bool | int) -> bool:
    value = getattr(reading, name).value
    if wanted == "yes":
        return bool(value)
    return bool(value == wanted)


def missing_labels(types: Mapping[str, IncidentType]) -> tuple[str, ...]:
    """Return the types that lack a label in one of the site's languages."""
    return tuple(name for name, kind in types.items() if set(SITE_LANGUAGES) - set(kind.label))
