"""`detector benchmark`: how good detection is on labelled photos, and where it breaks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from detector.cli.exit_status import FOUND, INTERRUPTED, NOTHING
from detector.cli.options import FILE, index_option, jobs_option, words_option
from detector.errors import UsageError

if TYPE_CHECKING:
    from detector.evaluation.records import Dataset
    from detector.evaluation.regression import Change
    from detector.evaluation.robustness.attacks import Attack
    from detector.evaluation.run_methods import Setup
    from detector.pipeline.detector import Detector

POSITIVE = click.FloatRange(min=0, min_open=True)
LAYOUTS = (
    *("auto", "folders", "table", "coco", "voc", "masks", "yolo"),
    *("flickr27", "flickr32", "flickr47"),
)


@dataclass(frozen=True, slots=True)
class Options:
    """All options of the command line."""

    dataset: Path | None
    folder: Path
    out: Path
    layout: str
    negatives: tuple[Path, ...]
    graphics: tuple[Path, ...]
    distractors: tuple[Path, ...]
    distractor_counts: tuple[int, ...]
    distractor_indexes: Path | None
    jobs: int
    baselines: bool
    ladder: bool
    attacks: tuple[str, ...]
    ladder_marks: int
    seed: int
    against: Path | None
    within: float
    photos_a_day: int
    cost_miss: float | None
    cost_alarm: float | None
    policy: Path | None
    words: bool | None


def _numbers(_: click.Context, __: click.Parameter, text: str) -> tuple[int, ...]:
    """Whole numbers of at least 0, separated by commas."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not all(part.isdecimal() for part in parts):
        raise click.BadParameter(f"{text!r} is not a list of numbers such as 0,100,1000")
    return tuple(map(int, parts))


@click.command()
@click.argument("dataset", type=FILE, required=False)
@index_option
@click.option(
    "--out", type=FILE, required=True, metavar="DIR", help="Where measurements and results go."
)
@click.option("--layout", type=click.Choice(LAYOUTS), default="auto", show_default=True)
@click.option(
    "--negatives",
    type=FILE,
    multiple=True,
    metavar="DIR",
    help="A folder of photos that show no mark; may be given several times.",
)
@click.option(
    "--graphics",
    type=FILE,
    multiple=True,
    metavar="DIR",
    help="A folder of graphics that show no mark (drawn logos, labels, text pages); likewise.",
)
@click.option(
    "--distractors",
    type=FILE,
    multiple=True,
    metavar="SOURCE",
    help="Marks that no photo shows, to be searched beside those of the index; likewise.",
)
@click.option(
    "--distractor-counts",
    callback=_numbers,
    default="",
    metavar="N,N",
    help="Beside so many of them figures are measured.  [default: 0 and all]",
)
@click.option(
    "--distractor-indexes",
    type=FILE,
    metavar="DIR",
    help="Where indexes with distractors are kept and used again.  [default: in --out]",
)
@jobs_option("measured")
@click.option("--baselines/--no-baselines", default=True, show_default=True)
@click.option(
    "--ladder/--no-ladder", default=False, show_default=True, help="Measure robustness too."
)
@click.option(
    "--attack",
    "attacks",
    multiple=True,
    metavar="NAME",
    help="Only this attack; may be given several times.",
)
@click.option(
    "--ladder-marks",
    type=click.IntRange(min=1),
    default=40,
    show_default=True,
    metavar="N",
    help="Each attack is tried on at most so many marks.",
)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option(
    "--against", type=FILE, metavar="OLD.json", help="An earlier result.json to compare with."
)
@click.option(
    "--within",
    type=click.FloatRange(0, 1),
    default=0.02,
    show_default=True,
    help="A figure may fall by so much before it is a regression.",
)
@click.option("--photos-a-day", type=click.IntRange(min=1), default=1000, show_default=True)
@click.option("--cost-miss", type=POSITIVE, help="What a missed mark costs; with --cost-alarm.")
@click.option("--cost-alarm", type=POSITIVE, help="What a photo held up for nothing costs.")
@click.option("--policy", type=FILE, metavar="FILE", help="Write the advised thresholds here.")
@words_option
def benchmark(**arguments: Any) -> int:
    """Measure detection on the labelled photos of DATASET, against the marks of an index.

    Without DATASET, --ladder alone: it needs no photos. Writes result.json and benchmark.html into
    the folder --out; the same command goes on where it was interrupted. See docs/datasets.md for
    layouts, docs/benchmark.md for the figures.

    Exit status: 0 measured; 1 a regression against an earlier result; 2 an error; 130 interrupted.
    """
    from detector.cli.benchmark_summary import summarise
    from detector.evaluation.regression import changes
    from detector.evaluation.result import read_result, write_result

    options = Options(**arguments)
    if options.dataset is None and not options.ladder:
        raise UsageError("there is nothing to measure", remedy="Give DATASET or --ladder.")
    baseline = read_result(options.against) if options.against else None  # before the long work
    detector = _open_detector(options)
    try:
        result, names = _measure(options, detector)
    except KeyboardInterrupt:
        click.echo("interrupted. Run the same command again to go on.", err=True)
        return INTERRUPTED
    click.echo(f"Result: {write_result(result, options.out)}", err=True)
    _write_page(result, detector, options.out, names)
    summarise(result)
    if options.policy:
        _write_policy(options.policy, result["advice"])
    return _report_changes(changes(baseline, result, options.within)) if baseline else NOTHING


def _measure(options: Options, detector: Detector) -> tuple[dict[str, Any], dict[Path, str]]:
    """Measure everything that was asked for: the result, and the names of photos in it by path."""
    from detector.evaluation.result import header

    settings = {
        "layout": options.layout,
        "baselines": options.baselines,
        "ladder": options.ladder,
        "words": detector.reads_words,
    }
    result = header(options.seed, settings)
    names: dict[Path, str] = {}
    if options.dataset:
        figures, names = _measure_photos(options, options.dataset, detector)
        result |= figures
    return {**result, "ladder": _robustness(detector, options) if options.ladder else None}, names


def _measure_photos(
    options: Options, place: Path, detector: Detector
) -> tuple[dict[str, Any], dict[Path, str]]:
    """Measure photos: figures and advice for the result, and the names of photos by path."""
    from detector.cli.benchmark_curve import prepare_curve, run_curve
    from detector.evaluation.result import advice_of, figures_of, names_of
    from detector.evaluation.run_methods import Setup
    from detector.jobs.scan_config import ScanConfig

    photos = _open_dataset(options, place, detector)
    curve_setup = prepare_curve(options, detector)
    setup = Setup(ScanConfig.of(detector, options.folder), options.baselines)
    outcomes = _outcomes(photos, setup, options)
    roots = [place if place.is_dir() else place.parent, *options.negatives, *options.graphics]
    names = names_of([*photos.photos, *curve_setup.graphics], roots)
    figures = figures_of(photos, outcomes, detector.index, names, options.seed)
    curve = run_curve(curve_setup, photos.photos, setup.config, names, options)
    costs = options.cost_miss, options.cost_alarm
    advice = advice_of(outcomes, options.photos_a_day, *costs)
    return {**figures, "advice": advice, "curve": curve}, names


def _open_detector(options: Options) -> Detector:
    from detector.pipeline.detector import Detector
    from detector.settings import settings_for_words

    return Detector.open(options.folder, settings=settings_for_words(options.words))


def _open_dataset(options: Options, place: Path, detector: Detector) -> Dataset:
    from detector.evaluation.datasets.loader import open_dataset

    names = [mark.id for mark in detector.index.marks]
    dataset = open_dataset(place, names, options.layout, options.negatives)
    for line in dataset.unusable[:10]:
        click.echo(f"not used: {line.place}: {line.reason}", err=True)
    if len(dataset.unusable) > 10:
        click.echo(f"not used: {len(dataset.unusable) - 10} more, all in result.json", err=True)
    return dataset


def _outcomes(photos: Dataset, setup: Setup, options: Options) -> dict[str, Any]:
    from detector.cli.progress import progress
    from detector.evaluation.result import measured

    with progress("measuring") as advance:
        return {**measured(photos, setup, options.out, options.jobs, advance)}


def _robustness(detector: Detector, options: Options) -> dict[str, Any]:
    from detector.cli.progress import progress
    from detector.evaluation.robustness.sweep import sweep

    with progress("attacking") as advance:
        result = sweep(
            detector,
            options.folder,
            options.out / "ladder.txt",
            _attacks(options.attacks),
            seed=options.seed,
            most=options.ladder_marks,
            jobs=options.jobs,
            progress=advance,
        )
    return result.to_json()


def _attacks(names: tuple[str, ...]) -> tuple[Attack, ...]:
    from detector.evaluation.robustness.attacks import ATTACKS

    known = {attack.name: attack for attack in ATTACKS}
    for name in names:
        if name not in known:
            remedy = f"Attacks are: {', '.join(known)}."
            raise UsageError(f"there is no attack called {name}", remedy=remedy)
    return tuple(known[name] for name in names) or ATTACKS


def _write_page(
    result: dict[str, Any], detector: Detector, out: Path, names: dict[Path, str]
) -> None:
    """Write the page; without matplotlib say what to install."""
    from detector.errors import MissingExtra
    from detector.evaluation.html_page import write_page
    from detector.evaluation.mistakes import exhibits

    paths = {name: str(path) for path, name in names.items()}
    misses, alarms = (
        [{**mistake, "path": paths[mistake["path"]]} for mistake in result.get(kind, ())]
        for kind in ("misses", "alarms")
    )
    try:
        page = write_page(result, exhibits(detector, misses, alarms), out)
        click.echo(f"Page: {page}", err=True)
    except MissingExtra as error:
        click.echo(f"no page: {error}", err=True)


def _write_policy(path: Path, advice: dict[str, Any] | None) -> None:
    if not advice:
        raise UsageError("there are no clean photos to advise from", remedy="Give --negatives.")
    path.write_text(advice["policy"], encoding="utf-8")
    click.echo(f"Policy: {path}", err=True)


def _report_changes(changes: list[Change]) -> int:
    click.echo("")
    for change in changes:
        click.echo(change.line())
    return FOUND if any(change.regressed for change in changes) else NOTHING
