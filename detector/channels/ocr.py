"""Text detection and recognition by PP-OCR (Li et al. 2022), with the models in rapidocr.

The extra `ocr` installs that package. Nothing is downloaded: the models are part of the package,
and are used only if their SHA-256 is the expected one.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

import cv2
import numpy as np

from detector.channels import tesseract
from detector.channels.letter_rows import letter_rows
from detector.channels.strips import parts
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
UNREAD = ""
"""The text of a line that is not read."""
UNKNOWN_ASPECT = 1.8  # of a box of text in an unknown script, at least
UNKNOWN_BOX_CONFIDENCE = 0.75  # of the detector, where nothing is read in a box
SURE_BOX_CONFIDENCE = 0.85  # likewise, where it is read badly
BAD_CONFIDENCE = 0.65  # of the recogniser, below which a line is read badly
MAX_UNKNOWN = 8  # lines of a picture that are read otherwise
APART_CONFIDENCE = 0.6  # of the recogniser, from which letters set apart are a word
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
    return any(
        _run(resize(part, _reduction(part, side)), QUICK_BOX_CONFIDENCE, recognise=False)[0].boxes
        is not None
        for part, _ in parts(pixels, MAX_SIDE)
    )


def _reduction(pixels: Pixels, side: int) -> float:
    return min(1.0, side / int(max(pixels.shape[:2])))


def read_lines(pixels: Pixels, side: int, *, every_script: bool = False) -> list[Line]:
    """The lines of text in a picture (H, W, 3), enlarged to `side` pixels on its shorter side.

    Pictures are not enlarged beyond that, and reduced to at most `MAX_SIDE` on the longer side; a
    longer strip is read in parts. With `every_script`, lines in scripts that the models do not know
    are read by Tesseract where it is installed, or returned as `UNREAD`.
    Raises `MissingExtra` without the packages, `UsageError` if a model is not the expected one.
    """
    lines = [
        replace(line, quad=line.quad + np.array(corner, np.float32))
        for part, corner in parts(pixels, MAX_SIDE)
        for line in _read_part(part, side, every_script=every_script)
    ]
    return [line for line in lines if not any(_is_cut_off(line, other) for other in lines)]


def _is_cut_off(line: Line, other: Line) -> bool:
    """Whether a line is a piece of another, which a neighbouring part of a strip shows more of."""
    if len(line.text) >= len(other.text) or line.text.strip() not in other.text:
        return False
    return cv2.pointPolygonTest(other.quad, line.quad.mean(axis=0).tolist(), False) > 0


def _read_part(pixels: Pixels, side: int, *, every_script: bool) -> list[Line]:
    height, width = pixels.shape[:2]
    scale = min(max(1.0, side / min(height, width)), MAX_SIDE / max(height, width))
    reduced = resize(pixels, scale)
    detected, orientations, texts = _run(reduced, BOX_CONFIDENCE, recognise=True)
    if texts.txts is None:
        return []
    boxes = np.asarray(detected.boxes, np.float32)
    lines = [
        Line(text, _from_first_letter(quad, flipped=flipped), float(confidence))
        for quad, (text, confidence, flipped) in zip(
            boxes, _recognised(orientations, texts), strict=True
        )
    ]
    unknown = _unknown(boxes, detected.scores, texts) if every_script else []
    lengths = [len(text.replace(" ", "")) for text in texts.txts]
    found = (
        *(line for row, line in enumerate(lines) if line.text.strip() and row not in unknown),
        *_letters_apart(reduced, boxes, lengths),
        *(_read_otherwise(reduced, boxes[row]) for row in unknown[:MAX_UNKNOWN]),
    )
    return [replace(line, quad=line.quad / np.float32(scale)) for line in found]


def _letters_apart(pixels: Pixels, boxes: Floats, lengths: list[int]) -> Iterator[Line]:
    """The lines of single letters that the detector outlined one by one, read together."""
    for row in letter_rows(pixels, list(boxes), lengths):
        with _ENGINE_LOCK:
            ways = [np.ascontiguousarray(picture[..., ::-1]) for picture in row.pictures]
            read = _engine().recognize_txt(ways)
        sure = [
            Line(unicodedata.normalize("NFKC", text), row.quad, float(confidence))
            for text, confidence in zip(read.txts, read.scores, strict=True)
            if confidence >= APART_CONFIDENCE and len(text) >= MIN_LETTERS
        ]
        if sure:
            yield max(sure, key=lambda line: line.confidence * len(line.text.replace(" ", "")))


def _unknown(boxes: Floats, scores: Sequence[float], texts: Any) -> list[int]:
    """The rows of boxes that are surely text, but in a script that the recogniser does not know."""
    rows = enumerate(zip(boxes, scores, texts.txts, texts.scores, strict=True))
    return [row for row, (box, *read) in rows if _is_unknown(box, *read)]


def _is_unknown(box: Floats, sure: float, text: str, confidence: float) -> bool:
    """Whether a box is text for the detector alone: it is read as nothing, or badly."""
    edges = np.linalg.norm(box - np.roll(box, -1, axis=0), axis=1)
    if edges.max() < UNKNOWN_ASPECT * edges.min():
        return False
    if not any(map(str.isalnum, text)):
        return sure >= UNKNOWN_BOX_CONFIDENCE
    return confidence < BAD_CONFIDENCE and sure >= SURE_BOX_CONFIDENCE


def _read_otherwise(pixels: Pixels, box: Floats) -> Line:
    """A line of an unknown script: by Tesseract, or unread."""
    text, confidence = tesseract.read_line(_cut_out(pixels, box))
    return Line(text or UNREAD, box, confidence)


def _cut_out(pixels: Pixels, box: Floats) -> Pixels:
    """A box (4, 2) as an upright picture, with a margin."""
    (width, height), margin = np.linalg.norm(box[[1, 3]] - box[[0, 0]], axis=1), 0.15
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    target += np.float32(margin * height)
    size = round(float(width + 2 * margin * height)), round(float(height * (1 + 2 * margin)))
    pose = cv2.getPerspectiveTransform(box.astype(np.float32), target)
    warped = cv2.warpPerspective(pixels, pose, size, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(warped, np.uint8)


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
    sizes: dict[str, str | int] = {
        "Det.limit_type": "max",
        "Det.limit_side_len": MAX_SIDE,
        "Global.min_side_len": 1,
    }
    # Lines of a batch are padded to the longest, and some are read otherwise for it.
    sizes["Rec.rec_batch_num"] = 1
    # The detector's large tensors would be mapped and returned for every picture.
    memory = {"EngineConfig.onnxruntime.enable_cpu_mem_arena": True}
    # Without their paths, rapidocr would download its default models.
    models = {f"{part}.model_path": str(path) for part, path in _models().items()}
    quiet = {"Global.log_level": "critical", "Global.text_score": 0.0}
    return RapidOCR(params={**threads, **sizes, **memory, **models, **quiet})


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
