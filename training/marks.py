"""The training marks: drawn once, kept in a folder, read as needed.

Two shapes of mark, each for its window: `square` for all that is no wider than 1.6 times its
height, `wide` for the rest. Marks of one group are of one brand and never called different.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.records import Pixels
from training.emblems import emblem
from training.icons import base_name, drawing, icons
from training.lettering import (
    badge,
    colour,
    filled,
    font_files,
    invented,
    lock_up,
    trimmed,
    word_mark,
)

SHAPES = ("square", "wide")
CANVAS = {"square": (100, 100), "wide": (72, 168)}  # height and width in pixels
RIM = 4  # pixels left empty round a mark
WIDE = 1.6  # times its height from which a mark is wide
WORDS, LOCK_UPS, BADGES, EMBLEMS = 9000, 9000, 6000, 6000
_LEAST = 8  # pixels of a mark's shorter side
_PART = 1000

Drawn = tuple[str, Pixels]
"""Group of a mark and its picture (H, W, 4)."""


@dataclass(frozen=True, slots=True, eq=False)
class MarkSet:
    """Marks of one shape: RGBA `pictures` (N, H, W, 4) and their `groups` (N,).

    `plain` (N,) says which are of one colour.
    """

    pictures: NDArray[np.uint8]
    groups: NDArray[np.int64]
    plain: NDArray[np.bool_]


def draw(packages: Path, folder: Path, seed: int, jobs: int) -> None:
    """Draw every training mark into `folder`; what is there already is left as it is."""
    if (folder / "groups.npz").is_file():
        return
    folder.mkdir(parents=True, exist_ok=True)
    parts = [(seed, kind, start) for kind in _KINDS for start in range(0, _KINDS[kind], _PART)]
    with ProcessPoolExecutor(jobs) as pool:
        found = pool.map(_icon, icons(packages, seed), chunksize=64)
        alone = [(name, mark) for name, mark in found if mark is not None]
        Icons.keep(folder, alone)
        work = partial(_composed, font_files(packages), folder)
        made = [one for part in pool.map(work, parts) for one in part]
    _write(folder, [*alone, *made])


class Icons:
    """Icons of any size in one file, for processes that each need a few. Lifetime: a drawing."""

    def __init__(self, folder: Path) -> None:
        with np.load(folder / "icons.npz") as table:
            self.names: list[str] = table["names"].tolist()
            self._sizes, self._starts = table["sizes"], table["starts"]
        self._bytes = np.load(folder / "icons.npy", mmap_mode="r")

    @staticmethod
    def keep(folder: Path, icons: Sequence[Drawn]) -> None:
        """Write icons for other processes."""
        np.save(folder / "icons.npy", np.concatenate([mark.ravel() for _, mark in icons]))
        sizes = np.array([mark.shape for _, mark in icons])
        starts = np.cumsum([0, *sizes.prod(axis=1)])
        names = np.array([name for name, _ in icons])
        np.savez(folder / "icons.npz", names=names, sizes=sizes, starts=starts)

    def __getitem__(self, row: int) -> Drawn:
        start, stop = self._starts[row : row + 2].tolist()
        picture = np.array(self._bytes[start:stop]).reshape(self._sizes[row])
        return self.names[row], picture

    def __len__(self) -> int:
        return len(self.names)


def opened(folder: Path, shape: str) -> MarkSet:
    """The marks of one shape, their pictures left on the disk until they are asked for."""
    with np.load(folder / "groups.npz") as table:
        groups, plain = table[f"{shape}_groups"], table[f"{shape}_plain"]
    return MarkSet(np.load(folder / f"{shape}.npy", mmap_mode="r"), groups, plain)


def fitted(mark: Pixels) -> tuple[str, Pixels] | None:
    """Shape and canvas of a mark, as large as fits in its middle; None where it is too thin."""
    mark = trimmed(mark)
    if (mark[..., 3] > 8).mean() < 0.05:
        return None
    height, width = mark.shape[:2]
    shape = "wide" if width > WIDE * height else "square"
    high, wide = CANVAS[shape]
    scale = min((high - 2 * RIM) / height, (wide - 2 * RIM) / width)
    size = (round(width * scale), round(height * scale))
    if min(size) < _LEAST:
        return None
    cover = mark[..., 3:] / np.float32(255)
    mixed = np.dstack([mark[..., :3] * cover, cover]).astype(np.float32)
    small = cv2.resize(mixed, size, interpolation=cv2.INTER_AREA)
    canvas = np.zeros((high, wide, 4), np.uint8)
    top, left = (high - size[1]) // 2, (wide - size[0]) // 2
    colours = small[..., :3] / np.maximum(small[..., 3:], 1 / 255)
    whole = np.dstack([colours, 255 * small[..., 3]])
    canvas[top : top + size[1], left : left + size[0]] = np.clip(whole, 0, 255)
    return shape, canvas


def _write(folder: Path, marks: Sequence[Drawn]) -> None:
    table: dict[str, NDArray[np.generic]] = {}
    placed = [(name, one) for name, mark in marks if (one := fitted(mark)) is not None]
    for shape in SHAPES:
        mine = [(name, canvas) for name, (kind, canvas) in placed if kind == shape]
        np.save(folder / f"{shape}.npy", np.stack([canvas for _, canvas in mine]))
        table[f"{shape}_groups"] = np.array([zlib.crc32(name.encode()) for name, _ in mine])
        table[f"{shape}_plain"] = np.array([_is_plain(canvas) for _, canvas in mine])
    np.savez(folder / "groups.npz", allow_pickle=False, **table)


def _is_plain(canvas: Pixels) -> bool:
    inside = canvas[canvas[..., 3] > 200][:, :3]
    return not len(inside) or bool(inside.std(axis=0).max() < 4)


def _icon(icon: tuple[str, str]) -> tuple[str, Pixels | None]:
    return icon[0], drawing(icon[1])


def _composed(fonts: Sequence[Path], folder: Path, part: tuple[int, str, int]) -> list[Drawn]:
    seed, kind, start = part
    random = np.random.default_rng([seed, _ORDER[kind], start])
    count = min(_PART, _KINDS[kind] - start)
    return list(_made(kind, random, fonts, Icons(folder), count))


def _made(
    kind: str,
    random: np.random.Generator,
    fonts: Sequence[Path],
    alone: Icons,
    count: int,
) -> Iterator[Drawn]:
    for _ in range(count):
        text = _text(random, alone)
        if kind == "emblem":
            yield f"emblem {random.integers(1 << 40)}", emblem(random, fonts)
            continue
        word = word_mark(random, fonts, text)
        if kind == "word":
            yield base_name(text), word
            continue
        name, icon = alone[int(random.integers(len(alone)))]
        if kind == "lock-up":
            yield name, lock_up(random, _coloured(random, icon), word)
        else:
            mark = word if random.random() < 0.4 else _coloured(random, icon)
            yield (base_name(text) if mark is word else name), badge(random, mark)


def _text(random: np.random.Generator, alone: Icons) -> str:
    """A word of up to twelve letters: the name of an icon, or an invented one."""
    name = alone.names[random.integers(len(alone))]
    if random.random() < 0.5 and 1 < len(name) <= 12:
        case: Callable[[str], str] = (str.upper, str.lower, str.capitalize)[random.integers(3)]
        return case(name)
    return invented(random)


def _coloured(random: np.random.Generator, icon: Pixels) -> Pixels:
    """An icon that is one colour in another; others as they are."""
    return filled(icon[..., 3], colour(random)) if _is_plain(icon) else icon


_KINDS = {"word": WORDS, "lock-up": LOCK_UPS, "badge": BADGES, "emblem": EMBLEMS}
_ORDER = {kind: number for number, kind in enumerate(_KINDS)}
