"""What is counted and measured, for Prometheus: the port Observer, and the parts' own figures.

Names start with `intake101_`, units are in the names, and no caller, call or ticket ever becomes a label. Callers
of this class see plain methods, never the library behind it.
"""

from collections.abc import Mapping
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from gateway.ports import Observer

ANSWER_S = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10)
"""The Belgian target is 5 s."""
READING_S = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1)
UPDATE_S = (0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10)
SYNC_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1)


class Gaps(Protocol):
    """Gaps between RTP packets sent, milliseconds."""

    @property
    def p50_ms(self) -> float:
        """Half of them are shorter."""

    @property
    def p99_ms(self) -> float:
        """99 of 100 are shorter."""

    @property
    def max_ms(self) -> float:
        """The longest."""


class Beat(Protocol):
    """How evenly audio is sent."""

    @property
    def gaps(self) -> Gaps:
        """Between packets of one call."""

    @property
    def skipped_beats(self) -> int:
        """Left out after a stall."""


class TrunkFigures(Protocol):
    """The trunk as it stands; counts are since its beginning."""

    @property
    def calls(self) -> int:
        """Now."""

    @property
    def offered(self) -> int:
        """INVITEs that became calls."""

    @property
    def free_ports(self) -> int:
        """RTP port pairs."""

    @property
    def pacer(self) -> Beat:
        """The beat of sending."""

    @property
    def refused(self) -> Mapping[int, int]:
        """Requests refused, by status."""

    @property
    def media(self) -> Mapping[str, int]:
        """What became of RTP packets and frames, of calls that are over."""


class RecogniserFigures(Protocol):
    """The recognisers as they stand."""

    @property
    def ready(self) -> int:
        """Child processes that work."""

    @property
    def restarts(self) -> int:
        """Child processes replaced."""

    @property
    def backlog_ms(self) -> int:
        """The longest wait of any call's audio."""


class Metrics(Observer):
    """All figures of one process."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        self._calls_offered = Counter("intake101_calls_offered", "INVITEs taken on", registry=registry)
        self._calls_ended = Counter("intake101_calls_ended", "Calls by how they ended", ["outcome"], registry=registry)
        self._calls_active = Gauge("intake101_calls_active", "Calls now", registry=registry)
        self._refused = Counter("intake101_sip_refused", "SIP requests refused", ["status"], registry=registry)
        self._answer = Histogram("intake101_answer_seconds", "From INVITE to 200", buckets=ANSWER_S, registry=registry)
        self._gap = Gauge("intake101_rtp_sent_gap_seconds", "Gaps of RTP sent", ["quantile"], registry=registry)
        self._skipped = Counter("intake101_rtp_skipped_beats", "Beats left out after a stall", registry=registry)
        self._media = Counter("intake101_rtp", "RTP packets and frames of ended calls", ["fate"], registry=registry)
        self._ports = Gauge("intake101_rtp_free_ports", "RTP port pairs free", registry=registry)
        self._workers = Gauge("intake101_workers_ready", "Child processes that work", ["part"], registry=registry)
        self._restarts = Counter("intake101_worker_restarts", "Child processes replaced", ["part"], registry=registry)
        self._lag = Gauge("intake101_recogniser_lag_seconds", "Longest wait of a call's audio", registry=registry)
        self._missed = Counter("intake101_speech_missed_seconds", "Speech not recognised", registry=registry)
        self._language = Counter("intake101_language_chosen", "Decided languages", ["language"], registry=registry)
        self._reading = Histogram(
            "intake101_reading_seconds", "One reading of a caller's words", buckets=READING_S, registry=registry
        )
        self._update = Histogram(
            "intake101_telling_word_to_update_seconds",
            "From the end of the word that told the type to the ticket's change",
            buckets=UPDATE_S,
            registry=registry,
        )
        self._sync = Histogram(
            "intake101_journal_sync_seconds", "Until a version is on disk", buckets=SYNC_S, registry=registry
        )
        self._tickets = Gauge("intake101_tickets", "Tickets by status", ["status"], registry=registry)
        self._oldest = Gauge("intake101_queue_oldest_seconds", "Age of the oldest queued ticket", registry=registry)
        self._dead = Gauge("intake101_dead_letters", "Tickets that dispatch did not take", registry=registry)
        self._faults = Counter("intake101_faults", "Parts that were missing or late", ["part"], registry=registry)
        self._desks = Gauge("intake101_desk_clients", "Pages that follow the tickets", registry=registry)

    # -- intake (port Observer) ----------------------------------------------------------------------------------------

    def call_answered(self, seconds: float) -> None:
        """Count an answer and the time from INVITE to 200."""
        self._answer.observe(seconds)

    def call_ended(self, outcome: str) -> None:
        """Count an end."""
        self._calls_ended.labels(outcome).inc()

    def language_chosen(self, language: str) -> None:
        """Count a decision."""
        self._language.labels(language).inc()

    def reading_took(self, seconds: float) -> None:
        """Measure one reading."""
        self._reading.observe(seconds)

    def telling_word_to_update(self, seconds: float) -> None:
        """Measure from the end of the telling word to the ticket's change."""
        self._update.observe(seconds)

    def speech_missed(self, seconds: float) -> None:
        """Count speech that was not recognised."""
        self._missed.inc(seconds)

    def fault(self, part: str) -> None:
        """Count a part that was missing or late."""
        self._faults.labels(part).inc()

    # -- parts ---------------------------------------------------------------------------------------------------------

    def media(self, trunk: TrunkFigures) -> None:
        """Take the trunk's own figures."""
        self._calls_active.set(trunk.calls)
        self._ports.set(trunk.free_ports)
        _raise_to(self._calls_offered, trunk.offered)
        _raise_to(self._skipped, trunk.pacer.skipped_beats)
        gaps = trunk.pacer.gaps
        for quantile, gap_ms in (("0.5", gaps.p50_ms), ("0.99", gaps.p99_ms), ("1", gaps.max_ms)):
            self._gap.labels(quantile).set(gap_ms / 1000)
        for status, count in trunk.refused.items():
            _raise_to(self._refused.labels(str(status)), count)
        for fate, count in trunk.media.items():
            _raise_to(self._media.labels(fate), count)

    def recognition(self, pool: RecogniserFigures) -> None:
        """Take the recognisers' own figures."""
        self._lag.set(pool.backlog_ms / 1000)
        self._crew("recognition", pool.ready, pool.restarts)

    def readers(self, ready: int, restarts: int) -> None:
        """Take how the readers of words are: working now, replaced so far."""
        self._crew("understanding", ready, restarts)

    def journal_synced(self, seconds: float) -> None:
        """Measure until a version was on disk."""
        self._sync.observe(seconds)

    def queue_depth(self, depth: Mapping[str, int]) -> None:
        """Take what `TicketQueue.depth` says."""
        for status in ("open", "queued", "leased"):
            self._tickets.labels(status).set(depth[status])
        self._dead.set(depth["dead"])
        self._oldest.set(depth["oldest_ms"] / 1000)

    def desk_clients(self, count: int) -> None:
        """Set the number of pages that follow the tickets."""
        self._desks.set(count)

    def exposition(self) -> tuple[bytes, str]:
        """Return all figures as Prometheus reads them, and the content type."""
        return generate_latest(self._registry), CONTENT_TYPE_LATEST

    def _crew(self, part: str, ready: int, restarts: int) -> None:
        self._workers.labels(part).set(ready)
        _raise_to(self._restarts.labels(part), restarts)


def _raise_to(counter: Counter, total: float) -> None:
    """Bring a counter up to what its part has counted; it never goes down."""
    sample = next(iter(next(iter(counter.collect())).samples))
    counter.inc(max(0.0, total - sample.value))
