"""What is as simple as a letter scores high on the cohort; an intricate mark does not."""

from __future__ import annotations

from pathlib import Path

import cv2
import measure_cohort
import numpy as np
import pytest

from detector.channels.cohort import cohort, embedding_cohort, template_cohort
from detector.channels.embedding import EmbeddingChannel
from detector.channels.embedding_model import DIMENSIONS
from detector.channels.hog_cells import BINS
from detector.channels.hog_templates import GRIDS, grid_for, normalised, whitened_template
from detector.marks.mark_images import read_mark
from detector.marks.views import derive_views
from detector.settings import EdgeTemplateSettings
from drawing.cohort.pictures import cohort_drawings, cohort_pictures

MARKS = Path(__file__).resolve().parents[2] / "reference_marks"


def letter(text):
    """In a face that the cohort was not drawn in."""
    picture = np.full((220, 220, 3), 255, np.uint8)
    cv2.putText(picture, text, (55, 165), cv2.FONT_HERSHEY_DUPLEX, 5, (20, 20, 20), 14)
    return picture


def mark(name):
    return read_mark(MARKS / name / "front.svg")


def view_of(pixels):
    return derive_views("m", "a.png", pixels)[0]


def embedding_scores(*pictures):
    rows = [EmbeddingChannel().describe_view(view_of(pixels)) for pixels in pictures]
    vectors = np.stack([row.descriptors[0] for row in rows])
    return embedding_cohort(vectors, np.array([row.labels[0] for row in rows]))


def template_scores(pixels):
    view, settings = view_of(pixels), EdgeTemplateSettings()
    weights, offset = normalised(whitened_template(view, settings), settings)
    grid = grid_for((view.pixels.shape[1], view.pixels.shape[0]))
    return template_cohort(grid, weights[None], np.array([offset], np.float32))


def test_the_embedding_takes_a_letter_for_a_letter_and_an_intricate_mark_for_nothing():
    letters, marks = ["E", "N", "R"], ["citrabelle", "oatwell", "tamsin"]
    found = embedding_scores(*map(letter, letters), *map(mark, marks))
    assert found.highest[:3].min() > found.highest[3:].max() + 0.05


def test_a_template_scores_higher_on_the_cohort_for_a_letter_than_for_an_intricate_mark():
    intricate = [template_scores(mark(name)).highest[0] for name in ("fernway", "sunfold")]
    assert template_scores(letter("E")).highest[0] > max(intricate) + 5


def test_scores_are_those_of_each_graphic():
    vectors = np.concatenate([of_shape[:2] for of_shape in cohort().vectors])
    found = embedding_cohort(vectors, np.array([0, 0, 1, 1]))
    assert found.highest == pytest.approx(1, abs=2e-3)
    cosines = vectors[2] @ cohort().vectors[1].T
    assert found.mean[2] == pytest.approx(cosines.mean(), abs=1e-5)
    assert found.deviation[2] == pytest.approx(cosines.std(), abs=1e-5)


def test_an_offset_shifts_the_scores_of_a_template():
    weights = np.random.default_rng(1).normal(size=(2, 9, 9, BINS)).astype(np.float32)
    plain = template_cohort((9, 9), weights, np.zeros(2, np.float32))
    shifted = template_cohort((9, 9), weights, np.array([0, 3], np.float32))
    assert plain.mean - shifted.mean == pytest.approx([0, 3], abs=1e-4)
    assert plain.highest - shifted.highest == pytest.approx([0, 3], abs=1e-4)
    assert plain.deviation == pytest.approx(shifted.deviation, abs=1e-4)


@pytest.mark.parametrize("grid", GRIDS)
def test_every_grid_meets_graphics_of_its_aspect(grid):
    cells = cohort().cells[grid]
    assert len(cells) >= 24
    assert cells.shape[1] == grid[0] * grid[1] * BINS
    assert len(np.unique(cells, axis=0)) > 0.9 * len(cells)


def test_vectors_are_unit_vectors():
    assert sum(map(len, cohort().vectors)) >= 500
    for vectors in cohort().vectors:
        assert vectors.shape[1] == DIMENSIONS
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=2e-3)


def test_what_is_shipped_is_measured_from_the_drawings():
    """The first letters, described anew."""
    try:
        pictures = cohort_pictures(kinds=("sign of right",))
    except FileNotFoundError as error:
        pytest.skip(str(error))
    views = measure_cohort.whole_views(pictures)
    found = measure_cohort.embedding_features(views)["embedding"].astype(np.float32)
    shipped = np.concatenate(cohort().vectors)
    assert (found @ shipped.T).max(axis=1).min() > 0.97


def test_drawings_are_the_same_for_the_same_seed():
    try:
        first, again, other = (list(cohort_drawings(seed)) for seed in (1, 1, 2))
    except FileNotFoundError as error:
        pytest.skip(str(error))
    assert first == again
    assert len(set(first) & set(other)) < len(first) / 10
