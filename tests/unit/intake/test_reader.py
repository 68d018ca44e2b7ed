"""Hypotheses are read in order, whole; when reading is late, words still being spoken give way to newer ones."""

import asyncio
from dataclasses import replace

from gateway.domain.call import Call, CallState
from gateway.domain.ids import CallId
from gateway.domain.ticket import Ticket
from gateway.intake.docket import Docket
from gateway.intake.reader import LATE, Reader
from gateway.ports import Hypothesis
from tests.unit.domain.builders import NOW, said, segment
from tests.unit.intake.fakes import Bench, FakeUnderstanding


class Noting(FakeUnderstanding):
    """Remembers what it was asked to read."""

    def __init__(self) -> None:
        super().__init__({"mes": {"weapon": said("knife")}})
        self.texts: list[str] = []

    async def read(self, segments, language):
        self.texts.append(" ".join(s.text for s in segments))
        return await super().read(segments, language)


def heard(*finals: str, partial: str | None = None) -> Hypothesis:
    spoken = tuple(segment(text, n * 1000, n * 1000 + 900) for n, text in enumerate(finals))
    return Hypothesis("nl", True, spoken, segment(partial, 9000, 9500) if partial else None, 0)


async def read_all(hypotheses: list[Hypothesis]) -> tuple[list[str], Ticket, Bench]:
    bench = Bench()
    noting = Noting()
    parts = replace(bench.parts, understanding=noting)
    docket = Docket(parts)
    call = Call(id=CallId("c"), caller=None, state=CallState.ACTIVE, started_at=NOW, node="n")
    await bench.ledger.open(Ticket(id=docket.id, created_at=NOW, updated_at=NOW, zone="5339", call=call))
    reader = Reader(docket, parts)
    for hypothesis in hypotheses:
        reader.take(hypothesis)
    reader.finish()
    await asyncio.wait_for(reader.run(), 5)
    return noting.texts, docket.ticket, bench


async def test_every_hypothesis_is_read_in_order_while_reading_keeps_up():
    spoken = [heard(partial=f"een {n}") for n in range(LATE)]
    texts, _, _ = await read_all(spoken)
    assert texts == [f"een {n}" for n in range(LATE)]


async def test_late_reading_skips_words_still_spoken_but_never_final_ones():
    spoken = [heard(partial=f"een {n}") for n in range(40)]
    spoken += [
        heard("hij heeft een mes"),
        heard("hij heeft een mes", partial="en"),
        heard("hij heeft een mes", "en weg"),
    ]
    texts, ticket, bench = await read_all(spoken)
    assert len(texts) <= LATE + 3
    assert texts[-1] == "hij heeft een mes en weg"
    assert "hij heeft een mes" in texts
    assert [s.text for s in ticket.transcript] == ["hij heeft een mes", "en weg"]
    assert ticket.facts.weapon.value == "knife"
    assert ("fault", "reading is late") in bench.observer.seen


async def test_the_same_words_are_read_once():
    texts, _, _ = await read_all([heard("hallo"), heard("hallo"), heard("hallo", partial="ja")])
    assert texts == ["hallo", "hallo ja"]
