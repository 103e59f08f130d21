"""Reads words in pictures with PP-OCR (Li et al. 2022): the models that rapidocr carries.

The package comes with the extra `ocr`. Nothing is downloaded: the models lie in the package, and
are used only when they are the ones that this version was measured with.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

import cv2
import numpy as np

from detector.errors import MissingExtra, UsageError
from detector.pictures.gradients import resize
from detector.records import Floats, Pixels

MODELS = {
    "Det": (
        "PP-OCRv6_det_small.onnx",
        "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
    ),
    "Rec": (
        "PP-OCRv6_rec_small.onnx",
        "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
    ),
    "Cls": (
        "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
        "e47acedf663230f8863ff1ab0e64dd2d82b838fceb5957146dab185a89d6215c",
    ),
}
"""File and SHA-256 of what finds lines, reads them, and sees which are upside down."""

PACKAGES = ("rapidocr", "rapidfuzz", "wordfreq", "spylls", "anyascii", "confusable_homoglyphs")
_ONE_AT_A_TIME = Lock()  # threads that read
LONGEST = 960  # pixels of a picture's longer side when it is read, at most
UPRIGHT = 1.5  # times its width from which the reader takes a box for a line that goes down
SURE_OF_TURN = 0.9  # from which the reader turns a line that looks upside down
SURE = 0.9  # reader's confidence below which a line may be upside down all the same
LEAST = 3  # letters of a word that is looked for
TEXT, TEXT_LIKE = 0.5, 0.3  # finder's confidence in text that is read, and at a glance


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A line of text: `quad` (4, 2) float32 in picture pixels, clockwise from its first letter.

    `confidence` is the reader's own, 0..1.
    """

    text: str
    quad: Floats
    confidence: float


def is_installed() -> bool:
    """Whether the extra `ocr` is there."""
    return all(find_spec(package) for package in PACKAGES)


def has_text(pixels: Pixels, side: int) -> bool:
    """Whether anything looks like text in a picture (H, W, 3) made `side` pixels long.

    Takes a fraction of the time of reading. Raises as `read_lines`.
    """
    scale = min(1.0, side / max(pixels.shape[:2]))
    found, _, _ = _steps(resize(pixels, scale), TEXT_LIKE, read=False)
    return found.boxes is not None


def read_lines(pixels: Pixels, side: int) -> list[Line]:
    """The lines of text in a picture (H, W, 3), enlarged to `side` pixels on its shorter side.

    A larger picture is read as it is, up to `LONGEST` pixels on its longer side.

    Raises `MissingExtra` without the packages, `UsageError` when their models are others.
    """
    height, width = pixels.shape[:2]
    scale = min(max(1.0, side / min(height, width)), LONGEST / max(height, width))
    found, turns, texts = _steps(resize(pixels, scale), TEXT, read=True)
    if texts.txts is None:
        return []
    quads = np.asarray(found.boxes, np.float32) / np.float32(scale)
    return [
        Line(text, _from_first_letter(quad, flipped=flipped), float(confidence))
        for quad, (text, confidence, flipped) in zip(quads, _readings(turns, texts), strict=True)
        if text.strip()
    ]


def _readings(turns: Any, texts: Any) -> list[tuple[str, float, bool]]:
    """Text, confidence and whether it stands upside down, of every line.

    A small line's turn is often missed, so what is not read surely is read the other way round too.
    """
    flipped = ["180" in label and sureness > SURE_OF_TURN for label, sureness in turns.cls_res]
    read = list(zip(texts.txts, texts.scores, flipped, strict=True))
    rows = [row for row, one in enumerate(read) if one[1] < SURE and len(one[0]) >= LEAST]
    if not rows:
        return read
    turned = [np.ascontiguousarray(texts.imgs[row][::-1, ::-1]) for row in rows]
    with _ONE_AT_A_TIME:
        again = _engine().recognize_txt(turned)
    for row, text, confidence in zip(rows, again.txts, again.scores, strict=True):
        if confidence >= SURE:
            read[row] = text, confidence, not flipped[row]
    return read


def _from_first_letter(quad: Floats, *, flipped: bool) -> Floats:
    """A box as the finder gives it, from its top left on, turned to begin at the first letter.

    What is much higher than wide is read downwards, and what is upside down from its end.
    """
    side = np.linalg.norm(quad - np.roll(quad, -1, axis=0), axis=1)
    upright = max(side[1], side[3]) >= UPRIGHT * max(side[0], side[2])
    return np.roll(quad, -(upright + 2 * flipped), axis=0)


def _steps(pixels: Pixels, least: float, *, read: bool) -> tuple[Any, Any, Any]:
    """What is found in a picture (H, W, 3) with a confidence of `least`, its turns, and its texts.

    The latter two are empty where it is not to be read.
    """
    engine = _engine()
    rim: dict[str, dict[str, int]] = {}
    with _ONE_AT_A_TIME:  # the engine keeps its parameters from one step to the next
        engine.update_params(box_thresh=least, use_cls=read, use_rec=read)
        found, turns, texts, _ = engine.run_ocr_steps(_bgr(pixels), rim)
    if found.boxes is not None:
        found.boxes = found.boxes - [rim["padding_1"]["left"], rim["padding_1"]["top"]]
    return found, turns, texts


@lru_cache(maxsize=1)
def _engine() -> Any:
    """One thread: photos run side by side in processes."""
    if not is_installed():
        raise MissingExtra("rapidocr", "ocr")
    from rapidocr import RapidOCR

    threads = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")}
    sizes = {"Det.limit_type": "max", "Det.limit_side_len": LONGEST, "Global.min_side_len": 1}
    # Named models are taken as they are; others would be downloaded.
    named = {f"{part}.model_path": str(path) for part, path in _models().items()}
    quiet = {"Global.log_level": "critical", "Global.text_score": 0.0}
    return RapidOCR(params={**threads, **sizes, **named, **quiet})


@lru_cache(maxsize=1)
def _models() -> dict[str, Path]:
    """Where the models lie, each checked by its hash."""
    import rapidocr

    folder = Path(rapidocr.__file__).parent / "models"
    paths = {part: folder / name for part, (name, _) in MODELS.items()}
    for part, path in paths.items():
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != MODELS[part][1]:
            raise UsageError(
                "this is not the model that was measured",
                place=path.name,
                remedy='Install the right one with: pip install --force-reinstall "detector[ocr]"',
            )
    return paths


def _bgr(pixels: Pixels) -> Pixels:
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), np.uint8)
