"""Check `alignment`: what the edges of view and photo say at a refined pose."""

from __future__ import annotations

import cv2
import numpy as np

from detector import score_terms
from detector.records import Floats, Matrix, Measures
from detector.verification.edge_fields import EdgeGrid, Field
from detector.verification.pose_refinement import NAME, PhotoEdges, sampled_edges

NEUTRAL_COSINE = 0.6  # speaks neither for nor against a mark: for a view without a vector
MIN_EDGE_COSINE = 0.5  # of doubled angles, from which an edge of the mark counts as found
MIN_EDGE_STRENGTH = 0.35  # share of the mark's strongest edge from which a sample has an edge
NEIGHBOURHOOD = 0.25  # side as a share of the view's: about a letter of a short word
RIM = 0.25  # width of the surroundings that are looked at, likewise
MAX_RIM = 4.0  # surroundings with more edges than this say no more


def measure_edges(edges: PhotoEdges, view: EdgeGrid, pose: Matrix) -> Measures:
    """The measures of the photo's edges inside and around a view under a pose (3, 3)."""
    rim = max(1, round(RIM * float(np.sqrt(view.field.size))))
    wide = sampled_edges(edges, view, pose, rim)
    return _measure(view.field, wide[rim:-rim, rim:-rim], *_surroundings(np.abs(wide), rim))


def _measure(template: Field, sampled: Field, rim: float, fullest: float) -> Measures:
    mark, photo = np.abs(template), np.abs(sampled)
    product = (template.conj() * sampled).real
    least = MIN_EDGE_STRENGTH * mark.max()
    has_mark, has_photo = mark > least, photo > least
    found = has_mark & has_photo & (product > MIN_EDGE_COSINE * mark * photo)
    explained = cv2.dilate(found.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    whole = float(photo[has_photo].sum())
    power = np.square(mark).sum() * np.square(photo).sum()
    return Measures(
        agreement=float(product.sum() / np.sqrt(power + 1e-6)),
        weakest=_weakest(product, np.square(mark), np.square(photo)),
        coverage=float(mark[found].sum() / (mark[has_mark].sum() + 1e-6)),
        unexplained=float(photo[has_photo & ~explained].sum() / whole) if whole > 0 else 1.0,
        rim=rim,
        fullest_rim=fullest,
    )


def _weakest(product: Floats, mark: Floats, photo: Floats) -> float:
    """Lowest local correlation where the mark has at least its mean edge power."""
    side = round(NEIGHBOURHOOD * float(np.sqrt(product.size)))
    local, mark_power, photo_power = (
        cv2.blur(values, (side, side), borderType=cv2.BORDER_CONSTANT)
        for values in (product, mark, photo)
    )
    correlation = np.asarray(local / np.sqrt(mark_power * photo_power + 1e-6))
    return float(correlation[mark_power >= mark_power.mean()].min())


def _surroundings(photo: Floats, rim: int) -> tuple[float, float]:
    """Mean edge strength around the outline, and at its fullest side, as shares of that inside.

    A letter of a word goes on beyond its outline; a mark mostly stands free.
    """
    inside = float(photo[rim:-rim, rim:-rim].mean()) + 1e-6
    across, down = np.s_[rim:-rim], np.s_[rim:-rim]
    strips = (photo[down, :rim], photo[down, -rim:], photo[:rim, across], photo[-rim:, across])
    sides = [float(strip.mean()) / inside for strip in strips]
    around = sum(float(strip.sum()) for strip in strips) / sum(strip.size for strip in strips)
    return min(around / inside, MAX_RIM), min(max(sides), MAX_RIM)


_COLOUR = score_terms.measure("colour", 0)
_COSINE = score_terms.clipped("cosine", NEUTRAL_COSINE, 0, 1)
_AGREEMENT = score_terms.measure("agreement", 0)

ALIGNMENT = score_terms.EvidenceSpec(
    name=NAME,
    terms={
        "upright embedding": _COSINE,
        "upright embedding squared": score_terms.squared(_COSINE),
        "upright shape": score_terms.scaled(score_terms.clipped("likeness", -3, -3, 9), 3),
        "agreement": _AGREEMENT,
        "agreement squared": score_terms.squared(_AGREEMENT),
        "weakest": score_terms.measure("weakest", -1),
        "coverage": score_terms.measure("coverage", 0),
        "unexplained": score_terms.measure("unexplained", 1),
        "colour": lambda measures: max(0.0, _COLOUR(measures)),
        "turned colour": lambda measures: max(0.0, -_COLOUR(measures)),
    },
    wording=score_terms.reason(
        "laid over the photo, {coverage:.0%} of the mark's lines are found there "
        "(agreement {agreement:.2f}) and {unexplained:.0%} of the lines inside "
        "its outline are not the mark's"
    ),
)
