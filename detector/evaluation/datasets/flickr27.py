"""FlickrLogos-27: annotation texts of a training and a query set, pictures in one folder."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from detector.evaluation.datasets.files import pictures_in, read_text
from detector.evaluation.datasets.label_collector import LabelCollector, Labels

_STEM = "flickr_logos_27_dataset"
_IMAGES = f"{_STEM}_images"
_TRAINING = f"{_STEM}_training_set_annotation.txt"
_QUERY = f"{_STEM}_query_set_annotation.txt"
_URLS = f"{_STEM}_distractor_set_urls.txt"


def fits(path: Path) -> bool:
    """Return whether the folder holds the annotation of the training or the query set."""
    return (path / _TRAINING).is_file() or (path / _QUERY).is_file()


def read(path: Path) -> Labels:
    """Read the photos of both sets, which name the sources, and the distractors.

    Distractors lie in any folder with `distractor` in its name, or in the folder of the images as
    the list of addresses names them. Those that were not downloaded are told as one line.
    """
    collector = LabelCollector()
    for name, source in ((_TRAINING, "training"), (_QUERY, "query")):
        if (path / name).is_file():
            _read_set(collector, path / name, source)
    for folder in sorted(folder for folder in path.glob("*distractor*") if folder.is_dir()):
        for photo in pictures_in(folder):
            collector.describe(photo, str(photo), "distractor")
    if (path / _URLS).is_file():
        _read_addresses(collector, path)
    return collector.finish()


def _read_set(collector: LabelCollector, file: Path, source: str) -> None:
    """Add lines `image class [subset [x0 y0 x1 y1]]`; the subset is not kept."""
    seen: set[str] = set()
    for number, line in enumerate(read_text(file).splitlines(), start=1):
        place, cells = f"{file}:{number}", line.split()
        if len(cells) < 2:
            if cells:
                collector.refuse(place, "bad line: it needs an image and a class")
            continue
        photo, brand = file.parent / _IMAGES / cells[0], cells[1]
        # The six subsets repeat a box where it serves several; that is no mistake.
        key = " ".join([*cells[:2], *cells[3:]])
        if key not in seen:
            collector.label(photo, brand, place, cells[3:], source=source)
        seen.add(key)


def _read_addresses(collector: LabelCollector, path: Path) -> None:
    """Add the distractors of the list that were downloaded; tell how many were not."""
    pictures = {picture.name: picture for picture in pictures_in(path)}
    words = read_text(path / _URLS).split()
    names = [PurePosixPath(word).name for word in words if "/" in word]
    missing = [name for name in names if name not in pictures]
    for name in names:
        if name in pictures and pictures[name].parent.name == _IMAGES:
            collector.describe(pictures[name], f"{path / _URLS}: {name}", "distractor")
    if missing:
        count = f"missing file: {len(missing):,} of {len(names):,} distractors are not here"
        collector.refuse(str(path / _URLS), f"{count}, the first is {missing[0][:80]!r}")
