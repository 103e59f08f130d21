"""`detector load-test`: how fast a running service is, and whether it loses anything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from detector.cli.exit_status import FAILED, NOTHING
from detector.cli.options import FILE, words_option
from detector.cli.service_options import extra_needed

MOST_PHOTOS = 200
"""Of a folder that are sent, one after another and again: they are kept in memory."""


@click.command("load-test")
@click.argument("url", metavar="URL")
@click.option("--photos", type=FILE, metavar="DIR", help="What is sent. [default: drawn pictures]")
@click.option("--key", default="", envvar="DETECTOR_KEY", show_envvar=True, metavar="KEY")
@click.option(
    "--concurrency",
    type=click.IntRange(min=1),
    default=4,
    show_default=True,
    metavar="N",
    help="Uploads under way at the same time, at most.",
)
@click.option(
    "--rate",
    type=click.FloatRange(min=0, min_open=True),
    metavar="R",
    help="Begin so many uploads a second, done or not. [default: each client sends its next one "
    "when it has a result]",
)
@click.option(
    "--seconds", type=click.FloatRange(min=0, min_open=True), default=30.0, show_default=True
)
@click.option(
    "--patience",
    type=click.FloatRange(min=0),
    default=300.0,
    show_default=True,
    metavar="S",
    help="What has no result so long after the end counts as lost.",
)
@click.option(
    "--index",
    "folder",
    type=FILE,
    metavar="DIR",
    help="Compare with Detector.inspect in this process, with this index.",
)
@words_option
def load_test(
    *,
    url: str,
    photos: Path | None,
    key: str,
    concurrency: int,
    rate: float | None,
    seconds: float,
    patience: float,
    folder: Path | None,
    words: bool | None,
) -> int:
    """Send photos to the service at URL, and print what it did as JSON.

    Each inspection that it accepts is asked for until it has ended. Exit status: 0 nothing was
    lost, 2 something was, or answers were neither results nor 429.
    """
    with extra_needed():
        import httpx

        from detector.service.load_test import Load, LoadTest

    data = _photos_of(photos)
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    load = Load(seconds, concurrency, rate, patience)
    limits = httpx.Limits(max_connections=concurrency + 2)
    with httpx.Client(base_url=url, headers=headers, limits=limits, timeout=60) as client:
        figures = LoadTest(client, data, load).run()
    click.echo(json.dumps({"service": figures, **_compared(folder, data, seconds, words)}))
    expected = figures["turned_away"] + figures["accepted"]
    return FAILED if figures["lost"] or figures["sent"] != expected else NOTHING


def _photos_of(folder: Path | None) -> list[bytes]:
    """The photos of a folder, or some that are drawn."""
    if folder is None:
        return [_drawn(number) for number in range(12)]
    from itertools import islice

    from detector.pictures.sources import find_pictures

    return [path.read_bytes() for path in islice(find_pictures([folder]), MOST_PHOTOS)]


def _drawn(number: int) -> bytes:
    """A JPEG of coloured rectangles on noise, 640 x 480, as busy as a photo of a product."""
    import io

    import numpy as np
    from PIL import Image, ImageDraw

    random = np.random.default_rng(number)
    noise = random.integers(90, 166, (480, 640, 3), dtype=np.uint8)
    picture = Image.fromarray(noise)
    pencil = ImageDraw.Draw(picture)
    for _ in range(24):
        x, y, width, height = random.integers((0, 0, 20, 20), (600, 440, 200, 160)).tolist()
        colour = tuple(random.integers(0, 256, 3).tolist())
        pencil.rectangle((x, y, x + width, y + height), fill=colour)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=90)
    return file.getvalue()


def _compared(
    folder: Path | None, photos: list[bytes], seconds: float, words: bool | None
) -> dict[str, Any]:
    if folder is None:
        return {}
    from detector.pipeline.detector import Detector
    from detector.service.load_test import inspect_here
    from detector.settings import settings_for_words

    detector = Detector.open(folder, settings=settings_for_words(words))
    return {"in_this_process": inspect_here(detector, photos, min(seconds, 30.0))}
