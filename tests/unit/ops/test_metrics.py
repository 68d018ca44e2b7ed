"""The figures as Prometheus reads them."""

from dataclasses import dataclass, field

from prometheus_client.parser import text_string_to_metric_families

from gateway.ops.metrics import Metrics


@dataclass(frozen=True)
class Gaps:
    p50_ms: float = 20.0
    p99_ms: float = 23.0
    max_ms: float = 41.0


@dataclass(frozen=True)
class Beat:
    gaps: Gaps = Gaps()
    skipped_beats: int = 2


@dataclass(frozen=True)
class Trunk:
    calls: int = 3
    offered: int = 9
    free_ports: int = 100
    pacer: Beat = Beat()
    refused: dict[int, int] = field(default_factory=lambda: {481: 1})
    media: dict[str, int] = field(default_factory=lambda: {"lost": 5, "late": 1, "concealed_frames": 6})


@dataclass(frozen=True)
class Pool:
    ready: int = 2
    restarts: int = 1
    backlog_ms: int = 240


def read(metrics: Metrics) -> dict[tuple[str, ...], float]:
    text = metrics.exposition()[0].decode()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_calls_and_words() -> None:
    metrics = Metrics()
    metrics.call_answered(0.2)
    metrics.call_ended("caller")
    metrics.language_chosen("nl")
    metrics.reading_took(0.006)
    metrics.telling_word_to_update(0.8)
    metrics.speech_missed(1.5)
    metrics.fault("queue")
    metrics.journal_synced(0.004)
    figures = read(metrics)
    assert figures["intake101_answer_seconds_bucket", "0.25"] == 1
    assert figures["intake101_calls_ended_total", "caller"] == 1
    assert figures["intake101_language_chosen_total", "nl"] == 1
    assert figures["intake101_reading_seconds_sum",] == 0.006
    assert figures["intake101_telling_word_to_update_seconds_count",] == 1
    assert figures["intake101_speech_missed_seconds_total",] == 1.5
    assert figures["intake101_faults_total", "queue"] == 1
    assert figures["intake101_journal_sync_seconds_count",] == 1


def test_parts_own_counts_are_carried_over_not_added() -> None:
    metrics = Metrics()
    for _ in range(3):
        metrics.media(Trunk())
        metrics.recognition(Pool())
        metrics.readers(1, 4)
    figures = read(metrics)
    assert figures["intake101_calls_active",] == 3
    assert figures["intake101_calls_offered_total",] == 9
    assert figures["intake101_rtp_sent_gap_seconds", "0.99"] == 0.023
    assert figures["intake101_rtp_total", "lost"] == 5
    assert figures["intake101_sip_refused_total", "481"] == 1
    assert figures["intake101_recogniser_lag_seconds",] == 0.24
    assert figures["intake101_worker_restarts_total", "understanding"] == 4
    assert figures["intake101_workers_ready", "recognition"] == 2


def test_queue_and_desk() -> None:
    metrics = Metrics()
    metrics.queue_depth({"open": 1, "queued": 4, "leased": 2, "dead": 1, "oldest_ms": 90_500})
    metrics.desk_clients(7)
    figures = read(metrics)
    assert figures["intake101_tickets", "queued"] == 4
    assert figures["intake101_queue_oldest_seconds",] == 90.5
    assert figures["intake101_dead_letters",] == 1
    assert figures["intake101_desk_clients",] == 7


def test_two_processes_share_nothing() -> None:
    one, other = Metrics(), Metrics()
    one.fault("queue")
    assert ("intake101_faults_total", "queue") not in read(other)
