"""Labels as labelling tools and public datasets write them."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from detector.errors import DatasetError
from detector.evaluation.datasets import coco, flickr47, masks, voc
from detector.evaluation.datasets.boxes import extent, turned_box, upright
from detector.evaluation.datasets.coco_fields import key_of

from .drawn import draw, draw_mask, parts, reasons, sources, told, write
from .test_datasets_annotations import image, label, voc_object, voc_text, write_coco

# --- COCO of Label Studio, FiftyOne, CVAT -----------------------------------------------------


@pytest.mark.parametrize(
    ("file", "name", "picture"),
    [
        ("result.json", "images\\0a1b-1.png", "images/0a1b-1.png"),
        ("result.json", "..\\..\\label-studio\\media\\0a1b-1.png", "images/0a1b-1.png"),
        ("result.json", "C:\\Users\\me\\0a1b-1.png", "images/0a1b-1.png"),
        ("result.json", "/data/upload/1/0a1b-1.png", "images/0a1b-1.png"),
        ("labels.json", "1.png", "data/1.png"),
        ("labels.json", "shop/1.jpg_Q90.jpg", "data/shop/1.jpg_Q90.jpg"),
        ("annotations/instances_default.json", "1.png", "images/1.png"),
    ],
)
def test_pictures_are_found_where_tools_lay_them(tmp_path, file, name, picture):
    draw(tmp_path / picture)
    write_coco(tmp_path / file, [label()], [image(name=name)])
    photos, unusable = parts(coco.read(tmp_path))
    assert ([one.path for one in photos], unusable) == ([tmp_path / picture], [])


def test_a_picture_above_the_dataset_is_not_its_own(tmp_path):
    draw(tmp_path / "a.png")
    write_coco(tmp_path / "set" / "labels.json", [label()], [image()])
    assert coco.read(tmp_path / "set").photos == []


def test_a_name_that_two_files_have_is_told_and_neither_is_used(tmp_path):
    for name in ("a.png", "images/a.png"):
        draw(tmp_path / name)
    write_coco(tmp_path / "l.json", [label()], [image()])
    photos, unusable = parts(coco.read(tmp_path))
    assert photos == []
    assert "two files fit" in unusable[0].reason
    assert [one.reason for one in unusable[-2:]] == [
        "left out: another file has the name that its image has"
    ] * 2


@pytest.mark.parametrize("turn", [30, -30, 90.0, "45"])
def test_a_turned_box_of_cvat_is_turned(tmp_path, turn):
    draw(tmp_path / "a.png")
    box = (14.0, 12.0, 12.0, 4.0)
    turned = {**label(box), "attributes": {"occluded": False, "rotation": turn}}
    photos, unusable = parts(coco.read(write_coco(tmp_path / "l.json", [turned], [image()])))
    (truth,) = photos[0].truths
    assert np.array(truth.outline) == pytest.approx(np.array(turned_box(box, float(turn))))
    assert truth.box == pytest.approx(extent(turned_box(box, float(turn))))
    assert unusable == []


@pytest.mark.parametrize("turn", [0, 0.0, 360, None])
def test_a_box_that_is_not_turned_has_no_outline(tmp_path, turn):
    draw(tmp_path / "a.png")
    plain = {**label(), "attributes": {"rotation": turn}}
    photos = coco.read(write_coco(tmp_path / "l.json", [plain], [image()])).photos
    assert told(photos) == {"a.png": [("acme", (1, 2, 4, 6))]}
    assert photos[0].truths[0].outline is None


def test_a_box_turned_by_ninety_degrees_stands_upright():
    assert extent(turned_box((10, 20, 8, 2), 90)) == pytest.approx((13, 17, 15, 25))
    assert turned_box((10, 20, 8, 2), 90)[0] == pytest.approx((15, 17))  # clockwise, y goes down


@pytest.mark.parametrize(
    ("more", "box"),
    [
        ({"segmentation": [[1, 2, 9, 2, 5, 8]]}, (1, 2, 9, 8)),
        ({"segmentation": [[1, 2, 9, 2, 5, 8], [20, 3, 22, 3, 22, 9]]}, (1, 2, 22, 9)),
        ({"segmentation": []}, None),
        ({"segmentation": {"counts": [1, 2], "size": [30, 40]}}, None),
    ],
)
def test_a_polygon_is_the_place_where_there_is_no_box(tmp_path, more, box):
    draw(tmp_path / "a.png")
    bare = {"image_id": 7, "category_id": 1, **more}
    photos = coco.read(write_coco(tmp_path / "l.json", [bare], [image()])).photos
    assert told(photos) == {"a.png": [("acme", box)]}


@given(st.integers(-(10**12), 10**12))
def test_an_id_is_the_same_as_number_float_and_text(number):
    written = [number, float(number), str(number), f"{number}.0", f" {number} "]
    assert {key_of({"id": value}) for value in written} == {number}


@pytest.mark.parametrize("value", [True, None, 1.5, float("nan"), [1], {}])
def test_what_can_be_no_id_is_none(value):
    assert key_of({"id": value}) is None


@pytest.mark.parametrize("text", ["007", "a1", "1.50", "1e3"])
def test_texts_that_are_no_plain_numbers_stay_texts(text):
    assert key_of({"id": text}) == text


@pytest.mark.parametrize("flag", ["iscrowd", "ignore"])
def test_a_crowd_does_not_count(tmp_path, flag):
    for name in "ab":
        draw(tmp_path / f"{name}.png")
    crowd = {**label((9, 9, 9, 9)), flag: 1}
    far = {**crowd, "image_id": 8}
    plain = {**label(), "ignore": 0, "iscrowd": "0"}
    file = write_coco(tmp_path / "l.json", [plain, crowd, far], [image(), image(8, "b.png")])
    photos, unusable = parts(coco.read(file))
    assert told(photos) == {"a.png": [("acme", (1, 2, 4, 6))], "b.png": []}
    assert [one.ignored[0].box for one in photos] == [(9, 9, 18, 18)] * 2
    assert unusable == []


def test_one_id_for_two_images_or_classes_is_an_error(tmp_path):
    for name in "ab":
        draw(tmp_path / f"{name}.png")
    twice = [image(1), image("1", "b.png")]
    with pytest.raises(DatasetError, match=r"id 1 stands for 'a\.png' and 'b\.png'"):
        coco.read(write_coco(tmp_path / "l.json", [], twice))
    classes = [{"id": 1, "name": "acme"}, {"id": 1.0, "name": "dots"}]
    with pytest.raises(DatasetError, match="id 1 stands for 'acme' and 'dots'"):
        coco.read(write_coco(tmp_path / "l.json", [], [image(1)], classes))


def test_one_name_for_two_classes_with_labels_is_an_error(tmp_path):
    draw(tmp_path / "a.png")
    classes = [{"id": number, "name": "acme"} for number in (0, 1)]
    file = write_coco(tmp_path / "l.json", [label()], [image()], classes)
    assert told(coco.read(file).photos) == {"a.png": [("acme", (1, 2, 4, 6))]}  # as of Roboflow
    labels = [label(), label((9, 9, 9, 9), category_id=0)]
    with pytest.raises(DatasetError, match="the classes 0 and 1 are both called 'acme'"):
        coco.read(write_coco(tmp_path / "l.json", labels, [image()], classes))


def test_a_list_that_stands_twice_in_a_file_is_an_error(tmp_path):
    text = '{"images": [], "annotations": [], "categories": [], "images": []}'
    with pytest.raises(DatasetError, match="the key 'images' stands twice"):
        coco.read(write(tmp_path / "l.json", text))


def test_a_label_without_its_image_may_belong_to_any_bare_one(tmp_path):
    for name in "abc":
        draw(tmp_path / f"{name}.png")
    images = [image(1), image(2, "b.png"), image(3, "c.png")]
    labels = [label(image_id=1), label(image_id=9)]
    photos, unusable = parts(coco.read(write_coco(tmp_path / "l.json", labels, images)))
    assert told(photos) == {"a.png": [("acme", (1, 2, 4, 6))]}
    words = "left out: labels of the file that name no image may be its own"
    assert reasons(unusable)[1:] == [f"b.png | {words}", f"c.png | {words}"]


def boxes_of_three(tmp_path, *boxes):
    for name in "abc":
        draw(tmp_path / f"{name}.png")
    images = [image(number, f"{name}.png") for number, name in enumerate("abc")]
    labels = [label(box, number) for number, box in enumerate(boxes)]
    return parts(coco.read(write_coco(tmp_path / "l.json", labels, images)))


@pytest.mark.parametrize(
    ("boxes", "words"),
    [
        (
            ([0.1, 0.2, 0.5, 0.5], [0.3, 0, 0.7, 1], [0, 0, 1, 1]),
            "boxes in shares: all 3 are below",
        ),
        (([10, 10, 35, 20], [20, 15, 39, 30], [1, 2, 9, 9]), "boxes are corners: 2 of 3 stick out"),
    ],
)
def test_boxes_in_another_form_are_told_and_give_no_place(tmp_path, boxes, words):
    photos, unusable = boxes_of_three(tmp_path, *boxes)
    assert told(photos) == {f"{name}.png": [("acme", None)] for name in "abc"}
    assert [one.reason[: len(words)] for one in unusable] == [words]


def test_one_box_that_sticks_out_is_cut(tmp_path):
    photos, unusable = boxes_of_three(tmp_path, [20, 15, 24, 14], [1, 2, 9, 9], [30, 20, 9, 9])
    assert told(photos)["a.png"] == [("acme", (20, 15, 40, 29))]
    assert unusable == []


def test_an_id_of_a_label_that_repeats_is_told_and_both_are_read(tmp_path):
    draw(tmp_path / "a.png")
    labels = [{**label(), "id": 5}, {**label((9, 9, 9, 9)), "id": "5"}]
    photos, unusable = parts(coco.read(write_coco(tmp_path / "l.json", labels, [image()])))
    assert len(photos[0].truths) == 2
    assert [one.reason for one in unusable] == ["repeated id 5: both are read"]


# --- EXIF -------------------------------------------------------------------------------------


@pytest.mark.parametrize("turn", range(1, 9))
def test_points_are_turned_as_the_picture_is(turn):
    pixels = np.zeros((30, 40), np.uint8)
    pixels[5:11, 3:8] = 255
    stored = Image.fromarray(pixels)
    stored.getexif()[0x0112] = turn
    shown = np.asarray(ImageOps.exif_transpose(stored))
    ys, xs = np.nonzero(shown)
    box = extent(upright(((3, 5), (8, 11)), turn, (40, 30)))
    assert box == (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)


@pytest.mark.parametrize(
    ("told_size", "box"),
    [((30, 40), (1, 2, 3, 4)), ((40, 30), (24, 1, 28, 4)), ((None, None), (1, 2, 3, 4))],
)
def test_the_size_in_the_labels_says_whether_boxes_are_of_the_stored_photo(
    tmp_path, told_size, box
):
    exif = Image.Exif()
    exif[0x0112] = 6
    draw(tmp_path / "a.jpg", (40, 30), exif=exif)
    sizes = {"width": told_size[0], "height": told_size[1]}
    numbers = (1, 2, 2, 2) if box[0] == 1 else (1, 2, 3, 4)
    file = write_coco(tmp_path / "l.json", [label(numbers)], [image(name="a.jpg", **sizes)])
    photos, unusable = parts(coco.read(file))
    assert (told(photos), unusable) == ({"a.jpg": [("acme", box)]}, [])


# --- Pascal VOC -------------------------------------------------------------------------------


def test_photos_that_were_renamed_with_their_xml_keep_their_labels(tmp_path):
    for name in "ab":
        draw(tmp_path / f"{name}.png")
    write(tmp_path / "a.xml", voc_text(voc_object("acme"), "b.png"))
    write(tmp_path / "b.xml", voc_text(voc_object("dots"), "a.png"))
    photos, unusable = parts(voc.read(tmp_path))
    assert told(photos) == {"a.png": [("acme", (1, 2, 3, 4))], "b.png": [("dots", (1, 2, 3, 4))]}
    assert [one.reason for one in unusable] == [
        "stale file name: it names 'b.png', but is called as 'a.png', which is taken",
        "stale file name: it names 'a.png', but is called as 'b.png', which is taken",
    ]


def test_two_pictures_of_one_stem_are_told_apart_by_the_name_inside(tmp_path):
    for name in ("a.png", "a.jpg", "b.png", "b.jpg"):
        draw(tmp_path / name)
    write(tmp_path / "a.xml", voc_text(voc_object(), "a.jpg"))
    write(tmp_path / "b.xml", voc_text(voc_object(), "old.png"))
    labels = voc.read(tmp_path)
    assert told(labels.photos) == {"a.jpg": [("acme", (1, 2, 3, 4))]}
    assert reasons(labels.unusable) == ["b.xml | two files fit: 'b.png' and 'b.jpg'"] or reasons(
        labels.unusable
    ) == ["b.xml | two files fit: 'b.jpg' and 'b.png'"]
    assert [one.path.name for one in labels.undeclared] == ["a.png"]


@pytest.mark.parametrize("file", ["1.jpg_Q90.xml", "1.jpg_Q90.jpg.xml"])
def test_a_name_may_have_dots(tmp_path, file):
    draw(tmp_path / "1.jpg_Q90.jpg")
    draw(tmp_path / "1.jpg")
    write(tmp_path / file, voc_text(voc_object(), "1.jpg_Q90.jpg"))
    write(tmp_path / "1.xml", voc_text(voc_object("dots"), "1.jpg"))
    photos, unusable = parts(voc.read(tmp_path))
    assert {name: truths[0][0] for name, truths in told(photos).items()} == {
        "1.jpg": "dots",
        "1.jpg_Q90.jpg": "acme",
    }
    assert unusable == []


def test_two_annotations_of_one_photo_that_differ_are_none(tmp_path):
    draw(tmp_path / "a.png")
    write(tmp_path / "a.xml", voc_text(voc_object()))
    write(tmp_path / "b.xml", voc_text())
    photos, unusable = parts(voc.read(tmp_path))
    assert photos == []
    assert reasons(unusable)[-1] == "a.png | left out: described twice, and not alike"


def test_a_broken_annotation_leaves_its_photo_out(tmp_path):
    draw(tmp_path / "a.png")
    write(tmp_path / "a.xml", "<annotation><object>")
    labels = voc.read(tmp_path)
    assert (labels.photos, labels.undeclared) == ([], [])
    assert reasons(labels.left_out) == ["a.png | left out: its annotation cannot be read"]


@pytest.mark.parametrize(("text", "count"), [("1", 1), ("0", 0), (" 1 ", 1)])
def test_a_difficult_object_does_not_count(tmp_path, text, count):
    draw(tmp_path / "a.png")
    hard = voc_object("dots").replace("<bnd", f"<difficult>{text}</difficult><bnd")
    write(tmp_path / "a.xml", voc_text(voc_object() + hard))
    (photo,) = voc.read(tmp_path).photos
    assert (len(photo.ignored), len(photo.truths)) == (count, 2 - count)


def test_a_flag_that_cannot_be_read_leaves_the_photo_out(tmp_path):
    draw(tmp_path / "a.png")
    write(
        tmp_path / "a.xml", voc_text(voc_object().replace("<bnd", "<difficult>?</difficult><bnd"))
    )
    photos, unusable = parts(voc.read(tmp_path))
    assert (photos, unusable[0].reason) == ([], "bad flag difficult: '?'")


def test_a_turned_box_of_rolabelimg_is_turned(tmp_path):
    draw(tmp_path / "a.png")
    keys = {"cx": 20, "cy": 14, "w": 12, "h": 4, "angle": np.pi / 2}
    inner = "".join(f"<{key}>{value}</{key}>" for key, value in keys.items())
    found = f"<object><name>acme</name><robndbox>{inner}</robndbox></object>"
    write(tmp_path / "a.xml", voc_text(found))
    (photo,) = voc.read(tmp_path).photos
    assert photo.truths[0].box == pytest.approx((18, 8, 22, 20))
    assert len(photo.truths[0].outline) == 4


def test_the_lists_of_openlogo_are_the_sources(tmp_path):
    for name in "abc":
        draw(tmp_path / f"JPEGImages/{name}.jpg")
        write(tmp_path / f"Annotations/{name}.xml", voc_text(voc_object(), f"{name}.jpg"))
    lists = tmp_path / "ImageSets/supervision_type/supervised_imageset"
    write(lists / "train.txt", "a\n")
    write(lists / "trainval.txt", "a\nc\n")
    write(lists / "test.txt", "b\ngone\n")
    write(tmp_path / "ImageSets/Main/acme_train.txt", "a  1\nb -1\n")
    photos, unusable = parts(voc.read(tmp_path))
    assert sources(photos) == {"a.jpg": "train", "b.jpg": "test", "c.jpg": "trainval"}
    count = "missing file: 1 of 2 photos of the list are not here, the first is 'gone'"
    assert reasons(unusable) == [f"test.txt | {count}"]


# --- FlickrLogos-47 ---------------------------------------------------------------------------


def write_47(folder, texts, names="acme_symbol\t0\nacme_text\t1\n"):
    write(folder / "className2ClassID.txt", names)
    for name, text in texts.items():
        write(folder / f"{name}.gt_data.txt", text)


def test_flickr47_has_boxes_sets_and_photos_without_a_logo(tmp_path):
    for name in ("train/000001/1", "train/no-logo/2", "test/000002/3", "test/000002/4"):
        draw(tmp_path / f"{name}.png")
    draw_mask(tmp_path / "train/000001/1.0.png", (1, 2, 9, 9))
    write_47(
        tmp_path,
        {
            "train/000001/1": "1 2 9 9 0 1 0 0 0\n11 12 19 19 1 1 1 1 0 \n",
            "test/000002/3": "3 4 8 8 1 1 2 0 1\n",
            "test/000002/5": "3 4 8 8 1 1 2 0 1\n",
        },
    )
    write(tmp_path / "train/filelist.txt", "./000001/1.png\n./no-logo/2.png\n")
    labels = flickr47.read(tmp_path)
    assert told(labels.photos) == {
        "1.png": [("acme_symbol", (1, 2, 9, 9))],
        "2.png": [],
        "3.png": [("acme_text", (3, 4, 8, 8))],
    }
    assert sources(labels.photos) == {"1.png": "train", "2.png": "train", "3.png": "test"}
    assert [truth.mark for truth in labels.photos[1].ignored] == ["acme_text"]  # sorted by path
    assert [one.path.name for one in labels.undeclared] == ["4.png"]
    assert reasons(labels.unusable) == ["5.gt_data.txt | labels without a photo of that name"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1 2 9 9", "bad line: 4 cells where 9 are needed"),
        ("1 2 9 9 7 1 0 0 0", "unknown class '7'"),
        ("1 2 9 9 0 1 0 x 0", "bad flag difficult: 'x'"),
        ("1 2 y 9 0 1 0 0 0", "bad number 'y'"),
    ],
)
def test_a_bad_flickr47_line_leaves_the_photo_out(tmp_path, line, reason):
    draw(tmp_path / "train/000001/1.png")
    write_47(tmp_path, {"train/000001/1": line})
    photos, unusable = parts(flickr47.read(tmp_path))
    assert (photos, unusable[0].reason) == ([], reason)


@pytest.mark.parametrize("names", ["acme\t0\ndots\t0\n", "acme\t0\nacme\t1\n"])
def test_one_number_or_name_for_two_classes_is_an_error(tmp_path, names):
    write_47(tmp_path, {}, names)
    with pytest.raises(DatasetError, match="stands there twice"):
        flickr47.read(tmp_path)


# --- masks ------------------------------------------------------------------------------------


def test_the_mask_of_a_photo_that_is_gone_is_not_laid_on_another(tmp_path):
    draw(tmp_path / "jpg/acme/1.jpg")
    draw(tmp_path / "jpg/acme/2.jpg_Q90.jpg")
    draw_mask(tmp_path / "masks/acme/1.jpg_Q90.jpg.mask.0.png", (1, 2, 9, 9))
    draw_mask(tmp_path / "masks/acme/2.jpg_Q90.jpg.mask.0.png", (1, 2, 9, 9))
    photos, unusable = parts(masks.read(tmp_path))
    assert told(photos) == {"1.jpg": [("acme", None)], "2.jpg_Q90.jpg": [("acme", (1, 2, 9, 9))]}
    assert [one.reason for one in unusable] == ["missing file: no photo belongs to this mask"]


def test_coco_json_of_a_data_frame_is_read(tmp_path):
    draw(tmp_path / "a.png")
    frame = {
        "images": [{"id": 1, "file_name": "a.png", "width": 40.0, "height": "30"}],
        "annotations": [{"image_id": 1.0, "category_id": "2", "bbox": [1.0, 2.0, 3.0, 4.0]}],
        "categories": [{"id": 2, "name": "acme"}],
    }
    photos, unusable = parts(coco.read(write(tmp_path / "l.json", json.dumps(frame))))
    assert (told(photos), unusable) == ({"a.png": [("acme", (1, 2, 4, 6))]}, [])
