"""Prometheus metrics: questions and their stages, gateway, index, chat model."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from bot.discord.connection import ConnectionState
from config.errors import DocentError
from retrieval.chat.tally import GenerationCounts
from retrieval.models import Answer, Status

if TYPE_CHECKING:
    from prometheus_client import Metric

# Seconds; a quoted answer takes some milliseconds, a written one some seconds.
_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """The numbers of one process, in a registry of its own. Count from any thread."""

    def __init__(self) -> None:
        """Begin at zero."""
        from prometheus_client import CollectorRegistry, Counter, Histogram
        from prometheus_client.process_collector import ProcessCollector

        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._questions = Counter(
            "docent_questions", "Questions that were asked.", registry=self._registry
        )
        self._answered = Counter(
            "docent_answered", "Questions answered, by mode.", ["mode"], registry=self._registry
        )
        self._abstained = Counter(
            "docent_abstained", "Questions the documents do not answer.", registry=self._registry
        )
        self._failed = Counter(
            "docent_failed",
            "Questions that ended in an error, by its kind.",
            ["kind"],
            registry=self._registry,
        )
        self._stages = Histogram(
            "docent_stage_seconds",
            "Time of an answer by stage; `whole` is how long the asker waited.",
            ["stage"],
            buckets=_BUCKETS,
            registry=self._registry,
        )
        for mode in ("extractive", "generated"):
            # A series that is missing until the first event hides that event from rate().
            self._answered.labels(mode)

    def note(self, outcome: Answer | str, seconds: float) -> None:
        """Count a question that ended in an answer, or in an error of this name."""
        self._questions.inc()
        self._stages.labels("whole").observe(seconds)
        if isinstance(outcome, str):
            self._failed.labels(outcome).inc()
            return
        if outcome.found:
            self._answered.labels(outcome.mode).inc()
        else:
            self._abstained.inc()
        for stage, spent in outcome.timings_ms.items():
            self._stages.labels(stage).observe(spent / 1000)

    def watch(
        self, status: Callable[[], Status], counts: Callable[[], GenerationCounts] | None
    ) -> None:
        """Read the index, and the chat model if there is one, whenever the page is made."""
        self._registry.register(_Read(lambda: _index(status)))
        if counts is not None:
            self._registry.register(_Read(lambda: _model(counts())))

    def page(self, gateway: ConnectionState) -> bytes:
        """Return everything in Prometheus' text format. Blocks while the index is looked at."""
        from prometheus_client import CollectorRegistry, generate_latest

        now = CollectorRegistry()
        now.register(_Read(lambda: _gateway(gateway)))
        page: bytes = generate_latest(self._registry) + generate_latest(now)
        return page


class _Read:
    """A collector that is read when the page is made, and described by nothing before."""

    def __init__(self, read: Callable[[], Iterator[Metric]]) -> None:
        self._read = read

    def describe(self) -> list[Metric]:
        """Name nothing: finding the names would read the index at the start."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Read."""
        return self._read()


def _gateway(state: ConnectionState) -> Iterator[Metric]:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

    yield GaugeMetricFamily(
        "docent_gateway_connected", "Whether every shard is connected.", int(state.connected)
    )
    yield CounterMetricFamily(
        "docent_gateway_reconnects", "Connections after the first.", state.reconnects
    )
    latency = GaugeMetricFamily(
        "docent_gateway_latency_seconds", "Time of a heartbeat.", labels=["shard"]
    )
    for shard, seconds in state.latencies.items():
        latency.add_metric([str(shard)], seconds)
    yield latency


def _index(read: Callable[[], Status]) -> Iterator[Metric]:
    """Give the gauges of the index; only that it cannot be read where it cannot."""
    from prometheus_client.core import GaugeMetricFamily

    try:
        status = read()
    except DocentError:
        yield GaugeMetricFamily("docent_index_up", "Whether an index can be read.", 0)
        return
    yield GaugeMetricFamily("docent_index_up", "Whether an index can be read.", 1)
    for name in ("documents", "articles", "passages", "generation", "size_bytes"):
        what = f"What `docent status` tells as {name}."
        yield GaugeMetricFamily(f"docent_index_{name}", what, getattr(status, name))
    if status.last_run:
        age = time.time() - datetime.fromisoformat(status.last_run).timestamp()
        yield GaugeMetricFamily("docent_index_age_seconds", "Time since the last run.", age)


def _model(counts: GenerationCounts) -> Iterator[Metric]:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

    yield CounterMetricFamily("docent_model_calls", "Calls of the chat model.", counts.calls)
    yield CounterMetricFamily(
        "docent_model_sentences", "Sentences it wrote that were proved.", counts.sentences
    )
    if counts.replies:
        yield GaugeMetricFamily(
            "docent_model_used_share",
            "Share of its last replies of which something was used.",
            counts.used_share,
        )
    tokens = {"read": counts.tokens_read, "written": counts.tokens_written}
    for name, what, label, values in (
        ("tokens", "Tokens as the server counted them.", "direction", tokens),
        ("dropped_sentences", "Sentences that were not proved.", "reason", counts.dropped),
        ("failures", "Replies that could not be given.", "cause", counts.failures),
    ):
        family = CounterMetricFamily(f"docent_model_{name}", what, labels=[label])
        for value, count in values.items():
            family.add_metric([value], count)
        yield family
