"""Compare how labelling tools' own packages and the detector read the same label files.

Each dataset is drawn, written by the exporter of a tool (Label Studio's converter, FiftyOne) or in
the form that a tool reads (pycocotools, Ultralytics), and read by both. Not part of the tests: the
packages are large and follow other releases. Install those wanted into an environment of their own,
beside the detector:

    pip install pycocotools label-studio-sdk ultralytics fiftyone

A tool that is not there is named and skipped. Exit status 1 when a box differs by more than .6
pixels.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from detector.evaluation.datasets import coco, voc, yolo
from detector.evaluation.datasets.label_collector import Labels

Box = tuple[float, ...]
Boxes = dict[str, list[tuple[str, Box]]]
"""The class and the box x0 y0 x1 y1 of every object, by the name of the photo, in order."""

SIZE = (640, 480)
CLASSES = ("acme", "dots")
SHOWN: Boxes = {
    "1.jpg": [("acme", (64.0, 48.0, 192.0, 144.0)), ("dots", (320.0, 240.0, 330.5, 250.25))],
    "2.jpg": [("dots", (0.0, 0.0, 640.0, 480.0))],
    "3.jpg": [],
}
TOLERANCE = 0.6  # pixels: Pascal VOC rounds to whole ones


def main() -> int:
    """Compare with every tool that is installed; 1 where one reads other boxes."""
    comparisons: tuple[tuple[str, Callable[[Path], Iterator[tuple[str, Boxes, Labels]]]], ...]
    comparisons = (
        ("pycocotools", with_pycocotools),
        ("label-studio-sdk", with_label_studio),
        ("ultralytics", with_ultralytics),
        ("fiftyone", with_fiftyone),
    )
    wrong = 0
    for package, compare in comparisons:
        with tempfile.TemporaryDirectory() as folder:
            try:
                for name, theirs, ours in compare(Path(folder)):
                    trouble = difference(theirs, boxes_of(ours))
                    print(f"{package}, {name}: {trouble or 'the same boxes'}")
                    wrong += bool(trouble)
            except ImportError as error:
                print(f"{package}: skipped, {error} (pip install {package})")
    return 1 if wrong else 0


def with_pycocotools(folder: Path) -> Iterator[tuple[str, Boxes, Labels]]:
    """Plain boxes, crowds and polygons, read by COCO's own reader."""
    from pycocotools.coco import COCO

    draw(folder / "images")
    file = folder / "labels.json"
    crowd = {"id": 9, "image_id": 3, "category_id": 1, "bbox": [10, 10, 50, 50], "iscrowd": 1}
    file.write_text(json.dumps({**coco_content(), "annotations": [*label_items(), crowd]}))
    theirs = COCO(str(file))
    names = {image: theirs.imgs[image]["file_name"] for image in theirs.imgs}
    found: Boxes = {name: [] for name in names.values()}
    for one in theirs.loadAnns(theirs.getAnnIds(iscrowd=False)):
        x, y, width, height = one["bbox"]
        name = theirs.cats[one["category_id"]]["name"]
        found[names[one["image_id"]]].append((name, (x, y, x + width, y + height)))
    yield "boxes and a crowd", found, coco.read(file)


def with_label_studio(folder: Path) -> Iterator[tuple[str, Boxes, Labels]]:
    """Rectangles drawn in Label Studio, exported by its converter as COCO, YOLO and Pascal VOC."""
    from label_studio_sdk.converter import Converter

    pictures = draw(folder / "pictures")
    config = (
        '<View><Image name="image" value="$image"/><RectangleLabels name="label" toName="image">'
        + "".join(f'<Label value="{name}"/>' for name in CLASSES)
        + "</RectangleLabels></View>"
    )
    tasks = folder / "tasks.json"
    tasks.write_text(json.dumps([*map(task, pictures)]))
    converter = Converter(config, str(folder), download_resources=False)
    for form, reader in (("coco", coco), ("yolo", yolo), ("voc", voc)):
        out = folder / form
        export = getattr(converter, f"convert_to_{form}")
        export(str(tasks), str(out), is_dir=False)
        draw(out / "images")  # the resources, which are not downloaded here
        read = reader.read(out)
        yield f"{form} export", {name: SHOWN[name] for name in SHOWN}, read


def with_ultralytics(folder: Path) -> Iterator[tuple[str, Boxes, Labels]]:
    """Boxes and polygons, read by the check that Ultralytics makes of every label file."""
    from ultralytics.data.utils import verify_image_label

    for form, line in (("boxes", box_line), ("polygons", polygon_line)):
        root = folder / form
        pictures = draw(root / "images")
        (root / "labels").mkdir()
        (root / "data.yaml").write_text(f"nc: {len(CLASSES)}\nnames: {list(CLASSES)}\n")
        found: Boxes = {}
        for picture in pictures:
            text = root / "labels" / f"{picture.stem}.txt"
            text.write_text("".join(line(*one) for one in SHOWN[picture.name]))
            asked = (str(picture), str(text), "", False, len(CLASSES), 0, 0, False)
            rows = verify_image_label(asked)[1]
            found[picture.name] = [(CLASSES[int(row[0])], corners(row[1:])) for row in rows]
        yield form, found, yolo.read(root)


def with_fiftyone(folder: Path) -> Iterator[tuple[str, Boxes, Labels]]:
    """Boxes and polygons written by FiftyOne's exporters, which need no database."""
    import fiftyone
    from fiftyone import types

    def boxes(name: str) -> Any:
        found = [
            fiftyone.Detection(label=mark, bounding_box=corner_and_size(box), confidence=0.5)
            for mark, box in SHOWN[name]
        ]
        return fiftyone.Detections(detections=found)

    def polygons(name: str) -> Any:
        found = [
            fiftyone.Polyline(label=mark, points=[triangle(box)], closed=True, filled=True)
            for mark, box in SHOWN[name]
        ]
        return fiftyone.Polylines(polylines=found)

    pictures = draw(folder / "pictures")
    exports: tuple[tuple[str, Any, Callable[[str], Any], Any, dict[str, bool]], ...] = (
        ("COCO boxes", types.COCODetectionDataset, boxes, coco, {}),
        ("COCO polygons", types.COCODetectionDataset, polygons, coco, {}),
        ("YOLOv5 boxes", types.YOLOv5Dataset, boxes, yolo, {}),
        ("YOLOv5 confidences", types.YOLOv5Dataset, boxes, yolo, {"include_confidence": True}),
        ("YOLOv5 polygons", types.YOLOv5Dataset, polygons, yolo, {}),
        ("YOLOv4 boxes", types.YOLOv4Dataset, boxes, yolo, {}),
        ("VOC boxes", types.VOCDetectionDataset, boxes, voc, {}),
    )
    for form, kind, labels, reader, options in exports:
        out = folder / form
        exporter = kind().get_dataset_exporter_cls()(export_dir=str(out), **options)
        with exporter:
            for picture in pictures:
                metadata = fiftyone.ImageMetadata.build_for(str(picture))
                exporter.export_sample(str(picture), labels(picture.name), metadata=metadata)
        yield f"{form} export", SHOWN, reader.read(out)


def draw(folder: Path) -> list[Path]:
    """Make the photos, each with bytes of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / name for name in SHOWN]
    for number, path in enumerate(paths):
        Image.new("RGB", SIZE, (number, 90, 160)).save(path)
    return paths


def coco_content() -> dict[str, Any]:
    """The images and classes of a COCO file."""
    width, height = SIZE
    return {
        "images": [
            {"id": number, "file_name": name, "width": width, "height": height}
            for number, name in enumerate(SHOWN, start=1)
        ],
        "categories": [{"id": at, "name": name} for at, name in enumerate(CLASSES)],
    }


def label_items() -> list[dict[str, Any]]:
    """The annotations of a COCO file."""
    return [
        {
            "id": 10 * image + at,
            "image_id": image,
            "category_id": CLASSES.index(name),
            "bbox": [x0, y0, x1 - x0, y1 - y0],
            "area": (x1 - x0) * (y1 - y0),
            "iscrowd": 0,
        }
        for image, objects in enumerate(SHOWN.values(), start=1)
        for at, (name, (x0, y0, x1, y1)) in enumerate(objects)
    ]


def task(picture: Path) -> dict[str, Any]:
    """An annotated task as Label Studio exports it: places in per cent of the picture."""
    width, height = SIZE
    results = [
        {
            "id": f"r{at}",
            "type": "rectanglelabels",
            "from_name": "label",
            "to_name": "image",
            "original_width": width,
            "original_height": height,
            "image_rotation": 0,
            "value": {
                "x": 100 * x0 / width,
                "y": 100 * y0 / height,
                "width": 100 * (x1 - x0) / width,
                "height": 100 * (y1 - y0) / height,
                "rotation": 0,
                "rectanglelabels": [name],
            },
        }
        for at, (name, (x0, y0, x1, y1)) in enumerate(SHOWN[picture.name])
    ]
    return {
        "id": int(picture.stem),
        "data": {"image": str(picture)},
        "annotations": [{"id": int(picture.stem), "completed_by": 1, "result": results}],
    }


def box_line(name: str, box: Box) -> str:
    """A line of YOLO: class, centre and size in shares."""
    (x0, y0, x1, y1), (width, height) = box, SIZE
    shares = (x0 + x1) / 2 / width, (y0 + y1) / 2 / height, (x1 - x0) / width, (y1 - y0) / height
    return f"{CLASSES.index(name)} {' '.join(f'{share:.6f}' for share in shares)}\n"


def polygon_line(name: str, box: Box) -> str:
    """A line of YOLO: class and a polygon with the extent of a box, in shares."""
    shares = (f"{x:.6f} {y:.6f}" for x, y in triangle(box))
    return f"{CLASSES.index(name)} {' '.join(shares)}\n"


def triangle(box: Box) -> list[tuple[float, float]]:
    """A polygon with the extent of a box, in shares."""
    (x0, y0, x1, y1), (width, height) = box, SIZE
    points = ((x0, y0), (x1, y0), ((x0 + x1) / 2, y1))
    return [(x / width, y / height) for x, y in points]


def corner_and_size(box: Box) -> list[float]:
    """The upper left corner and the size of a box, in shares."""
    (x0, y0, x1, y1), (width, height) = box, SIZE
    return [x0 / width, y0 / height, (x1 - x0) / width, (y1 - y0) / height]


def corners(row: Sequence[float]) -> Box:
    """Centre and size in shares as corners in pixels."""
    (cx, cy, wide, high), (width, height) = row, SIZE
    return (
        float((cx - wide / 2) * width),
        float((cy - high / 2) * height),
        float((cx + wide / 2) * width),
        float((cy + high / 2) * height),
    )


def boxes_of(labels: Labels) -> Boxes:
    """What the detector read; a photo that is left out is none."""
    return {
        photo.path.name: [(truth.mark, truth.box or ()) for truth in photo.truths]
        for photo in labels.photos
    }


def difference(theirs: Boxes, ours: Boxes) -> str:
    """The first photo of which other boxes are read, in words; "" where there is none."""
    for name in sorted({*theirs, *ours}):
        their, our = sorted(theirs.get(name, [])), sorted(ours.get(name, []))
        if [mark for mark, _ in their] != [mark for mark, _ in our]:
            return f"{name}: theirs {their}, ours {our}"
        for (_, box), (_, other) in zip(their, our, strict=True):
            pairs = list(zip(box, other, strict=False))
            if len(box) != len(other) or any(abs(a - b) > TOLERANCE for a, b in pairs):
                return f"{name}: theirs {box}, ours {other}"
    return ""


if __name__ == "__main__":
    os.environ.setdefault("YOLO_OFFLINE", "true")
    os.environ.setdefault("FIFTYONE_DO_NOT_TRACK", "true")
    sys.exit(main())
