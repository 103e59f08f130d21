"""A result as `detector benchmark` writes it, with every section, for the tests of its page."""

from __future__ import annotations

from typing import Any


def method(recall: float) -> dict[str, Any]:
    miss = 1 - recall
    return {
        "top1": [recall + 0.05, recall - 0.02, recall + 0.11],
        "top5": [recall + 0.1, recall, None],
        "recall": {"0.01": [recall, recall - 0.07, recall + 0.06], "0.001": [None, None, None]},
        "threshold": {"0.01": 0.414, "0.001": None},
        "det": [[0, 1], [0.001, miss + 0.2], [0.01, miss], [0.1, miss / 2], [1, 0], [None, 0.3]],
        "examined": {"photos": 200, "marks": 210, "clean": 98},
        "median_iou": 0.77,
        "centre": 0.913,
        "map50": None,
        "map": 0.71,
        "nar": 0.042,
    }


def point(marks: int) -> dict[str, Any]:
    kind = {
        "photos": 100,
        "review": [0.125, 0.08, 0.19],
        "block": [0, 0, 0.037],
        "wrong_blocks": {"wrong": 3, "blocks": 150, "share": [0.02, 0.007, 0.057]},
        "recall": {"0.01": [0.72, 0.6, 0.8]},
        "threshold": {"0.01": 0.61},
        "resolved": {"0.01": True},
        "alarms": [{"path": "shop/c.jpg", "mark": "icon-7", "score": 0.77, "log_odds": 1.2}],
    }
    lost = {"gate": "not checked", "cause": "budget", "outscored": True, "suppressed_by": ["z"]}
    return {
        "distractors": marks - 2,
        "marks": marks,
        "labelled": {
            "photos": 200,
            "recall": {"review": [0.81, 0.7, 0.9], "block": [0.55, 0.5, 0.6]},
            "top1": [0.84, 0.8, 0.9],
        },
        "kinds": {"clean": kind, "branded": {**kind, "resolved": {"0.01": False}}},
        "calibration": {"ece": 0.044, "brier": 0.1, "bins": [[0.15, 0.12, 40], [None, None, 0]]},
        "lost_marks": {
            "marks": 200,
            "checked": [0.915, 0.87, 0.946],
            "counts": {"not proposed": 17, "found": 183},
            "outscored": 5,
            "lost": [{"path": "shop/d.jpg", "mark": "ovalo", **lost}],
        },
        "unlabelled": [{"path": "shop/e.jpg", "mark": "ovalo", "score": 0.95}],
        "seconds": {"median": 0.52, "p95": 1.1},
    }


def result(**changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "schema": 2,
        "made": "2026-11-25",
        "machine": "a machine, 2 cores",
        "versions": {"detector": "0.1.0", "numpy": "2.3"},
        "commit": "abc123",
        "seed": 1,
        "options": {"jobs": 2, "baselines": True},
        "dataset": {
            "name": "spring photos",
            "photos": 300,
            "marked": 200,
            "clean": 100,
            "marks": ["norrvik", "ovalo"],
            "examined": {"marked": 199, "clean": 98},
            "unusable": [{"place": "labels.csv:7", "reason": "no such file"}],
            "left_out": [{"place": "shop/lost.jpg", "reason": "left out: only unknown marks"}],
            "failed": [{"path": "shop/cut.jpg", "status": "partial"}],
        },
        "methods": {
            "sift alone": method(0.41),
            "without sift": method(0.35),
            "textbook ORB": method(0.22),
            "detector": method(0.6),
        },
        "calibration": {"ece": 0.031, "brier": 0.112, "bins": [[0.1, 0.08, 50], [0.9, 0.95, 20]]},
        "cuts": [
            {"cut": "kind", "value": "logo", "photos": 90, "top1": [0.7, 0.6, 0.8], "recall": None},
            {"cut": "size", "value": "16-32 px", "photos": 9, "top1": [None] * 3, "recall": None},
            {"cut": "source", "value": "shop", "photos": 200, "top1": [1, 1, 1], "recall": [0] * 3},
        ],
        "open_set": [
            {"fold": 0, "marks": ["norrvik"], "photos": 99, "top1": 0.625, "recall": None},
            {"fold": 1, "marks": ["ovalo"], "photos": 101, "top1": 0.875, "recall": 0.5},
        ],
        "seconds": {"median": 0.42, "p95": 1.25},
        "misses": [{"path": "shop/a.jpg", "mark": "norrvik", "score": 0.02, "first": "ovalo"}],
        "alarms": [{"path": "shop/b.jpg", "mark": "ovalo", "score": 0.81}],
        "curve": {"review": 0.345, "block": 0.9, "points": [point(2), point(102)]},
        "advice": {
            "review": 0.4321,
            "block": 0.91,
            "clean": 100,
            "block_learned": False,
            "found": {"review": [0.8, 0.7, 0.9], "block": [0.6, 0.5, 0.7]},
            "photos_a_day": 1000,
            "review_photos": 10.0,
            "review_interval": [1.2, 54.0],
            "block_photos": 0.0,
            "block_interval": [0.0, 36.0],
        },
        "ladder": {
            "marks": 12,
            "attacks": [
                {
                    "name": "blur",
                    "shown": 12,
                    "unit": "px",
                    "rungs": [1.0, 2.5],
                    "recall": [1, 0.9],
                    "breaks": None,
                },
                {
                    "name": "size",
                    "shown": 12,
                    "unit": "px",
                    "rungs": [256, 64, 16],
                    "recall": [0.97, 0.6, None],
                    "breaks": 64,
                },
                {
                    "name": "mirrored",
                    "shown": 12,
                    "unit": "",
                    "rungs": ["yes"],
                    "recall": [0.02],
                    "breaks": "yes",
                },
            ],
        },
    }
    return made | changes


def undrawn(**changes: Any) -> dict[str, Any]:
    """A result whose page has no plot, for tests of everything else: it is written faster."""
    return result(**{"methods": {}, "calibration": None, "curve": None, "ladder": None, **changes})
