"""From words to the ticket: each hypothesis is read whole, in order, so that the same words make the same ticket.

While the language is open only the transcript grows: what the wrong recogniser believes to hear proposes nothing.
"""

import asyncio
from collections import deque

from gateway.domain.proposal import hear, propose
from gateway.domain.questions import next_question
from gateway.domain.ticket import NextQuestion, RaiseCause, Ticket
from gateway.errors import PartUnavailable
from gateway.intake.docket import Docket
from gateway.intake.parts import Parts
from gateway.ports import Hypothesis

LATE = 8
"""Hypotheses waiting to be read from which on words still being spoken give way to newer ones, which contain them."""


class Reader:
    """Reads one call's words onto its ticket."""

    def __init__(self, docket: Docket, parts: Parts) -> None:
        self._docket = docket
        self._parts = parts
        self._waiting: deque[Hypothesis | None] = deque()
        self._some = asyncio.Event()
        self._told_type: str | None = None

    def take(self, heard: Hypothesis) -> None:
        """Take a hypothesis to be read; never blocks. What waits is bounded by the call's final segments."""
        last = self._waiting[-1] if len(self._waiting) >= LATE else None
        if last is not None and last.partial is not None:
            self._waiting.pop()
            self._parts.observer.fault("reading is late")
        self._put(heard)

    def finish(self) -> None:
        """Let `run` return once everything taken is read."""
        self._put(None)

    async def run(self) -> None:
        """Read until `finish`; a call that ends with its language open is read in the leading one."""
        last: Hypothesis | None = None
        while (heard := await self._next()) is not None:
            if last is None or _said(heard) != _said(last):
                await self._read(heard, decided=heard.decided)
            if heard.decided and not (last and last.decided):
                self._parts.observer.language_chosen(heard.language)
            last = heard
        if last is not None and not last.decided:
            await self._read(last, decided=True)

    def _put(self, heard: Hypothesis | None) -> None:
        self._waiting.append(heard)
        self._some.set()

    async def _next(self) -> Hypothesis | None:
        while not self._waiting:
            self._some.clear()
            await self._some.wait()
        return self._waiting.popleft()

    async def _read(self, heard: Hypothesis, *, decided: bool) -> None:
        language = heard.language if decided else None
        self._docket.amend(lambda t: hear(t, heard.segments, language, self._docket.time()))
        segments = (*heard.segments, heard.partial) if heard.partial else heard.segments
        if not (decided and segments):
            return
        began = self._docket.now()
        try:
            reading = await self._parts.understanding.read(segments, heard.language)
        except PartUnavailable as error:
            self._parts.observer.fault("understanding")
            self._docket.raise_for(RaiseCause.UNDERSTANDING_FAILED, str(error))
            return
        self._parts.observer.reading_took(self._docket.now() - began)
        final, table, tongue = heard.partial is None, self._parts.table, self._parts.language
        self._docket.amend(lambda t: propose(t, reading, table, final=final, language=tongue, now=self._docket.time()))
        self._docket.amend(lambda t: self._with_next_question(t, heard.language))
        self._time_telling_word()

    def _with_next_question(self, ticket: Ticket, language: str) -> Ticket:
        question = next_question(ticket, ())
        asked = question and NextQuestion(
            field=question.field, text=self._parts.announcements.text(question.key, language), language=language
        )
        return ticket if asked == ticket.next_question else ticket.changed(self._docket.time(), next_question=asked)

    def _time_telling_word(self) -> None:
        """Measure from the last word that told the type to now, once for each type."""
        kind = self._docket.ticket.incident.type
        if kind.evidence and kind.value != self._told_type:
            self._told_type = kind.value
            end_ms = max(evidence.end_ms for evidence in kind.evidence)
            self._parts.observer.telling_word_to_update((self._docket.position_ms() - end_ms) / 1000)


def _said(heard: Hypothesis) -> tuple[object, ...]:
    return heard.decided, heard.language, heard.segments, heard.partial and heard.partial.text
