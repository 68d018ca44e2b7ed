"""Two versions of one ticket made at the same time: a person's word stands, the rest is the machine's newest."""

from typing import Any, TypeVar

from gateway.domain.ticket import Facts, Incident, Location, Review, Ticket
from gateway.domain.value import Value

Part = TypeVar("Part", Incident, Location, Facts)


def merge(ours: Ticket, theirs: Ticket) -> Ticket:
    """Lay what persons decided in `theirs`, the stored version, over `ours`; its version and status are the result's.

    Neither side's reasons to raise the ticket are lost, except those a person had seen and settled in `theirs`.
    """
    seen = theirs.review is not Review.MACHINE
    raised = [r for r in ours.raised if r not in theirs.raised and not (seen and r.at <= theirs.updated_at)]
    return ours.model_copy(
        update={
            "version": theirs.version,
            "status": theirs.status,
            "review": theirs.review if seen else ours.review,
            "raised": (*theirs.raised, *raised),
            "incident": _decided(ours.incident, theirs.incident),
            "location": _decided(ours.location, theirs.location),
            "facts": _decided(ours.facts, theirs.facts),
            "caller_information": _told(ours, theirs),
        }
    )


def _decided(ours: Part, theirs: Part) -> Part:
    fields: dict[str, Any] = {name: getattr(theirs, name) for name in type(theirs).model_fields}
    return ours.model_copy(update={n: v for n, v in fields.items() if isinstance(v, Value) and v.settled})


def _told(ours: Ticket, theirs: Ticket) -> object:
    information = theirs.caller_information
    if information is not None and information.spoken_at is not None and information.by != "gateway":
        return information
    return ours.caller_information or information
