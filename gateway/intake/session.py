"""One call from INVITE to its end: ticket on disk, answer, hearing, reading, conversation, close.

The line tells of frames, key presses and the end; hearing tells of words. The reader turns words into the ticket, the
conversation keeps its own time, the voice speaks; none waits for another.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import assert_never

from gateway.domain.call import Call, CallState, EndReason
from gateway.domain.proposal import classify_as, raise_priority
from gateway.domain.retention import forget_network_location
from gateway.domain.ticket import RaiseCause, Ticket
from gateway.errors import PartUnavailable
from gateway.intake.conversation import Action, Conversation, HangUp, HelpPressed, Hush, LineSilent, Say, Tell
from gateway.intake.docket import Docket
from gateway.intake.parts import Parts
from gateway.intake.reader import Reader
from gateway.intake.voice import Voice
from gateway.ports import Hypothesis, Line, Live, Missed

log = logging.getLogger(__name__)

TICK_S = 0.1
JOURNAL_DEADLINE_S = 1.0
"""A caller does not wait longer than this for a disk."""
FINISH_S = 4.0
"""How long the last words may take after the end of a call."""


class Session:
    """One call; the listener of its line."""

    def __init__(self, line: Line, parts: Parts) -> None:
        self._line = line
        self._parts = parts
        self._docket = Docket(parts)
        self._started = self._docket.now()
        self._over = asyncio.Event()
        self._ended_by, self._end_detail = "", ""
        self._conversation = Conversation(parts.manners, parts.table, self._started)
        self._reader = Reader(self._docket, parts)
        self._voice = Voice(self._docket, line, parts)
        self._ear = parts.hearing.listen(line.id, self._heard)
        self._words = ""
        self._voice_came = False

    async def run(self) -> None:
        """Live the call; returns when its ticket is complete."""
        await self._open()
        if not self._over.is_set():
            self._answer()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._guarded("reading", self._reader.run))
                conversing = tasks.create_task(self._guarded("conversation", self._converse))
                await self._over.wait()
                conversing.cancel()
                await self._ear.finish(FINISH_S)
                self._reader.finish()
        self._ear.close()
        self._close()

    def hang_up(self, reason: str) -> None:
        """End the call from our side."""
        self._line.hang_up(reason)

    def fail(self, detail: str) -> None:
        """End a call whose session broke; its ticket says so."""
        self._parts.observer.fault("session")
        self._line.hang_up("internal error")
        self._docket.raise_for(RaiseCause.FAULT, detail)
        self._docket.amend_call(state=CallState.ENDED, end_reason=EndReason.FAILED, ended_at=self._docket.time())

    async def _guarded(self, part: str, work: Callable[[], Awaitable[None]]) -> None:
        """Edge of a part's task: its fault is noted on the ticket, the part begins again, and the call goes on."""
        while True:
            try:
                return await work()
            except Exception:
                log.exception("%s failed", part)
                self._parts.observer.fault(part)
                self._docket.raise_for(RaiseCause.FAULT, f"{part} failed and began again")
                await asyncio.sleep(TICK_S)

    # -- what the line tells (ports.LineListener) ------------------------------------------------------------------

    def audio(self, pcm: bytes, at_ms: int, *, lost: bool) -> None:
        """Pass the caller's voice on, concealed frames too, from the first frame that was received.

        What is heard depends a little on where the first sample lies in a recogniser's frames. Beginning with the voice
        itself, and not with the wait for it, the same voice is always heard the same.
        """
        self._voice_came |= not lost
        if self._voice_came:
            self._ear.feed(pcm, at_ms)

    def digit(self, digit: str, at_ms: int) -> None:
        """Take a key press."""
        del at_ms
        self._act(self._conversation.digit(digit, self._docket.now()))

    def ended(self, by: str, reason: str) -> None:
        """Learn that the call is over."""
        self._ended_by, self._end_detail = by, reason
        self._over.set()

    # -- what hearing tells ----------------------------------------------------------------------------------------

    def _heard(self, heard: Hypothesis | Missed) -> None:
        match heard:
            case Hypothesis():
                self._speaking(heard)
                self._reader.take(heard)
            case Missed():
                self._missed(heard)
            case _:
                assert_never(heard)

    def _speaking(self, heard: Hypothesis) -> None:
        words = " ".join(s.text for s in (*heard.segments, heard.partial) if s is not None).strip()
        self._parts.ledger.show_live(Live(self._docket.id, heard.partial))
        if words != self._words and words:
            self._words = words
            now, playing = self._docket.now(), self._line.playing
            self._act(self._conversation.words(now, language=heard.language, playing=playing))

    def _missed(self, missed: Missed) -> None:
        self._parts.observer.speech_missed((missed.to_ms - missed.from_ms) / 1000)
        lost = f"speech from {missed.from_ms} to {missed.to_ms} ms was not recognised"
        again = f"recognition was replaced at {missed.to_ms} ms and heard the last words again"
        self._docket.raise_for(
            RaiseCause.RECOGNITION_FAILED, f"{lost if missed.to_ms > missed.from_ms else again}: {missed.why}"
        )

    # -- the way of a call -----------------------------------------------------------------------------------------

    async def _open(self) -> None:
        now = self._docket.time()
        call = Call(
            id=self._line.id,
            caller=self._line.caller,
            state=CallState.RINGING,
            started_at=now,
            node=self._parts.node,
        )
        ticket = Ticket(id=self._docket.id, created_at=now, updated_at=now, zone=self._parts.zone, call=call)
        try:
            async with asyncio.timeout(JOURNAL_DEADLINE_S):
                await self._parts.ledger.open(ticket)
        except (PartUnavailable, TimeoutError) as error:
            self._parts.observer.fault("journal")
            log.error("a call is answered without its ticket on disk: %s", error)

    def _answer(self) -> None:
        recording = f"{self._docket.id}.wav"
        self._line.answer(self, ticket=self._docket.id, recording=recording)
        self._docket.answered()
        answered = self._docket.now()
        self._parts.observer.call_answered(answered - self._started)
        self._conversation = Conversation(self._parts.manners, self._parts.table, answered)
        self._docket.amend_call(state=CallState.ACTIVE, answered_at=self._docket.time(), recording=recording)
        self._act(self._conversation.answered())

    async def _converse(self) -> None:
        while not self._over.is_set():
            await asyncio.sleep(TICK_S)
            now, playing = self._docket.now(), self._line.playing
            self._act(self._conversation.tick(now, self._docket.ticket, playing=playing))

    def _act(self, actions: Sequence[Action]) -> None:
        for action in actions:
            match action:
                case Say(key, language):
                    self._voice.say(key, language)
                case Tell(key, language):
                    self._voice.tell(key, language)
                case Hush():
                    self._voice.hush()
                case LineSilent():
                    self._docket.raise_for(RaiseCause.SILENT_LINE, "nobody has spoken: listen in, do not cut the line")
                case HelpPressed(digit):
                    self._help_pressed(digit)
                case HangUp(reason):
                    self._line.hang_up(reason)
                case _:
                    assert_never(action)

    def _help_pressed(self, digit: str) -> None:
        self._docket.raise_for(RaiseCause.SILENT_LINE, f"the caller cannot speak and pressed {digit}")
        self._classify("silent_call", "key press")
        reason = f"key {digit} pressed on a silent line"
        table = self._parts.table
        self._docket.amend(lambda t: raise_priority(t, 1, table, reason=reason, now=self._docket.time()))

    # -- the end ---------------------------------------------------------------------------------------------------

    def _close(self) -> None:
        if self._line.recording_fault:
            self._docket.raise_for(RaiseCause.RECORDING_FAILED, self._line.recording_fault)
        if self._ended_by in ("timeout", "error"):
            self._docket.raise_for(RaiseCause.MEDIA_LOST, self._end_detail)
        silent = self._docket.raised_for(RaiseCause.SILENT_LINE) and not self._words
        self._classify(*(("silent_call", "nobody spoke") if silent else ("unclassified", "no type heard")))
        outcome = self._outcome(silent=silent)
        if outcome is EndReason.ABANDONED:
            self._docket.raise_for(RaiseCause.ABANDONED, "the caller hung up before a word was heard: call back")
        self._owe_information()
        self._docket.amend(forget_network_location)
        self._docket.amend_call(state=CallState.ENDED, end_reason=outcome, ended_at=self._docket.time())
        self._parts.observer.call_ended(outcome.value)

    def _outcome(self, *, silent: bool) -> EndReason:
        by_whom = {"timeout": EndReason.FAILED, "error": EndReason.FAILED, "local": EndReason.GATEWAY}
        by_caller = EndReason.CALLER if self._words or silent else EndReason.ABANDONED
        return by_whom.get(self._ended_by, by_caller)

    def _classify(self, type_id: str, why: str) -> None:
        """Give a ticket that no words classify a type; nothing stays blank that dispatch must act on."""
        table, language = self._parts.table, self._parts.language
        self._docket.amend(
            lambda t: classify_as(t, type_id, table, language=language, why=why, now=self._docket.time())
        )

    def _owe_information(self) -> None:
        """Note what a caller must still be told who hung up before hearing the cause and the delay."""
        ticket = self._docket.ticket
        if ticket.caller_information is None and ticket.incident.response.value == "deferred":
            language = ticket.call.language or self._conversation.language
            self._voice.owe(self._parts.table.announcement[ticket.priority], language)
