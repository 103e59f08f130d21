#!/usr/bin/env bash
# Label Studio's exports do not tell "looked at, nothing there" from "never looked at".
#
# Guess before it was run: in YOLO an empty label file means a photo that somebody looked at and that
# shows no object, and a photo without a file was not annotated; Pascal VOC has a file without
# `object` for the first and none for the second; COCO lists the photos that were looked at.
# Seen, with the converter of label-studio-sdk: YOLO and YOLO OBB write an empty label file for both.
# Pascal VOC writes no file for either. COCO lists both, each without a box. A task that was skipped
# is in none of them. No error is raised; the converter logs "No annotations found" or "No completions
# found", with the same words for both. So a detector trained or scored on such an export counts
# photos that nobody looked at as photos without a mark (YOLO, COCO), which turns true finds into
# false alarms, or loses all its checked negatives (VOC). Label Studio's own JSON keeps the
# difference: `annotations` is empty, or holds one whose `result` is empty. So read that.
#
# Fails when this changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    label-studio-sdk==2.1.2 numpy==2.2.6 pillow==13.0.0

cat >"$folder/export.py" <<'PYTHON'
import json
import sys
from importlib.metadata import version
from pathlib import Path

from label_studio_sdk.converter import Converter
from PIL import Image

for package in ("label-studio-sdk", "numpy", "pillow"):
    print(f"{package} {version(package)}")

folder = Path(sys.argv[1])
box = {
    "id": "a",
    "from_name": "label",
    "to_name": "image",
    "type": "rectanglelabels",
    "original_width": 64,
    "original_height": 48,
    "image_rotation": 0,
    "value": {
        "x": 25,
        "y": 25,
        "width": 50,
        "height": 50,
        "rotation": 0,
        "rectanglelabels": ["mark"],
    },
}
annotations = {
    "with_box": [{"id": 1, "completed_by": 1, "was_cancelled": False, "result": [box]}],
    "looked_at_empty": [{"id": 2, "completed_by": 1, "was_cancelled": False, "result": []}],
    "never_looked_at": [],
    "skipped": [{"id": 3, "completed_by": 1, "was_cancelled": True, "result": []}],
}
tasks = []
for number, (name, done) in enumerate(annotations.items(), 1):
    photo = folder / f"{name}.png"
    Image.new("RGB", (64, 48), (200, 200, 200)).save(photo)
    tasks.append({"id": number, "data": {"image": str(photo)}, "annotations": done})
export = folder / "tasks.json"
export.write_text(json.dumps(tasks))

labelling = """
<View>
  <Image name="image" value="$image"/>
  <RectangleLabels name="label" toName="image"><Label value="mark"/></RectangleLabels>
</View>
"""


def convert(layout):
    result = folder / layout
    Converter(labelling, str(folder)).convert(str(export), str(result), layout, is_dir=False)
    return result


seen = {}
for layout, labels in (("YOLO", "labels"), ("YOLO_OBB", "labels"), ("VOC", "Annotations")):
    files = (convert(layout) / labels).iterdir()
    seen[layout] = {file.stem: "filled" if file.stat().st_size else "empty" for file in files}
coco = json.loads((convert("COCO") / "result.json").read_text())
boxed = {annotation["image_id"] for annotation in coco["annotations"]}
seen["COCO"] = {
    Path(image["file_name"]).stem: "filled" if image["id"] in boxed else "empty"
    for image in coco["images"]
}

guess = {"with_box": "filled", "looked_at_empty": "empty"}
print(f"expected, each format: {guess}")
for layout, photos in seen.items():
    print(f"seen, {layout}: {photos}")
both = {"with_box": "filled", "looked_at_empty": "empty", "never_looked_at": "empty"}
neither = {"with_box": "filled"}
assert seen == {"YOLO": both, "YOLO_OBB": both, "VOC": neither, "COCO": both}, seen
print("as described: looked at and empty cannot be told from never looked at")
PYTHON
"$folder/venv/bin/python" "$folder/export.py" "$folder" 2>&1
