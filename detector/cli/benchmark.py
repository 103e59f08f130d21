"""`detector benchmark`: how good detection is on labelled photos, and where it breaks."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from detector.cli.exits import FOUND, INTERRUPTED, NOTHING
from detector.cli.options import FILE, index_option
from detector.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.table import Table

    from detector.benchmark.against import Change
    from detector.benchmark.ladder.attacks import Attack
    from detector.benchmark.measure import Laboratory
    from detector.benchmark.records import Dataset
    from detector.pipeline import Detector

MOST_JOBS = 8
LAYOUTS = ("auto", "folders", "table", "coco", "voc", "masks", "yolo", "flickr27", "flickr32")


@dataclass(frozen=True, slots=True)
class Asked:
    """Everything that the command line says."""

    dataset: Path
    folder: Path
    out: Path
    layout: str
    negatives: tuple[Path, ...]
    jobs: int
    baselines: bool
    ladder: bool
    attacks: tuple[str, ...]
    seed: int
    against: Path | None
    within: float
    photos_a_day: int
    cost_miss: float | None
    cost_alarm: float | None
    policy: Path | None


@click.command()
@click.argument("dataset", type=FILE)
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
    "--jobs",
    type=click.IntRange(min=1),
    default=lambda: min(MOST_JOBS, os.cpu_count() or 1),
    show_default=f"number of cores, at most {MOST_JOBS}",
    metavar="N",
    help="How many photos are measured at the same time.",
)
@click.option("--baselines/--no-baselines", default=True, show_default=True)
@click.option("--ladder/--no-ladder", default=False, show_default=True, help="Climb attacks too.")
@click.option(
    "--attack",
    "attacks",
    multiple=True,
    metavar="NAME",
    help="Only this attack of the ladder; may be given several times.",
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
@click.option("--cost-miss", type=float, help="What a missed mark costs; with --cost-alarm.")
@click.option("--cost-alarm", type=float, help="What a photo held up for nothing costs.")
@click.option("--policy", type=FILE, metavar="FILE", help="Write the advised thresholds here.")
def benchmark(**options: Any) -> int:
    """Measure detection on the labelled photos of DATASET, against the marks of an index.

    Writes result.json and benchmark.html into the folder --out; the same command goes on where it
    was interrupted. See docs/datasets.md for layouts, docs/benchmark.md for the figures.

    Exit status: 0 measured; 1 a regression against an earlier result; 2 an error; 130 interrupted.
    """
    from detector.benchmark.against import changes
    from detector.benchmark.result import read_result, write_result

    asked = Asked(**options)
    old = read_result(asked.against) if asked.against else None  # before the long work
    detector = _detector(asked.folder)
    try:
        result, rules, names = _result(asked, detector)
    except KeyboardInterrupt:
        click.echo("interrupted. Run the same command again to go on.", err=True)
        return INTERRUPTED
    click.echo(f"Result: {write_result(result, asked.out)}", err=True)
    _page(result, detector, asked.out, names)
    _summary(result)
    if asked.policy:
        _write_policy(asked.policy, rules)
    return _report_changes(changes(old, result, asked.within)) if old else NOTHING


def _result(asked: Asked, detector: Detector) -> tuple[dict[str, Any], str, dict[Path, str]]:
    """What was measured, the advised policy ("" without clean photos), and the photos' names."""
    from detector.benchmark.measure import Laboratory
    from detector.benchmark.result import advice_of, names_of, result_of

    photos = _dataset(asked, detector)
    laboratory = Laboratory(asked.folder, detector.index.generation, asked.baselines)
    outcomes = _measured(photos, laboratory, asked)
    advice, rules = None, ""
    if any(not photo.truths for photo in photos.photos):
        costs = asked.cost_miss, asked.cost_alarm
        advice, rules = advice_of(outcomes["detector"], asked.photos_a_day, *costs)
    root = asked.dataset if asked.dataset.is_dir() else asked.dataset.parent
    names = names_of(photos.photos, [root, *asked.negatives])
    result = result_of(
        photos,
        outcomes,
        detector.index,
        names,
        seed=asked.seed,
        options={"layout": asked.layout, "baselines": asked.baselines, "ladder": asked.ladder},
        advice=advice,
        ladder=_climbed(detector, asked) if asked.ladder else None,
    )
    return result, rules, names


def _detector(folder: Path) -> Detector:
    from detector.pipeline import Detector

    return Detector.open(folder)


def _dataset(asked: Asked, detector: Detector) -> Dataset:
    from detector.benchmark.datasets.opening import open_dataset

    names = [mark.id for mark in detector.index.marks]
    dataset = open_dataset(asked.dataset, names, asked.layout, asked.negatives)
    for one in dataset.unusable[:10]:
        click.echo(f"not used: {one.place}: {one.reason}", err=True)
    if len(dataset.unusable) > 10:
        click.echo(f"not used: {len(dataset.unusable) - 10} more, all in result.json", err=True)
    return dataset


def _measured(photos: Dataset, laboratory: Laboratory, asked: Asked) -> dict[str, Any]:
    from detector.benchmark.result import measured
    from detector.cli.progress import progress

    with progress("measuring") as advance:
        return {**measured(photos, laboratory, asked.out, asked.jobs, advance)}


def _climbed(detector: Detector, asked: Asked) -> dict[str, Any]:
    from detector.benchmark.ladder.climb import climb
    from detector.benchmark.result import ladder_of
    from detector.cli.progress import progress

    with progress("climbing") as advance:
        ladder = climb(detector, _attacks(asked.attacks), seed=asked.seed, progress=advance)
    return ladder_of(ladder)


def _attacks(names: tuple[str, ...]) -> tuple[Attack, ...]:
    from detector.benchmark.ladder.attacks import ATTACKS

    known = {attack.name: attack for attack in ATTACKS}
    for name in names:
        if name not in known:
            remedy = f"Attacks are: {', '.join(known)}."
            raise UsageError(f"there is no attack called {name}", remedy=remedy)
    return tuple(known[name] for name in names) or ATTACKS


def _page(result: dict[str, Any], detector: Detector, out: Path, names: dict[Path, str]) -> None:
    """Write the page; without matplotlib say what to install, the JSON is there all the same."""
    from detector.benchmark.gallery import exhibits
    from detector.benchmark.page import write_page
    from detector.errors import MissingExtra

    paths = {name: str(path) for path, name in names.items()}
    misses, alarms = (
        [{**one, "path": paths[one["path"]]} for one in result[kind]]
        for kind in ("misses", "alarms")
    )
    try:
        page = write_page(result, exhibits(detector, misses, alarms), out)
        click.echo(f"Page: {page}", err=True)
    except MissingExtra as error:
        click.echo(f"no page: {error}", err=True)


def _summary(result: dict[str, Any]) -> None:
    from detector.cli.printing import show

    data = result["dataset"]
    click.echo(
        f"{data['name']}: {data['marked']} photos of {len(data['marks'])} marks, "
        f"{data['clean']} clean photos, {len(data['unusable'])} lines not used, "
        f"{len(data['failed'])} photos not fully read"
    )
    show(_table(result["methods"]))
    ece = result["calibration"]["ece"]
    click.echo(f"Calibration error of the detector: {_number(ece)}")


def _table(methods: dict[str, Any]) -> Table:
    from rich.table import Table

    table = Table("method", show_edge=False, pad_edge=False, header_style="bold")
    for name in ("recall at 1 %", "at 0.1 %", "top-1", "top-5", "centre inside", "mAP@.5"):
        table.add_column(name, justify="right")
    for name, one in methods.items():
        recall = [_interval(one["recall"][rate]) for rate in ("0.01", "0.001")]
        tops = [_interval(one[top]) for top in ("top1", "top5")]
        table.add_row(name, *recall, *tops, _number(one["centre"]), _number(one["map50"]))
    return table


def _interval(one: list[float | None]) -> str:
    value, low, high = one
    if value is None:
        return "-"
    return f"{value:.3f}" if low is None else f"{value:.3f} [{low:.3f}, {high:.3f}]"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _write_policy(path: Path, rules: str) -> None:
    if not rules:
        raise UsageError("there are no clean photos to advise from", remedy="Give --negatives.")
    path.write_text(rules, encoding="utf-8")
    click.echo(f"Policy: {path}", err=True)


def _report_changes(found: list[Change]) -> int:
    for line in _lines(found):
        click.echo(line)
    return FOUND if any(one.regressed for one in found) else NOTHING


def _lines(found: list[Change]) -> Iterator[str]:
    yield ""
    yield from (one.line() for one in found)
