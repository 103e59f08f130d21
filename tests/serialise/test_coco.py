"""Findings as COCO: read back by the reader of labelled photos, which knows nothing of them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from detector.evaluation.datasets import coco
from detector.serialise.coco import coco_value

from .listings import listings


def test_outlines_are_read_back_as_labels(scene, tmp_path):
    file = tmp_path / "found.json"
    file.write_text(json.dumps(coco_value(scene.listings)))
    labels = coco.read(file)
    assert [*labels.unusable] == []
    found = {str(photo.path): [truth.mark for truth in photo.truths] for photo in labels.photos}
    assert found == {
        one.path: [finding.mark for finding in one.findings]
        for one in scene.listings
        if one.status in ("ok", "partial")
    }


def test_an_annotation_is_the_outline_of_its_finding(scene):
    value = coco_value(scene.listings[:1])
    finding, annotation = scene.listings[0].findings[0], value["annotations"][0]
    x, y, width, height = annotation["bbox"]
    assert (x, y, x + width, y + height) == pytest.approx(finding.box, abs=0.2)
    assert annotation["segmentation"] == [pytest.approx(finding.quad.ravel(), abs=0.06)]
    assert 0 < annotation["area"] <= width * height + 1
    assert annotation["score"] == finding.score
    (category,) = (one for one in value["categories"] if one["id"] == annotation["category_id"])
    assert category["name"] == finding.mark


@given(listings)
def test_ids_are_unique_and_lead_to_what_is_there(listing):
    value = coco_value([listing, listing])
    json.dumps(value)
    ids = {kind: [one["id"] for one in value[kind]] for kind in ("images", "categories")}
    assert all(sorted(set(found)) == sorted(found) for found in ids.values())
    assert all(one["image_id"] in ids["images"] for one in value["annotations"])
    assert all(one["category_id"] in ids["categories"] for one in value["annotations"])
