"""What a person decides on a ticket. A field a person has set is never overwritten by the machine."""

from datetime import datetime
from typing import cast

from pydantic import ValidationError

from gateway.domain.ticket import Facts, Incident, Location, Review, Ticket
from gateway.domain.value import Frozen, Source, Value
from gateway.errors import IntakeError

PARTS: dict[str, type[Frozen]] = {"incident": Incident, "location": Location, "facts": Facts}


class BadCorrection(IntakeError):
    """A person's correction names no field, or a value the field cannot have."""


def fields() -> tuple[str, ...]:
    """Return every field a person may set, as `part.name`."""
    return tuple(
        f"{part}.{name}"
        for part, model in PARTS.items()
        for name, info in model.model_fields.items()
        if _is_value(info.annotation)
    )


def correct(ticket: Ticket, field: str, value: object, now: datetime) -> Ticket:
    """Set `field` (such as `location.house_number`) to a person's `value` (None: not known); the evidence heard stays.

    `value` is as in the ticket's JSON: a street is `{"fr": ..., "nl": ...}`. Raises BadCorrection.
    """
    if field not in fields():
        raise BadCorrection(f"{field!r} is no field of a ticket; fields are {', '.join(fields())}")
    part, name = field.split(".")
    old = getattr(getattr(ticket, part), name)
    try:
        new = _model(part, name).model_validate(
            {"value": value, "confidence": 1.0, "source": Source.PERSON, "evidence": old.evidence}
        )
    except ValidationError as error:
        raise BadCorrection(f"{value!r} is no value of {field}: {error.errors()[0]['msg']}") from error
    changed = getattr(ticket, part).model_copy(update={name: new})
    return ticket.changed(now, review=Review.CORRECTED, **{part: changed})


def confirm(ticket: Ticket, now: datetime) -> Ticket:
    """Note that a person has looked and agrees; the reasons for raising the ticket are settled."""
    review = ticket.review if ticket.review is Review.CORRECTED else Review.CONFIRMED
    return ticket.changed(now, review=review, raised=())


def _model(part: str, name: str) -> type[Value[object]]:
    return cast("type[Value[object]]", PARTS[part].model_fields[name].annotation)


def _is_value(annotation: object) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Value)
