"""The options of `detector benchmark`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

import click

from detector.cli.options import FILE, index_option, jobs_option, words_option

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
    check: bool
    strict: bool
    unlabelled_clean: bool
    join_numbered: bool
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


_OPTIONS: tuple[Callable[[Callable[..., Any]], Callable[..., Any]], ...] = (
    index_option,
    click.option("--out", type=FILE, metavar="DIR", help="Where measurements and results go."),
    click.option("--layout", type=click.Choice(LAYOUTS), default="auto", show_default=True),
    click.option(
        "--check", is_flag=True, help="Only say what is used of DATASET and what not, and why."
    ),
    click.option("--strict", is_flag=True, help="Stop where a photo or a label is left out."),
    click.option(
        "--unlabelled-clean",
        is_flag=True,
        help="A photo without a label file shows no mark (YOLO).",
    ),
    click.option(
        "--join-numbered",
        is_flag=True,
        help="Classes such as lexus-1 and lexus-2 that are no marks are the mark lexus.",
    ),
    click.option(
        "--negatives",
        type=FILE,
        multiple=True,
        metavar="DIR",
        help="A folder of photos that show no mark; may be given several times.",
    ),
    click.option(
        "--graphics",
        type=FILE,
        multiple=True,
        metavar="DIR",
        help="A folder of graphics that show no mark (drawn logos, labels, text pages); likewise.",
    ),
    click.option(
        "--distractors",
        type=FILE,
        multiple=True,
        metavar="SOURCE",
        help="Marks that no photo shows, to be searched beside those of the index; likewise.",
    ),
    click.option(
        "--distractor-counts",
        callback=_numbers,
        default="",
        metavar="N,N",
        help="Beside so many of them figures are measured.  [default: 0 and all]",
    ),
    click.option(
        "--distractor-indexes",
        type=FILE,
        metavar="DIR",
        help="Where indexes with distractors are kept and used again.  [default: in --out]",
    ),
    jobs_option("measured"),
    click.option("--baselines/--no-baselines", default=True, show_default=True),
    click.option(
        "--ladder/--no-ladder", default=False, show_default=True, help="Measure robustness too."
    ),
    click.option(
        "--attack",
        "attacks",
        multiple=True,
        metavar="NAME",
        help="Only this attack; may be given several times.",
    ),
    click.option(
        "--ladder-marks",
        type=click.IntRange(min=1),
        default=40,
        show_default=True,
        metavar="N",
        help="Each attack is tried on at most so many marks.",
    ),
    click.option("--seed", type=int, default=1, show_default=True),
    click.option(
        "--against", type=FILE, metavar="OLD.json", help="An earlier result.json to compare with."
    ),
    click.option(
        "--within",
        type=click.FloatRange(0, 1),
        default=0.02,
        show_default=True,
        help="A figure may fall by so much before it is a regression.",
    ),
    click.option("--photos-a-day", type=click.IntRange(min=1), default=1000, show_default=True),
    click.option("--cost-miss", type=POSITIVE, help="What a missed mark costs; with --cost-alarm."),
    click.option("--cost-alarm", type=POSITIVE, help="What a photo held up for nothing costs."),
    click.option("--policy", type=FILE, metavar="FILE", help="Write the advised thresholds here."),
    words_option,
)


def measuring_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command all options, in the order in which its help names them."""
    return reduce(lambda made, option: option(made), reversed(_OPTIONS), command)
