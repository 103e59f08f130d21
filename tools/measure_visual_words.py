"""Measures the visual words of channel `sift`: `python tools/measure_visual_words.py PACKAGE`.

PACKAGE is the unpacked npm package simple-icons (CC0). Words are the k-means centres of the
keypoint descriptors of views of icons and of the sample photos. Only they are shipped.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from markdown_text import ROOT
from numpy.typing import NDArray
from sklearn.cluster import MiniBatchKMeans
from write_icon_marks import chosen

from detector.channels.descriptors import QUANTUM
from detector.channels.keypoints import KeypointChannel
from detector.channels.view_votes import QUANTISER
from detector.marks.mark_images import read_mark
from detector.marks.views import derive_views
from detector.pictures.reader import read_picture

WORDS, BITS, ICONS = 2048, 64, 500
SHARE = 3  # of the descriptors of views, one in so many: photos have as many
FILE = ROOT / "detector" / "channels" / QUANTISER


def main() -> None:
    """Fit the words and write them with seeded orthogonal directions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", type=Path)
    options = parser.parse_args()
    views = np.concatenate(list(of_views(chosen(options.package, ICONS))))[::SHARE]
    photos = np.concatenate(list(of_photos(sorted((ROOT / "samples").glob("*.jpg")))))
    print(f"{len(views)} descriptors of views, {len(photos)} of photos")
    vectors = np.concatenate([views, photos]).astype(np.float32)
    model = MiniBatchKMeans(WORDS, batch_size=8192, max_iter=20, n_init=1, random_state=0)
    centres = np.rint(model.fit(vectors).cluster_centers_).astype(np.uint8)
    normal = np.random.default_rng(0).normal(size=(vectors.shape[1],) * 2)
    directions = np.linalg.qr(normal)[0][:, :BITS].astype(np.float16)
    np.savez_compressed(FILE, centres=centres, directions=directions)
    print(f"{FILE.name}: {FILE.stat().st_size / 1e3:.0f} kB, quantum 1/{QUANTUM:.0f}")


def of_views(pictures: list[Path]) -> Iterator[NDArray[np.uint8]]:
    """Descriptors (N, 128) of every view of some marks."""
    channel = KeypointChannel()
    for path in pictures:
        for view in derive_views(path.stem, path.name, read_mark(path, read_picture)):
            yield np.asarray(channel.describe_view(view).descriptors, np.uint8)


def of_photos(paths: list[Path]) -> Iterator[NDArray[np.uint8]]:
    """Descriptors (N, 128) of some photos."""
    channel = KeypointChannel()
    for path in paths:
        picture = read_picture(path).pictures[0]
        yield np.asarray(channel.describe(picture).descriptors, np.uint8)


if __name__ == "__main__":
    main()
