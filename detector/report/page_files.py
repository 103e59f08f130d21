"""The files of a report: pages that are replaced atomically, and pictures beside them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from detector.disk_space import full_disk_named
from detector.report.finding_images import EmbeddedImage

PAGES = "report-pages"
"""The folder beside `report.html` with the pages and pictures of a report that has several."""

_PICTURES = "pictures"


class PageFiles:
    """The folder of a report while it is written. Lifetime: one report, until `finish`."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._written = folder, set[Path]()
        folder.mkdir(parents=True, exist_ok=True)

    def write_page(self, name: str, chunks: Iterable[str]) -> Path:
        """Write a page and rename it when it is whole, so that a failure leaves the old one."""
        path = self._folder / name
        path.parent.mkdir(exist_ok=True)
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with (
                full_disk_named(temporary),
                temporary.open("w", encoding="utf-8", newline="\n") as page,
            ):
                page.writelines(chunks)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        self._written.add(path)
        return path

    def picture_beside(self, image: EmbeddedImage) -> str:
        """Write a picture beside the pages in `PAGES`; its address as seen from there."""
        name = f"{hashlib.sha256(image.data).hexdigest()[:20]}.webp"
        path = self._folder / PAGES / _PICTURES / name
        if path not in self._written:
            path.parent.mkdir(parents=True, exist_ok=True)
            with full_disk_named(path):
                path.write_bytes(image.data)
            self._written.add(path)
        return f"{_PICTURES}/{name}"

    def finish(self) -> None:
        """Remove the pages and pictures of an earlier report that this one does not have."""
        pages = self._folder / PAGES
        for path in (*pages.glob("page-*.html"), *(pages / _PICTURES).glob("*.webp")):
            if path not in self._written:
                path.unlink()
        for folder in (pages / _PICTURES, pages):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
