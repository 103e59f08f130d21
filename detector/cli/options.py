"""Options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

FILE = click.Path(path_type=Path)
"""Any path; the function that opens it reports whether it exists and what it is."""

index_option = click.option(
    "--index",
    "folder",
    type=FILE,
    envvar="DETECTOR_INDEX",
    default="detector-index",
    show_default=True,
    show_envvar=True,
    metavar="DIR",
    help="The reference index.",
)

seller_option = click.option(
    "--seller", default="", metavar="ID", help="Whose photos these are: marks may authorise them."
)

MOST_JOBS = 8


def jobs_option(what: str) -> Callable[[Decorated], Decorated]:
    """The option `--jobs`; `what` is done with several photos at the same time."""
    return click.option(
        "--jobs",
        type=click.IntRange(min=1),
        default=lambda: min(MOST_JOBS, os.cpu_count() or 1),
        show_default=f"number of cores, at most {MOST_JOBS}",
        metavar="N",
        help=f"How many photos are {what} at the same time.",
    )


words_option = click.option(
    "--words/--no-words",
    default=None,
    envvar="DETECTOR_WORDS",
    show_envvar=True,
    help="Read words in pictures. Default: where the extra ocr is installed.",
)

policy_option = click.option(
    "--policy",
    type=FILE,
    metavar="FILE",
    help="From which score to review and to block: TOML, see docs/policy.md.",
)

report_option = click.option(
    "--report", type=FILE, metavar="DIR", help="Write report.html into this folder."
)
