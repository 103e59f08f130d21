"""Opening a dataset: which layout, which mark, which photos stay, what is told."""

from __future__ import annotations

import shutil

import pytest

from detector.cli import benchmark_options
from detector.errors import DatasetError, UsageError
from detector.evaluation.datasets.label_collector import Labels
from detector.evaluation.datasets.loader import LAYOUTS, Layout, open_dataset
from detector.evaluation.datasets.names import names_of_marks
from detector.evaluation.records import Dataset, LabelledPhoto, Truth
from detector.records import Mark

from .drawn import draw, reasons, sources, told, write

COCO = '{"images": [{"id": 1, "file_name": "a.png"}], "annotations": [], "categories": []}'


@pytest.fixture
def brands(tmp_path):
    for name in ("Acme Rocket/b.png", "Acme Rocket/a.png", "dots/c.png"):
        draw(tmp_path / "set" / name)
    return tmp_path / "set"


# --- names ------------------------------------------------------------------------------------


def test_names_become_ids_whatever_their_case_and_signs(brands):
    dataset = open_dataset(brands, ["acme-rocket", "D_ots"])
    assert dataset == Dataset("set", dataset.photos, ())
    assert told(dataset.photos) == {
        "a.png": [("acme-rocket", None)],
        "b.png": [("acme-rocket", None)],
        "c.png": [("D_ots", None)],
    }


def test_names_of_marks_lead_to_their_ids(brands):
    dataset = open_dataset(brands, {"ACME rocket": "m1", "Dots": "m2"})
    assert [one.truths[0].mark for one in dataset.photos] == ["m1", "m1", "m2"]


def test_an_unknown_name_is_told_once_with_its_count(brands):
    dataset = open_dataset(brands, ["dots"])
    assert told(dataset.photos) == {"c.png": [("dots", None)]}
    assert reasons(dataset.unusable) == ["set | unknown mark 'Acme Rocket' in 2 labels"]
    assert reasons(dataset.left_out) == [
        "a.png | left out: only unknown marks",
        "b.png | left out: only unknown marks",
    ]


def test_a_photo_with_a_known_mark_stays_without_the_unknown_one(tmp_path):
    draw(tmp_path / "a.png")
    write(tmp_path / "l.csv", "image,mark\na.png,acme\na.png,other\n")
    dataset = open_dataset(tmp_path, ["acme"])
    assert told(dataset.photos) == {"a.png": [("acme", None)]}
    assert [one.reason for one in dataset.unusable] == ["unknown mark 'other' in 1 label"]


def test_a_name_that_could_be_two_marks_is_none_unless_written_exactly(tmp_path):
    for name in ("a-b/1.png", "a b/2.png"):
        draw(tmp_path / name)
    dataset = open_dataset(tmp_path, ["a-b", "A_B"])
    assert told(dataset.photos) == {"1.png": [("a-b", None)]}
    assert dataset.unusable[0].reason == "unknown mark 'a b' in 1 label"


def test_ids_and_names_of_marks_are_names_of_classes(brands):
    marks = [Mark("vel-16", "Acme Rocket"), Mark("m2", "Same"), Mark("m3", "Same")]
    assert names_of_marks(marks) == {"Acme Rocket": "vel-16"} | {mark.id: mark.id for mark in marks}
    dataset = open_dataset(brands, names_of_marks([*marks, Mark("dots", "Acme Rocket 2")]))
    assert [one.truths[0].mark for one in dataset.photos] == ["vel-16", "vel-16", "dots"]


def test_an_id_is_preferred_to_a_name():
    marks = [Mark("a", "b"), Mark("b", "c")]
    assert names_of_marks(marks) == {"a": "a", "b": "b", "c": "b"}


@pytest.mark.parametrize("name", ["negative", "None", "BACKGROUND", "No-Logo", "distractors"])
def test_a_brand_may_be_called_as_what_says_that_there_is_no_mark(tmp_path, name):
    draw(tmp_path / name / "a.png")
    draw(tmp_path / "acme" / "b.png")
    clean = open_dataset(tmp_path, ["acme"])
    assert (told(clean.photos), clean.notes) == ({"a.png": [], "b.png": [("acme", None)]}, ())
    brand = open_dataset(tmp_path, ["acme", name.lower()])
    assert told(brand.photos)["a.png"] == [(name.lower(), None)]
    assert brand.notes == (
        f"class {name!r} is read as the mark {name.lower()!r}, not as a photo without a mark",
    )


def test_one_class_in_two_spellings_is_one_label(tmp_path):
    draw(tmp_path / "a.png")
    rows = ["a.png,acme,1 2 21 22", "a.png,ACME,1 2 21 22.5", "a.png,Ac-me,30 2 39 22"]
    write(tmp_path / "l.csv", "\n".join(["image,mark,boxes", *rows]))
    dataset = open_dataset(tmp_path, ["acme"])
    boxes = [("acme", (1, 2, 21, 22)), ("acme", (30, 2, 39, 22))]
    assert told(dataset.photos) == {"a.png": boxes}
    assert reasons(dataset.unusable) == ["a.png | duplicate label 'acme' of 'a.png'"]


def test_numbered_classes_are_one_mark_on_request(tmp_path):
    for name in ("lexus-1", "Lexus 2", "mark-3"):
        draw(tmp_path / name / f"{name}.png")
    assert len(open_dataset(tmp_path, ["lexus", "mark-3"]).photos) == 1
    joined = open_dataset(tmp_path, ["lexus", "mark", "mark-3"], join_numbered=True)
    assert sorted(told(joined.photos).items()) == [
        ("Lexus 2.png", [("lexus", None)]),
        ("lexus-1.png", [("lexus", None)]),
        ("mark-3.png", [("mark-3", None)]),
    ]


def test_a_photo_with_a_mark_and_a_class_that_says_none_is_left_out(tmp_path):
    draw(tmp_path / "a.png")
    draw(tmp_path / "b.png")
    write(tmp_path / "l.csv", "image,mark\na.png,acme\na.png,no-logo\nb.png,none\n")
    dataset = open_dataset(tmp_path, ["acme"])
    assert told(dataset.photos) == {"b.png": []}
    assert reasons(dataset.left_out) == ["a.png | left out: declared to show no mark, and labelled"]


def test_photos_of_other_brands_may_be_given_as_negatives(brands):
    dataset = open_dataset(brands, ["acmerocket"], negatives=[brands / "dots"])
    assert told(dataset.photos)["c.png"] == []
    assert dataset.left_out == ()


# --- layouts ----------------------------------------------------------------------------------


def layouts(root):
    """A dataset with one photo in each layout, by the name of the layout."""
    draw(root / "folders/acme/a.png")
    draw(root / "table/a.png")
    write(root / "table/labels.csv", "image,mark,boxes\na.png,acme,\n")
    draw(root / "coco/images/a.png")
    write(root / "coco/annotations/all.json", COCO)
    draw(root / "voc/JPEGImages/a.png")
    write(root / "voc/Annotations/a.xml", "<annotation><filename>a.png</filename></annotation>")
    draw(root / "yolo/images/a.png")
    write(root / "yolo/data.yaml", "names: [acme]\n")
    write(root / "yolo/labels/a.txt", "")
    draw(root / "masks/jpg/acme/a.png")
    (root / "masks/masks").mkdir()
    draw(root / "flickr32/classes/jpg/acme/a.png")
    draw(root / "flickr47/train/000001/a.png")
    write(root / "flickr47/train/000001/a.gt_data.txt", "1 2 9 9 0 1 0 0 0\n")
    write(root / "flickr47/className2ClassID.txt", "acme\t0\n")
    draw(root / "flickr27/flickr_logos_27_dataset_images/a.png")
    name = "flickr_logos_27_dataset_training_set_annotation.txt"
    write(root / "flickr27" / name, "a.png acme 1 1 2 9 9\n")
    return tuple(LAYOUTS)


@pytest.mark.parametrize("told_layout", [False, True])
def test_every_layout_is_recognised_and_can_be_told(tmp_path, told_layout):
    for layout in layouts(tmp_path):
        name = layout if told_layout else "auto"
        dataset = open_dataset(tmp_path / layout, ["acme"], name)
        assert [one.path.name for one in dataset.photos] == ["a.png"], layout
        assert (dataset.name, dataset.unusable) == (layout, ())


def test_the_command_line_knows_every_layout():
    assert set(benchmark_options.LAYOUTS) == {"auto", *LAYOUTS}


def test_a_layout_is_one_entry(tmp_path):
    draw(tmp_path / "a.toy.png")

    def read(path):
        photos = [LabelledPhoto(photo, (Truth("acme"),), "toy") for photo in path.iterdir()]
        return Labels(photos, [], [], [])

    toy = Layout(lambda path: any(path.glob("*.toy.png")), read, "names that end with .toy.png")
    for name in ("auto", "toy"):
        dataset = open_dataset(tmp_path, ["acme"], name, layouts={"toy": toy, **LAYOUTS})
        assert [photo.source for photo in dataset.photos] == ["toy"]
    with pytest.raises(DatasetError, match=r"names that end with \.toy\.png"):
        open_dataset(tmp_path.parent, ["acme"], "toy", layouts={"toy": toy})


def test_a_told_layout_is_preferred_to_what_would_be_found(tmp_path):
    draw(tmp_path / "acme/a.png")
    draw(tmp_path / "acme/b.png")
    write(tmp_path / "l.csv", "image,mark\nacme/a.png,acme\n")
    assert len(open_dataset(tmp_path, ["acme"]).photos) == 1
    assert len(open_dataset(tmp_path, ["acme"], "folders").photos) == 2


def test_a_file_alone_is_a_dataset_named_after_it(tmp_path):
    draw(tmp_path / "a.png")
    table = write(tmp_path / "shop.csv", "image,mark\na.png,acme\n")
    coco = write(tmp_path / "shop2.json", COCO)
    assert open_dataset(table, ["acme"]).name == "shop"
    assert open_dataset(coco, ["acme"]).name == "shop2"


@pytest.mark.parametrize("name", ["empty", "missing", "notes"])
def test_nothing_to_recognise_is_an_error_with_place_and_remedy(tmp_path, name):
    (tmp_path / "empty").mkdir()
    write(tmp_path / "notes/readme.txt", "nothing")
    write(tmp_path / "notes/page.xml", "<html/>")
    write(tmp_path / "notes/other.csv", "price,size\n1,2\n")
    write(tmp_path / "notes/other.json", "{}")
    with pytest.raises(DatasetError) as caught:
        open_dataset(tmp_path / name, ["acme"])
    assert caught.value.place == str(tmp_path / name)
    assert caught.value.remedy


@pytest.mark.parametrize(
    "layout", ["coco", "yolo", "table", "flickr27", "flickr32", "voc", "masks"]
)
def test_a_layout_that_is_not_there_is_an_error(brands, layout):
    with pytest.raises(DatasetError) as caught:
        open_dataset(brands, ["acme-rocket"], layout)
    assert caught.value.remedy
    assert str(brands) in caught.value.place


def test_a_layout_that_does_not_exist_is_a_usage_error(brands):
    with pytest.raises(UsageError, match=r"unknown layout 'kitti'.*folders"):
        open_dataset(brands, [], "kitti")


def test_no_usable_photo_is_an_error_that_says_why(brands):
    with pytest.raises(DatasetError, match=r"no photo can be used.*unknown mark 'Acme Rocket'"):
        open_dataset(brands, ["other"])


# --- photos without a mark, and copies --------------------------------------------------------


def test_negatives_are_photos_without_a_mark(brands, tmp_path):
    draw(tmp_path / "plain/n.png")
    draw(tmp_path / "plain/deep/m.png")
    write(tmp_path / "plain/x.zip", "")
    dataset = open_dataset(brands, ["acmerocket", "dots"], negatives=[tmp_path / "plain"])
    names = [one.path.name for one in dataset.photos if not one.truths]
    assert names == ["m.png", "n.png"]
    assert sources(dataset.photos)["m.png"] == "plain"
    assert reasons(dataset.unusable) == ["x.zip | not a picture by its name"]
    assert [one.path for one in dataset.photos] == sorted(one.path for one in dataset.photos)


@pytest.mark.parametrize("name", ["missing", "empty"])
def test_a_folder_of_negatives_without_photos_is_an_error(brands, tmp_path, name):
    (tmp_path / "empty").mkdir()
    with pytest.raises(DatasetError, match="no photo in this folder"):
        open_dataset(brands, ["dots"], negatives=[tmp_path / name])


def test_a_copy_is_left_out_and_its_labels_go_to_the_first(brands, tmp_path):
    shutil.copy(brands / "dots/c.png", brands / "Acme Rocket/z.png")
    shutil.copy(brands / "dots/c.png", brands / "dots/d.png")
    dataset = open_dataset(brands, ["acmerocket", "dots"])
    assert told(dataset.photos) == {
        "a.png": [("acmerocket", None)],
        "b.png": [("acmerocket", None)],
        "z.png": [("acmerocket", None), ("dots", None)],
    }
    assert [line.split(":")[0] for line in reasons(dataset.left_out)] == [
        "c.png | duplicate image",
        "d.png | duplicate image",
    ]


@pytest.mark.parametrize("place", ["plain", "set/no-logo"])
def test_the_same_bytes_are_never_marked_and_clean(brands, tmp_path, place):
    draw(tmp_path / "plain/n.png")
    (tmp_path / place).mkdir(exist_ok=True)
    shutil.copy(brands / "dots/c.png", tmp_path / place / "copy.png")
    dataset = open_dataset(brands, ["acmerocket", "dots"], negatives=[tmp_path / "plain"])
    assert set(told(dataset.photos)) == {"a.png", "b.png", "n.png"}
    words = "left out: declared to show no mark, and labelled, perhaps as another file"
    assert sorted(reasons(dataset.left_out)) == [f"c.png | {words}", f"copy.png | {words}"]


def test_a_labelled_photo_among_the_negatives_is_on_neither_side(brands):
    dataset = open_dataset(brands, ["acmerocket", "dots"], negatives=[brands / "dots"])
    assert set(told(dataset.photos)) == {"a.png", "b.png"}
    assert [line.split(" | ")[0] for line in reasons(dataset.left_out)] == ["c.png"]


def test_the_copy_of_a_photo_that_lost_its_label_is_not_clean(tmp_path):
    draw(tmp_path / "a.png")
    draw(tmp_path / "b.png")
    draw(tmp_path / "plain/n.png")
    shutil.copy(tmp_path / "a.png", tmp_path / "plain/copy.png")
    write(tmp_path / "l.csv", "image,mark,boxes\na.png,acme,9 9 5 5\nb.png,acme,\n")
    dataset = open_dataset(tmp_path, ["acme"], negatives=[tmp_path / "plain"])
    assert told(dataset.photos) == {"b.png": [("acme", None)], "n.png": []}
    assert reasons(dataset.left_out)[0] == "a.png | left out: a label of it cannot be used"
    assert reasons(dataset.left_out)[1].startswith("copy.png | left out: the same bytes as ")


def test_pictures_of_the_same_length_are_no_copies(tmp_path):
    for at, colour in enumerate("ab"):
        (tmp_path / "acme").mkdir(exist_ok=True)
        (tmp_path / f"acme/{at}.bmp").write_text(colour)
    assert len(open_dataset(tmp_path, ["acme"]).photos) == 2


def test_negatives_inside_the_dataset_are_not_told_as_duplicates(brands):
    draw(brands / "no-logo/n.png")
    dataset = open_dataset(brands, ["acmerocket", "dots"], negatives=[brands / "no-logo"])
    assert told(dataset.photos)["n.png"] == []
    assert dataset.unusable == ()


def test_two_readings_are_equal(brands):
    assert open_dataset(brands, ["dots"]) == open_dataset(brands, ["dots"])
