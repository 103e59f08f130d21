#!/usr/bin/env bash
# RapidOCR keeps the keyword arguments of one call for all later calls of the same engine.
#
# Guess before it was run: `engine(picture, use_rec=False)` asks this call alone for boxes without
# text, as a keyword argument does; the next `engine(picture)` reads again.
# Seen: the next call gives boxes only, and so does every later one, until a call says otherwise. A
# process that looks whether there is text at all in one photo no longer reads the next one, without
# any error: `txts` is missing from the answer. Threads that share an engine change each other's
# answers. So pass every option with every call, and let one thread at a time call.
#
# Fails when this changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    rapidocr==3.10.0 onnxruntime==1.32.0 pillow==12.0.0

cat >"$folder/options.py" <<'PYTHON'
from importlib.metadata import version

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from rapidocr import RapidOCR

for package in ("rapidocr", "onnxruntime", "numpy", "pillow"):
    print(f"{package} {version(package)}")

sheet = Image.new("RGB", (640, 160), (250, 250, 250))
font = ImageFont.load_default(36)
ImageDraw.Draw(sheet).text((30, 30), "VORNAKEL", (10, 10, 10), font)
ImageDraw.Draw(sheet).text((30, 90), "tidemoor", (10, 10, 10), font)
picture = np.asarray(sheet)

engine = RapidOCR(params={"Global.log_level": "critical"})


def read(**options):
    answer = engine(picture, **options)
    texts = getattr(answer, "txts", None)
    print(f"{options or 'no options'}: {type(answer).__name__}, texts {texts}")
    return texts


words = ("VORNAKEL", "tidemoor")
seen = [
    read(),
    read(use_rec=False),
    read(),
    read(),
    read(use_rec=True),
    read(),
]
assert seen == [words, None, None, None, words, words], seen
print("as described: options of one call stay for the calls after it")
PYTHON
"$folder/venv/bin/python" "$folder/options.py" 2>&1
