"""The part of `detector benchmark` that measures beside distractors, for each kind of negatives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from detector.cli.benchmark_options import Options
    from detector.evaluation.distractors import Distractors
    from detector.evaluation.records import LabelledPhoto
    from detector.jobs.scan_config import ScanConfig
    from detector.pipeline.detector import Detector


@dataclass(frozen=True, slots=True)
class CurveSetup:
    """What a curve needs besides the dataset: distractors, how many of them, and graphics."""

    distractors: Distractors
    counts: Sequence[int]
    graphics: Sequence[LabelledPhoto]
    unusable: Sequence[dict[str, Any]]


def prepare_curve(
    options: Options, detector: Detector, photos: Sequence[LabelledPhoto]
) -> CurveSetup:
    """Read distractors and graphics, so that what is wrong is told before the long work.

    A graphic with the bytes of one of the `photos` is left out: it would be on two sides.
    """
    from detector.evaluation.datasets.duplicates import leave_out_copies
    from detector.evaluation.datasets.loader import read_negatives
    from detector.evaluation.distractors import load_distractors
    from detector.evaluation.metrics.to_json import to_json

    distractors = load_distractors(options.distractors, detector.index.marks, options.seed)
    read = read_negatives(options.graphics)
    graphics, copies = leave_out_copies(read.photos, photos)
    unusable = [*read.unusable, *copies]
    for line in copies[:10]:
        click.echo(f"no graphic: {line.place}: {line.reason}", err=True)
    if distractors.left_out:
        names = ", ".join(distractors.left_out[:10])
        count = len(distractors.left_out)
        click.echo(f"no distractors, as the index has them ({count}): {names}", err=True)
    counts = distractors.counts(options.distractor_counts)
    return CurveSetup(distractors, counts, graphics, [{**to_json(line)} for line in unusable])


def run_curve(
    setup: CurveSetup,
    photos: Sequence[LabelledPhoto],
    config: ScanConfig,
    names: Mapping[Path, str],
    options: Options,
) -> dict[str, Any]:
    """Measure the curve over the number of distractors, for the result."""
    from detector.cli.progress import progress
    from detector.evaluation.distractor_curve import CurvePhotos, measure_curve
    from detector.evaluation.distractors import indexes_beside

    place = options.distractor_indexes or options.out / "indexes"
    with progress("beside distractors") as advance:
        indexes = indexes_beside(
            config.index,
            setup.distractors,
            setup.counts,
            place,
            settings=config.settings,
            progress=advance,
        )
        points = measure_curve(
            CurvePhotos(photos, setup.graphics, names),
            config,
            indexes,
            options.out,
            jobs=options.jobs,
            seed=options.seed,
            progress=advance,
        )
    return {
        "review": config.policy.review,
        "block": config.policy.block,
        "sources": [place.name for place in options.distractors],
        "distractors": len(setup.distractors.sources),
        "left_out": [*setup.distractors.left_out],
        "graphics_unusable": [*setup.unusable],
        "points": points,
    }
