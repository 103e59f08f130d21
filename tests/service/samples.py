"""Samples of metrics, read by Prometheus' own parser."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from detector.service.metrics import Metrics

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def parsed(text: str) -> Samples:
    """`{(name, labels): value}` of the text format."""
    families = list(text_string_to_metric_families(text))
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def samples_of(metrics: Metrics) -> Samples:
    return parsed(metrics.exposition()[0].decode())


def value(samples: Samples, name: str, **labels: str) -> float | None:
    """The value of one sample; None where there is none."""
    return samples.get((name, frozenset(labels.items())))
