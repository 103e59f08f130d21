"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

FILE = click.Path(path_type=Path)
"""Any path; whether it is there and what it is, is said by the one who opens it."""

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
