"""The layouts of logo datasets: FlickrLogos-27, FlickrLogos-32, TopLogo-10."""

from __future__ import annotations

import pytest
from PIL import Image

from detector.evaluation.datasets import flickr27, flickr32, masks

from .drawn import draw, draw_mask, parts, reasons, sources, told, write

STEM = "flickr_logos_27_dataset"

# --- FlickrLogos-27 ---------------------------------------------------------------------------


def read_27(folder, training="", query=None, urls=None):
    write(folder / f"{STEM}_training_set_annotation.txt", training)
    if query is not None:
        write(folder / f"{STEM}_query_set_annotation.txt", query)
    if urls is not None:
        write(folder / f"{STEM}_distractor_set_urls.txt", urls)
    return parts(flickr27.read(folder))


def test_flickr27_has_training_query_and_distractor_photos(tmp_path):
    for name in ("a.png", "q.png", "n.png", "d.png"):
        draw(tmp_path / f"{STEM}_images" / name)
    draw(tmp_path / "distractors/e.png")
    photos, unusable = read_27(
        tmp_path,
        "a.png Acme 1 1 2 9 9 \na.png Acme 2 1 2 9 9\na.png Acme 2 3 4 8 8\n\n",
        "q.png\tAcme\nn.png\tnone\n",
        "host/x/d.png\nhost/x/gone.png\nhost/x/lost.png\n",
    )
    assert told(photos) == {
        "e.png": [],
        "a.png": [("Acme", (1, 2, 9, 9)), ("Acme", (3, 4, 8, 8))],
        "d.png": [],
        "n.png": [("none", None)],
        "q.png": [("Acme", None)],
    }
    assert sources(photos) == {
        "e.png": "distractor",
        "a.png": "training",
        "d.png": "distractor",
        "n.png": "query",
        "q.png": "query",
    }
    assert reasons(unusable) == [
        f"{STEM}_distractor_set_urls.txt | "
        "missing file: 2 of 3 distractors are not here, the first is 'gone.png'"
    ]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("gone.png Acme 1 1 2 9 9", "missing file"),
        ("a.png", "bad line: it needs an image and a class"),
        ("a.png Acme 1 1 2 9", "bad box: 3 numbers where 4 are needed"),
        ("a.png Acme 1 1 2 9 y", "bad number 'y'"),
        ("a.png Acme 1 5 5 5 9", "box without area"),
        ("a.png Acme 1 45 5 55 9", "box outside the picture of 40 x 30"),
    ],
)
def test_a_bad_flickr27_line_is_told(tmp_path, bad, reason):
    draw(tmp_path / f"{STEM}_images/a.png")
    photos, unusable = read_27(tmp_path, f"a.png Acme 1 1 2 9 9\n{bad}\n")
    assert told(photos) == {"a.png": [("Acme", (1, 2, 9, 9))]}
    (one,) = unusable
    assert one.place.endswith("training_set_annotation.txt:2")
    assert one.reason.startswith(reason)


# --- FlickrLogos-32 ---------------------------------------------------------------------------


def test_flickr32_has_boxes_sets_and_photos_without_a_logo(tmp_path):
    for name in ("HP/1.jpg", "HP/2.jpg", "HP/3.jpg", "no-logo/4.jpg"):
        draw(tmp_path / "classes/jpg" / name)
    write(tmp_path / "classes/masks/hp/1.jpg.bboxes.txt", "x y width height\n1 2 3 4\n5 6 7 8\n")
    write(tmp_path / "classes/masks/HP/2.jpg.bboxes.txt", "9 2 3 4\n")
    write(tmp_path / "trainset.txt", "HP,1.jpg\n")
    write(
        tmp_path / "testset.relpaths.txt",
        "classes/jpg/HP/2.jpg\nclasses/jpg/HP/1.jpg\nclasses/jpg/no-logo/4.jpg\n",
    )
    photos, unusable = parts(flickr32.read(tmp_path))
    assert told(photos) == {
        "1.jpg": [("HP", (1, 2, 4, 6)), ("HP", (5, 6, 12, 14))],
        "2.jpg": [("HP", (9, 2, 12, 6))],
        "3.jpg": [("HP", None)],
        "4.jpg": [("no-logo", None)],
    }
    assert sources(photos) == {"1.jpg": "train", "2.jpg": "test", "3.jpg": "", "4.jpg": "test"}
    assert unusable == []


def test_what_flickr32_cannot_use_is_told(tmp_path):
    for name in "1234":
        draw(tmp_path / f"classes/jpg/HP/{name}.jpg")
    header = "x y width height\n"
    for name, text in {"1": "1 2 3 4\n1 2 0 4\n90 2 3 4\n1 2\n1 2 3 z\n", "2": "", "9": ""}.items():
        write(tmp_path / f"classes/masks/HP/{name}.jpg.bboxes.txt", header + text)
    (tmp_path / "classes/masks/HP/3.jpg.bboxes.txt").write_bytes(b"\xff")
    write(tmp_path / "valset.txt", "HP,4.jpg\nHP,8.jpg\nHP\n")
    photos, unusable = parts(flickr32.read(tmp_path))
    assert told(photos) == {"1.jpg": [("HP", (1, 2, 4, 6))], "4.jpg": [("HP", None)]}
    assert sources(photos) == {"1.jpg": "", "4.jpg": "val"}
    assert reasons(unusable) == [
        "valset.txt:2 | missing file 'HP,8.jpg'",
        "valset.txt:3 | missing file 'HP'",
        "1.jpg.bboxes.txt:3 | box without area",
        "1.jpg.bboxes.txt:4 | box outside the picture of 40 x 30",
        "1.jpg.bboxes.txt:5 | bad box: 2 numbers where 4 are needed",
        "1.jpg.bboxes.txt:6 | bad number 'z'",
        "2.jpg.bboxes.txt | no box in the file",
        "3.jpg.bboxes.txt | this is not UTF-8 text",
        "9.jpg.bboxes.txt | missing file: no photo belongs to these boxes",
        "2.jpg | left out: a label of it cannot be used",
        "3.jpg | left out: a label of it cannot be used",
    ]


# --- TopLogo-10 -------------------------------------------------------------------------------


def test_boxes_are_the_extent_of_masks(tmp_path):
    for name in ("acme/1.jpg", "acme/2.jpg", "acme/3.jpg", "acme/4.jpg", "no-logo/5.jpg"):
        draw(tmp_path / "jpg" / name)
    where = tmp_path / "masks/acme"
    draw_mask(where / "1.jpg.mask.0.png", (1, 2, 11, 12))
    draw_mask(where / "1.jpg.mask.1.png", (30, 20, 40, 30), mode="RGB")
    draw_mask(where / "1.jpg.mask.merged.png", (1, 2, 40, 30))
    draw_mask(where / "2.png", (5, 6, 7, 9), mode="1")
    draw_mask(where / "3.jpg.mask.merged.png", (0, 0, 9, 9))
    photos, unusable = parts(masks.read(tmp_path))
    assert told(photos) == {
        "1.jpg": [("acme", (1, 2, 11, 12)), ("acme", (30, 20, 40, 30))],
        "2.jpg": [("acme", (5, 6, 7, 9))],
        "3.jpg": [("acme", (0, 0, 9, 9))],
        "4.jpg": [("acme", None)],
        "5.jpg": [("no-logo", None)],
    }
    assert unusable == []


def test_a_faint_pixel_of_a_mask_counts(tmp_path):
    draw(tmp_path / "jpg/acme/1.jpg")
    mask = Image.new("L", (40, 30))
    mask.putpixel((39, 29), 1)
    (tmp_path / "masks/acme").mkdir(parents=True)
    mask.save(tmp_path / "masks/acme/1.png")
    photos, _ = parts(masks.read(tmp_path))
    assert told(photos) == {"1.jpg": [("acme", (39, 29, 40, 30))]}


def test_masks_that_cannot_be_used_are_told(tmp_path):
    for name in "12345":
        draw(tmp_path / f"jpg/acme/{name}.jpg")
    where = tmp_path / "masks/acme"
    draw_mask(where / "1.png", None)
    draw_mask(where / "2.png", (1, 2, 3, 4), (80, 60))
    write(where / "3.png", "no picture")
    draw_mask(where / "5.png", (1, 2, 3, 4))
    draw_mask(where / "9.jpg.mask.0.png", (1, 2, 3, 4))
    Image.new("RGBA", (40, 30)).save(where / "4.png")
    photos, unusable = parts(masks.read(tmp_path))
    assert told(photos) == {"5.jpg": [("acme", (1, 2, 3, 4))]}
    left_out = "left out: a label of it cannot be used"
    assert reasons(unusable) == [
        "9.jpg.mask.0.png | missing file: no photo belongs to this mask",
        "1.png | empty mask: box without area",
        "2.png | box made for a picture of 80 x 60, this one has 40 x 30",
        "3.png | bad mask: not a picture but unknown data. Export it as JPEG or PNG.",
        "4.png | bad mask: it is transparent",
        *(f"{name}.jpg | {left_out}" for name in "1234"),
    ]
