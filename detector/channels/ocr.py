"""Text detection and recognition by PP-OCR (Li et al. 2022), with the models in rapidocr.

The extra `ocr` installs that package. Nothing is downloaded: the models are part of the package,
and are used only if their SHA-256 is the expected one.
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
"""File and SHA-256 of the models that detect, recognise, and classify lines as upside down."""

PACKAGES = ("rapidocr", "rapidfuzz", "wordfreq", "spylls", "anyascii", "confusable_homoglyphs")
MAX_SIDE = 960  # pixels of the longer side of a picture in which text is recognised
VERTICAL_ASPECT = 1.5  # height over width from which rapidocr takes a box for a vertical line
FLIP_CONFIDENCE = 0.9  # of the classifier, from which rapidocr turns a line upside down
SURE_CONFIDENCE = 0.9  # of the recogniser, below which a line may still be upside down
MIN_LETTERS = 3  # of a word that is compared
BOX_CONFIDENCE = 0.5  # of the text detector, for boxes that are recognised
QUICK_BOX_CONFIDENCE = 0.3  # likewise, where a picture is only tested for text

_ENGINE_LOCK = Lock()  # the engine keeps its parameters from one step to the next


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A line of text: `quad` (4, 2) float32 in picture pixels, clockwise from its first letter.

    `confidence` is that of the recogniser, 0..1.
    """

    text: str
    quad: Floats
    confidence: float


def is_installed() -> bool:
    """Whether the extra `ocr` is installed."""
    return all(find_spec(package) for package in PACKAGES)


def has_text(pixels: Pixels, side: int) -> bool:
    """Whether text is detected in a picture (H, W, 3), reduced to `side` pixels on its longer side.

    Much faster than `read_lines`, and raises the same errors.
    """
    scale = min(1.0, side / max(pixels.shape[:2]))
    detected, _, _ = _run(resize(pixels, scale), QUICK_BOX_CONFIDENCE, recognise=False)
    return detected.boxes is not None


def read_lines(pixels: Pixels, side: int) -> list[Line]:
    """The lines of text in a picture (H, W, 3), enlarged to `side` pixels on its shorter side.

    Pictures are not enlarged beyond that, and reduced to at most `MAX_SIDE` on the longer side.
    Raises `MissingExtra` without the packages, `UsageError` if a model is not the expected one.
    """
    height, width = pixels.shape[:2]
    scale = min(max(1.0, side / min(height, width)), MAX_SIDE / max(height, width))
    detected, orientations, texts = _run(resize(pixels, scale), BOX_CONFIDENCE, recognise=True)
    if texts.txts is None:
        return []
    quads = np.asarray(detected.boxes, np.float32) / np.float32(scale)
    return [
        Line(text, _from_first_letter(quad, flipped=flipped), float(confidence))
        for quad, (text, confidence, flipped) in zip(
            quads, _recognised(orientations, texts), strict=True
        )
        if text.strip()
    ]


def _recognised(orientations: Any, texts: Any) -> list[tuple[str, float, bool]]:
    """Text, confidence and whether it is upside down, of every line.

    The classifier often misses that a small line is, so doubtful lines are recognised both ways.
    """
    flipped = ["180" in label and score > FLIP_CONFIDENCE for label, score in orientations.cls_res]
    lines = list(zip(texts.txts, texts.scores, flipped, strict=True))
    doubtful = [
        row
        for row, (text, confidence, _) in enumerate(lines)
        if confidence < SURE_CONFIDENCE and len(text) >= MIN_LETTERS
    ]
    if not doubtful:
        return lines
    rotated = [np.ascontiguousarray(texts.imgs[row][::-1, ::-1]) for row in doubtful]
    with _ENGINE_LOCK:
        again = _engine().recognize_txt(rotated)
    for row, text, confidence in zip(doubtful, again.txts, again.scores, strict=True):
        if confidence >= SURE_CONFIDENCE:
            lines[row] = text, confidence, not flipped[row]
    return lines


def _from_first_letter(quad: Floats, *, flipped: bool) -> Floats:
    """Corners (4, 2) of a detected box, given from its top left, from the line's first letter on.

    A vertical line is read downwards, a flipped one from its end.
    """
    side = np.linalg.norm(quad - np.roll(quad, -1, axis=0), axis=1)
    vertical = max(side[1], side[3]) >= VERTICAL_ASPECT * max(side[0], side[2])
    return np.roll(quad, -(vertical + 2 * flipped), axis=0)


def _run(pixels: Pixels, confidence: float, *, recognise: bool) -> tuple[Any, Any, Any]:
    """Boxes detected with at least some confidence in (H, W, 3), their orientations and texts.

    The latter two are empty unless `recognise`.
    """
    engine = _engine()
    padding: dict[str, dict[str, int]] = {}
    bgr = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), np.uint8)
    with _ENGINE_LOCK:
        engine.update_params(box_thresh=confidence, use_cls=recognise, use_rec=recognise)
        detected, orientations, texts, _ = engine.run_ocr_steps(bgr, padding)
    if detected.boxes is not None:
        border = padding["padding_1"]
        detected.boxes = detected.boxes - [border["left"], border["top"]]
    return detected, orientations, texts


@lru_cache(maxsize=1)
def _engine() -> Any:
    """One thread: photos run side by side in processes."""
    if not is_installed():
        raise MissingExtra("rapidocr", "ocr")
    from rapidocr import RapidOCR

    threads = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")}
    sizes = {"Det.limit_type": "max", "Det.limit_side_len": MAX_SIDE, "Global.min_side_len": 1}
    # Without their paths, rapidocr would download its default models.
    models = {f"{part}.model_path": str(path) for part, path in _models().items()}
    quiet = {"Global.log_level": "critical", "Global.text_score": 0.0}
    return RapidOCR(params={**threads, **sizes, **models, **quiet})


@lru_cache(maxsize=1)
def _models() -> dict[str, Path]:
    """Paths of the models, each checked by its SHA-256."""
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
