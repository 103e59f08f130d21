"""Tesseract (Smith 2007), an optional program: reads lines in scripts that PP-OCR does not know.

Debian packages it as `tesseract-ocr`, and its languages as `tesseract-ocr-rus` and the like.
Nothing is installed or downloaded here.
"""

from __future__ import annotations

import io
import logging
import os
import shutil
import subprocess
from functools import lru_cache

from PIL import Image

from detector.records import Pixels

LANGUAGES = ("rus", "ukr", "bul", "srp", "ara", "fas", "heb", "kor", "tha")
"""Languages in scripts that PP-OCR does not know: Cyrillic, Arabic, Hebrew, Hangul, Thai."""

MIN_CONFIDENCE = 80.0  # of a word, in per cent
TIMEOUT = 10.0  # seconds for one line

_LOG = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def installed_languages() -> tuple[str, ...]:
    """Those of `LANGUAGES` that an installed Tesseract has; none where there is no such program."""
    if shutil.which("tesseract") is None:
        return ()
    listed = _run(["--list-langs"], b"").split()
    return tuple(language for language in LANGUAGES if language in listed)


def read_line(pixels: Pixels) -> tuple[str, float]:
    """The text of a picture (H, W, 3) of one upright line, and its confidence 0..1.

    "" and 0 where nothing is read with confidence, or no language is installed.
    """
    languages = installed_languages()
    if not languages:
        return "", 0.0
    png = io.BytesIO()
    Image.fromarray(pixels).save(png, "PNG")
    options = ["stdin", "stdout", "-l", "+".join(languages), "--psm", "7", "tsv"]
    rows = [row.split("\t") for row in _run(options, png.getvalue()).splitlines()[1:]]
    words = [(row[-1].strip(), float(row[-2])) for row in rows if len(row) > 2]
    read = [(text, confidence) for text, confidence in words if text]
    if not read or min(confidence for _, confidence in read) < MIN_CONFIDENCE:
        return "", 0.0
    return " ".join(text for text, _ in read), min(confidence for _, confidence in read) / 100


def _run(options: list[str], data: bytes) -> str:
    """What the program writes; "" where it fails. One thread: photos run side by side."""
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    try:
        done = subprocess.run(
            ["tesseract", *options],
            input=data,
            capture_output=True,
            timeout=TIMEOUT,
            check=True,
            env=environment,
        )
    except (OSError, subprocess.SubprocessError) as error:
        _LOG.warning("tesseract failed", exc_info=error)
        return ""
    return done.stdout.decode("utf-8", "replace")
