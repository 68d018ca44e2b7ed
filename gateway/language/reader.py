"""Reader processes: the port Understanding.

Requests are served in the order they came, whatever they hold. One that a reader died on is tried once more.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from pydantic import ValidationError

from gateway.domain.call import Segment
from gateway.domain.reading import Reading
from gateway.errors import PartUnavailable
from gateway.language.joining import join
from gateway.language.mapping import reading
from gateway.worker.crew import Crew
from gateway.worker.frames import Frame
from gateway.worker.supervisor import Limits, Spec, Worker
from nlp.types import Understanding

_AHEAD = 2
"""Requests a worker may have: one it reads, one that waits in its pipe."""
_TRIES = 2


@dataclass(frozen=True, slots=True)
class ReaderOptions:
    """What the readers are and how many."""

    languages: tuple[str, ...]
    models: Path
    """Folder with a pipeline for each language."""
    gazetteer: Path | None
    workers: int = 1
    deadline_s: float = 2.0
    """A reading later than this counts as missing."""
    waiting: int = 500
    """Requests that may wait; more are refused at once."""
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True, eq=False)
class _Question:
    request: Frame
    answer: asyncio.Future[bytes]
    tries: int = 0


class ReaderPool:
    """The port Understanding, by supervised processes. `run` must be running."""

    def __init__(self, options: ReaderOptions) -> None:
        self._options = options
        child = {
            "languages": options.languages,
            "models": str(options.models),
            "gazetteer": str(options.gazetteer) if options.gazetteer else None,
        }
        names = (f"reader {number}" for number in range(options.workers))
        self.crew = Crew([Spec(name, "gateway.language.child", child, options.limits) for name in names], self)
        self._waiting: deque[_Question] = deque()
        self._asked: dict[Worker, deque[_Question]] = {worker: deque() for worker in self.crew.workers}

    async def run(self) -> None:
        """Keep the processes alive until cancelled."""
        await self.crew.run()

    async def started(self) -> None:
        """Wait until all processes can read; raises PartUnavailable."""
        await self.crew.started()

    async def read(self, segments: Sequence[Segment], language: str) -> Reading:
        """Read the caller's words so far (port Understanding)."""
        joined = join(segments)
        if not joined.text:
            return Reading(language=language)
        return reading(await self.understand(joined.text, language), joined)

    async def understand(self, text: str, language: str) -> Understanding:
        """Read any text; positions are characters of it. Raises PartUnavailable."""
        body = await self._ask(Frame({"language": language}, text.encode()))
        try:
            return Understanding.model_validate_json(body)
        except ValidationError as error:
            raise PartUnavailable("the reader answered with no reading") from error

    async def _ask(self, request: Frame) -> bytes:
        if request.header["language"] not in self._options.languages:
            raise PartUnavailable(f"no reader for {request.header['language']!r}")
        if len(self._waiting) >= self._options.waiting:
            raise PartUnavailable("too many texts wait for a reader")
        question = _Question(request, asyncio.get_running_loop().create_future())
        self._waiting.append(question)
        self._serve()
        try:
            async with asyncio.timeout(self._options.deadline_s):
                return await question.answer
        except TimeoutError as error:
            raise PartUnavailable(f"no reading within {self._options.deadline_s:g} s") from error

    def _serve(self) -> None:
        """Hand the next questions to workers that have room, the least busy one first."""
        while self._waiting:
            worker = min(self.crew.workers, key=lambda worker: (not worker.ready, len(self._asked[worker])))
            if not worker.ready or len(self._asked[worker]) >= _AHEAD:
                return
            question = self._waiting.popleft()
            if not question.answer.done():  # its deadline has not passed
                self._asked[worker].append(question)
                worker.send(question.request, question, partial(self._answered, worker))

    def _answered(self, worker: Worker, reply: Frame) -> None:
        question = self._asked[worker].popleft()
        if question.answer.done():
            pass
        elif "error" in reply.header:
            question.answer.set_exception(PartUnavailable(f"the reader failed: {reply.header['error']}"))
        else:
            question.answer.set_result(reply.body)
        self._serve()

    def worker_ready(self, worker: Worker) -> None:
        """Go on."""
        self._serve()

    def worker_lost(self, worker: Worker, why: str, busy_with: object) -> None:
        """Ask again what it had not answered; what it died on only once more."""
        asked = self._asked[worker]
        again = [replace(q, tries=q.tries + 1) if q is busy_with else q for q in asked]
        asked.clear()
        for question in again:
            if question.tries >= _TRIES and not question.answer.done():
                question.answer.set_exception(PartUnavailable(f"the reader {why} twice on these words"))
        self._waiting.extendleft(reversed([q for q in again if not q.answer.done()]))
        self._serve()
