"""What a caller is told about the answer: at once, or why not and when. Owed whenever the response is deferred."""

from datetime import datetime

from gateway.domain.ticket import CallerInformation, Ticket
from gateway.domain.value import Frozen


class Sentence(Frozen):
    """One of the zone's own sentences, with what it promises."""

    text: str
    cause: str | None = None
    """Why not at once, in the same language."""
    expected_delay_minutes: int | None = None


def owe(ticket: Ticket, sentence: Sentence, language: str, now: datetime) -> Ticket:
    """Note what the caller must still be told."""
    owed = CallerInformation(
        text=sentence.text,
        language=language,
        cause=sentence.cause,
        expected_delay_minutes=sentence.expected_delay_minutes,
    )
    told = ticket.caller_information
    if told is not None and (told.text, told.language) == (owed.text, owed.language):
        return ticket
    return ticket.changed(now, caller_information=owed)


def told(ticket: Ticket, by: str, now: datetime) -> Ticket:
    """Note that it has been said, when, and by whom."""
    if ticket.caller_information is None:
        return ticket
    said = ticket.caller_information.model_copy(update={"spoken_at": now, "by": by})
    return ticket.changed(now, caller_information=said)
