"""`detector benchmark`: how good detection is on labelled photos, and where it breaks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from detector.cli.benchmark_options import Options, measuring_options
from detector.cli.exit_status import FOUND, INTERRUPTED, NOTHING
from detector.cli.options import FILE
from detector.errors import UsageError

if TYPE_CHECKING:
    from detector.evaluation.records import Dataset
    from detector.evaluation.robustness.attacks import Attack
    from detector.evaluation.run_methods import Setup
    from detector.pipeline.detector import Detector


@click.command()
@click.argument("dataset", type=FILE, required=False)
@measuring_options
def benchmark(**arguments: Any) -> int:
    """Measure detection on the labelled photos of DATASET, against the marks of an index.

    Without DATASET, --ladder alone: it needs no photos. Writes result.json and benchmark.html into
    the folder --out; the same command goes on where it was interrupted. See docs/datasets.md for
    layouts, docs/benchmark.md for the figures.

    Exit status: 0 measured; 1 a regression against an earlier result; 2 an error; 130 interrupted.
    """
    from detector.cli.benchmark_summary import summarise
    from detector.cli.outputs import prepare_outputs
    from detector.evaluation.result import write_result

    options = _options(arguments)
    if options.check:
        return _check(options)
    baseline = _baseline(options.against) if options.against else None  # before the long work
    prepare_outputs(options.out, options.policy)
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
        _write_policy(options.policy, result.get("advice"))
    return _report_changes(baseline, result, options.within) if baseline else NOTHING


def _options(arguments: dict[str, Any]) -> Options:
    """The options; raises `UsageError` where there is nothing to do, or no place for it."""
    options = Options(**{**arguments, "out": arguments["out"] or Path()})
    if options.dataset is None and (options.check or not options.ladder):
        raise UsageError("there is nothing to measure", remedy="Give DATASET or --ladder.")
    if not arguments["out"] and not options.check:
        raise UsageError("there is no place for the result", remedy="Give --out DIR.")
    return options


def _check(options: Options) -> int:
    """Say what is used of a dataset, without examining a photo."""
    from detector.cli.benchmark_dataset import open_photos
    from detector.index.store import ReferenceIndex

    with ReferenceIndex.open(options.folder) as index:
        marks = tuple(index.marks)
    if options.dataset:
        open_photos(options, options.dataset, marks)
    return NOTHING


def _baseline(place: Path) -> dict[str, Any]:
    from detector.evaluation.regression import check_version
    from detector.evaluation.result import read_result

    baseline = read_result(place)
    check_version(baseline)
    return baseline


def _measure(options: Options, detector: Detector) -> tuple[dict[str, Any], dict[Path, str]]:
    """Measure everything that was asked for: the result, and the names of photos in it by path."""
    from detector.evaluation.result import header

    settings = {
        "layout": options.layout,
        "baselines": options.baselines,
        "ladder": options.ladder,
        "words": bool(detector.settings.words.read),
        "unlabelled_clean": options.unlabelled_clean,
        "join_numbered": options.join_numbered,
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
    from detector.cli.benchmark_dataset import open_photos
    from detector.evaluation.result import advice_of, figures_of, names_of
    from detector.evaluation.run_methods import Setup
    from detector.jobs.scan_config import ScanConfig

    marks = detector.index.marks
    photos = open_photos(options, place, marks)
    curve_setup = prepare_curve(options, detector, photos.photos)
    setup = Setup(ScanConfig.of(detector, options.folder), options.baselines)
    outcomes = _outcomes(photos, setup, options)
    roots = [place if place.is_dir() else place.parent, *options.negatives, *options.graphics]
    names = names_of([*photos.photos, *curve_setup.graphics], roots)
    figures = figures_of(photos, outcomes, detector.index, names, options.seed)
    curve = run_curve(curve_setup, photos.photos, setup.config, names, options)
    advice = advice_of(
        outcomes, marks, options.photos_a_day, miss=options.cost_miss, alarm=options.cost_alarm
    )
    return {**figures, "advice": advice, "curve": curve}, names


def _open_detector(options: Options) -> Detector:
    from detector.pipeline.detector import Detector
    from detector.settings import settings_for_words

    return Detector.open(options.folder, settings=settings_for_words(options.words))


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
    """Write the advised thresholds; raises `UsageError` where there are none, and says why."""
    reason = advice.get("refused", "") if advice else "no photos were measured"
    if not advice or reason:
        raise UsageError(f"no policy is written: {reason}", place=str(path))
    path.write_text(advice["policy"], encoding="utf-8")
    click.echo(f"Policy: {path}", err=True)


def _report_changes(old: dict[str, Any], new: dict[str, Any], within: float) -> int:
    """Print what changed; raises `UsageError` where a figure cannot be compared."""
    from detector.evaluation.regression import compare_results

    compared = compare_results(old, new, within)
    click.echo("")
    for note in compared.notes:
        click.echo(note)
    for change in compared.changes:
        click.echo(change.line())
    if compared.refused:
        remedy = "Measure both with the same clean photos."
        raise UsageError(compared.refused, remedy=remedy)
    return FOUND if any(change.regressed for change in compared.changes) else NOTHING
