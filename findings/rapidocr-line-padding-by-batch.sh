#!/usr/bin/env bash
# RapidOCR reads a line of text differently when a longer line is in its batch.
#
# Guess before it was run: lines are read in batches only to save time, and each line's text and
# confidence depend on its own pixels alone.
# Seen: every line is padded to the width of the longest in its batch (six lines at most, sorted by
# shape), and the padding changes what is read: three letters give another text and a confidence
# 0.1 apart as soon as a very long line is read with them. Beside another short line, or with
# `Rec.rec_batch_num` 1, they give the same as alone. So the words found on one label depend on the
# slogan elsewhere in the photo, a threshold on confidence passes a line in one photo and drops the
# same pixels in the next, and a crop read again for a check does not give the reported answer. Where
# that matters, read with `Rec.rec_batch_num` 1, and measure thresholds in the same way.
#
# Fails when this changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    rapidocr==3.10.0 onnxruntime==1.32.0 pillow==12.0.0

cat >"$folder/batch.py" <<'PYTHON'
from importlib.metadata import version

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from rapidocr import RapidOCR
from rapidocr.ch_ppocr_rec import TextRecInput

for package in ("rapidocr", "onnxruntime", "numpy", "pillow"):
    print(f"{package} {version(package)}")

font = ImageFont.load_default(size=36)


def line(text):
    strip = Image.new("RGB", (int(font.getlength(text)) + 20, 56), (250, 250, 250))
    ImageDraw.Draw(strip).text((10, 6), text, (10, 10, 10), font)
    return np.asarray(strip)


def recogniser(**params):
    engine = RapidOCR(params={"Global.log_level": "critical", **params})
    engine(line("warm"), use_det=False, use_cls=False)  # loads the model
    return engine.text_rec


def first(reader, *lines):
    answer = reader(TextRecInput(img=list(lines)))
    return answer.txts[0], float(answer.scores[0])


other_short = line("tide")
very_long = line("a long line of plain words that goes on for quite a while " * 2)
batches, singly = recogniser(), recogniser(**{"Rec.rec_batch_num": 1})
print("expected: the same text and confidence in every row of a line")
for text in ("Il1", "kxvz"):
    short = line(text)
    alone = first(batches, short)
    seen = {
        "alone": alone,
        "alone again": first(batches, short),
        "with a short line": first(batches, short, other_short),
        "with a very long line": first(batches, short, very_long),
        "with a very long line, one a batch": first(singly, short, very_long),
    }
    for case, (read, confidence) in seen.items():
        print(f"{text} {case}: {read!r} {confidence:.5f}")
    read, confidence = seen.pop("with a very long line")
    assert abs(confidence - alone[1]) > 0.005, (alone, read, confidence)
    for case, (same_read, same_confidence) in seen.items():
        assert same_read == alone[0] and abs(same_confidence - alone[1]) < 0.0005, (case, seen)
    if text == "Il1":
        assert read != alone[0], (alone, read)
print("as described: a longer line in the batch changes what is read in a short one")
PYTHON
"$folder/venv/bin/python" "$folder/batch.py" 2>&1
