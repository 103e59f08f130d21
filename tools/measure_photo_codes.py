"""Measures the codes of kept photos: `python tools/measure_photo_codes.py PHOTO...`.

The centres are those of k-means of the parts of descriptors of some photos. Only they are shipped.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np
from markdown_text import ROOT

from detector.channels.embedding import EmbeddingChannel
from detector.channels.embedding_background import least_like_background
from detector.channels.keypoints import KeypointChannel
from detector.channels.photo_codes import CENTRES, FILE
from detector.pictures.reader import read_picture
from detector.pipeline.kept_features import WINDOWS
from detector.records import Floats

PARTS = {"sift": 32, "embedding": 32}
MOST = 40_000  # descriptors that the centres are fitted to
STOP = (cv2.TERM_CRITERIA_COUNT, 20, 0)


def main() -> None:
    """Fit the centres and write them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photos", type=Path, nargs="+")
    found: dict[str, list[Floats]] = {"sift": [], "embedding": []}
    for path in parser.parse_args().photos:
        picture = read_picture(path).pictures[0]
        windows = EmbeddingChannel().describe(picture)
        for name, features in (
            ("sift", KeypointChannel().describe(picture)),
            ("embedding", least_like_background(windows, WINDOWS)),
        ):
            found[name].append(features.descriptors.astype(np.float32))
    tables = {name: centres_of(np.concatenate(each), PARTS[name]) for name, each in found.items()}
    file = ROOT / "detector" / "channels" / FILE
    sift = np.clip(np.rint(tables["sift"]), 0, 255).astype(np.uint8)
    np.savez_compressed(file, sift=sift, embedding=tables["embedding"].astype(np.float16))
    print(f"{file.name}: {file.stat().st_size / 1e3:.0f} kB")


def centres_of(vectors: Floats, parts: int) -> Floats:
    """The centres (P, 256, D / P) of some descriptors (N, D)."""
    random = np.random.default_rng(0)
    chosen = random.permutation(len(vectors))[:MOST]
    cv2.setRNGSeed(0)
    columns = np.split(vectors[chosen], parts, axis=1)
    return np.stack([_means(np.ascontiguousarray(part)) for part in columns])


def _means(part: Floats) -> Floats:
    labels = np.empty((len(part), 1), np.int32)
    _, _, centres = cv2.kmeans(part, CENTRES, labels, STOP, 1, cv2.KMEANS_PP_CENTERS)
    return np.asarray(centres, np.float32)


if __name__ == "__main__":
    main()
