"""The fields a call-taker sees and corrects: one row each, with its block, its editor and its check."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from gateway.domain.ticket import Ticket
from gateway.domain.value import Value
from gateway.errors import IntakeError

TEXT_LIMIT = 200
MOST_INJURED = 20


class Editor(StrEnum):
    """How a field is filled in."""

    TEXT = "text"
    NAME = "name"
    """A name in French and in Dutch."""
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the ticket on the desk."""

    id: str
    """`part.name` in the ticket."""
    block: str
    """where, what, danger or people."""
    editor: Editor = Editor.TEXT
    choices: tuple[str | int | bool, ...] = ()
    """The values to choose from; for `incident.type` the site's own."""
    pattern: re.Pattern[str] | None = None
    large: bool = False
    """Whether it must be read from across the desk."""
    optional: bool = False
    """Whether it is shown only when something is known."""

    @property
    def part(self) -> str:
        """`incident`, `location` or `facts`."""
        return self.id.partition(".")[0]

    @property
    def name(self) -> str:
        """The field's name within its part."""
        return self.id.partition(".")[2]


class NotAValue(IntakeError):
    """What was filled in cannot stand in the field; `text` is the key of the text that says why."""

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text)
        self.text = text
        self.values = values


_WEAPONS = ("firearm", "knife", "blunt", "explosive", "chemical", "vehicle", "other", False)

FIELDS = (
    Field("location.street", "where", Editor.NAME, large=True),
    Field("location.house_number", "where", pattern=re.compile(r"\d{1,5}(\s?[\w/-]{1,8}){0,2}"), large=True),
    Field("location.box", "where", optional=True),
    Field("location.municipality", "where", Editor.NAME, large=True),
    Field("location.postcode", "where", pattern=re.compile(r"[1-9]\d{3}"), optional=True),
    Field("location.cross_street", "where", Editor.NAME, optional=True),
    Field("location.landmark", "where", Editor.NAME, optional=True),
    Field("incident.type", "what", Editor.CHOICE, large=True),
    Field("facts.ongoing", "what", Editor.CHOICE, (True, False), large=True),
    Field("incident.priority", "what", Editor.CHOICE, (1, 2, 3, 4, 5)),
    Field("incident.response", "what", Editor.CHOICE, ("immediate", "deferred", "none")),
    Field("incident.track", "what", Editor.CHOICE, ("bestuurlijk", "gerechtelijk", "beide")),
    Field("incident.pillar", "what", Editor.CHOICE, ("veiligheid", "rust", "gezondheid")),
    Field("facts.weapon", "danger", Editor.CHOICE, _WEAPONS, large=True),
    Field("facts.injured", "danger", Editor.CHOICE, (False, True, *range(1, MOST_INJURED + 1)), large=True),
    Field("facts.suspects", "people"),
    Field("facts.vehicles", "people"),
    Field("facts.direction", "people"),
    Field("facts.caller_role", "people", Editor.CHOICE, ("victim", "witness", "third_party")),
    Field("facts.callback", "people", pattern=re.compile(r"\+?\d[\d ./-]{2,24}")),
)

BY_ID: Mapping[str, Field] = {field.id: field for field in FIELDS}


def value_of(ticket: Ticket, field: Field) -> Value[Any]:
    """Return what stands in the field."""
    value: Value[Any] = getattr(getattr(ticket, field.part), field.name)
    return value


def check(field: Field, value: object, types: Mapping[str, object]) -> object:
    """Return a person's value as the ticket takes it (blank: None, not known); raises NotAValue."""
    match field.editor:
        case Editor.CHOICE:
            return _chosen(value, tuple(types) if field.id == "incident.type" else field.choices)
        case Editor.NAME:
            return _name(value)
        case Editor.TEXT:
            return _text(value, field)


def _chosen(value: object, choices: tuple[object, ...]) -> object:
    if value is None or any(value == choice and type(value) is type(choice) for choice in choices):
        return value
    raise NotAValue("error.not_a_choice")


def _name(value: object) -> object:
    if value is None:
        return None
    if not isinstance(value, dict) or set(value) - {"fr", "nl"}:
        raise NotAValue("error.not_a_value")
    name = {language: _line(value.get(language)) for language in ("fr", "nl")}
    return name if any(name.values()) else None


def _text(value: object, field: Field) -> str | None:
    line = _line(value)
    if line is not None and field.pattern is not None and not field.pattern.fullmatch(line):
        raise NotAValue(f"error.{field.name}")
    return line


def _line(value: object) -> str | None:
    """Return one line of text without the blanks around it; None when nothing is left."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise NotAValue("error.not_a_value")
    line = " ".join(value.split())
    if len(line) > TEXT_LIMIT:
        raise NotAValue("error.too_long", limit=TEXT_LIMIT)
    if not line.isprintable():
        raise NotAValue("error.not_a_value")
    return line or None
