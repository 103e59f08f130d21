"""A folder per brand: `brand/photo.jpg`, also in further folders: `subset/brand/photo.jpg`."""

from __future__ import annotations

from pathlib import Path

from detector.evaluation.datasets.files import is_picture, pictures_in
from detector.evaluation.datasets.label_collector import LabelCollector, Labels
from detector.pictures.sources import find_pictures


def fits(path: Path) -> bool:
    """Return whether the folder has subfolders with pictures."""
    return path.is_dir() and any(picture.parent != path for picture in pictures_in(path))


def read(path: Path) -> Labels:
    """Read photos named by the folder that holds them; the path above it is their source.

    A folder called `no-logo` or the like (`says_no_mark`) holds photos without a mark.
    """
    collector = LabelCollector()
    for photo in find_pictures([path]):
        source, brand = photo.parent.relative_to(path).parent.as_posix(), photo.parent.name
        source = "" if source == "." else source
        if not is_picture(photo):
            collector.refuse(str(photo), "not a picture by its name")
        elif photo.parent == path:
            collector.refuse(str(photo), "lies in no brand's folder")
        else:
            collector.label(photo, brand, str(photo), source=source)
    return collector.finish()
