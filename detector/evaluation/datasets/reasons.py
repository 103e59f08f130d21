"""Why something of a dataset is not used, by kind: each with what to do about it."""

from __future__ import annotations

from collections.abc import Mapping

REMEDIES: Mapping[str, str] = {
    "missing file": "Put the file where the line says, or correct its name.",
    "bad image": "Give every image an id and a file name.",
    "bad box": "Write a box as the layout says.",
    "bad outline": "Write three points or more, as x y x y ..",
    "bad number": "Write a finite number.",
    "bad line": "Write the columns that the layout says.",
    "bad flag": "Write 0 or 1.",
    "bad mask": "Export the mask as PNG, black outside the mark.",
    "empty mask": "Export the mask again.",
    "box without area": "Write corners from the upper left to the lower right.",
    "box below one pixel": "Write pixels, not shares of the picture.",
    "box outside the picture": "Is it the label of another picture, or one that was cropped?",
    "box mostly outside the picture": "Is it the label of another, or of one that was cropped?",
    "box made for a picture": "Label the picture as it is, or give the one that was labelled.",
    "boxes in shares": "Export pixels.",
    "boxes are corners": "Export x y width height.",
    "unknown image_id": "Give the annotation the id of an image of its file.",
    "unknown class": "Name the class in the file, or correct its number.",
    "unknown mark": "Import the mark, or call the class by the id or the name of one.",
    "unknown column": "It is not needed.",
    "duplicate image": "Name each photo once.",
    "duplicate label": "Label each mark once.",
    "repeated id": "Give each annotation an id of its own: other readers keep only the last.",
    "label of an image that cannot be used": "Mend the image of the file.",
    "stale file name": "Correct <filename> where the name of the XML is the wrong one.",
    "two files fit": "Give files names of their own.",
    "labels without a photo": "Call the text as its photo, `labels` beside `images`.",
    "neither labels nor": "It is not read.",
    "not a picture": "It is not read.",
    "lies in no brand's folder": "Put it in a folder named after the mark, or `no-logo`.",
    "the row names no image": "Name one, or remove the row.",
    "the row names no mark": "Name a mark, or `no-logo`.",
    "the row has": "Put a cell that contains the separator in quotes.",
    "the object has no name": "Name its class.",
    "a box without a mark": "Name the mark of the row.",
    "boxes of a photo that is said": "Move the photo to the folder of its mark.",
    "a mask of a photo that is said": "Move the photo to the folder of its mark.",
    "no box in the file": "Export the file again.",
    "no columns": "Begin the CSV with image,mark,boxes.",
    "the size of the picture": "Is it a picture? Open it with a viewer.",
    "this is not UTF-8": "Save it as UTF-8.",
    "this is not whole UTF-16": "Save it as UTF-8.",
    "it declares a document type": "Export the annotation again.",
    "its root is not": "Is it an annotation?",
    "broken": "Export the file again.",
    "cannot be read": "Check name and rights.",
    "larger than": "Split the file.",
    "left out: a label of it": "Mend the label; until then nobody knows what the photo shows.",
    "left out: described twice": "Describe each photo once.",
    "left out: only objects": "Nothing: it shows what nobody can judge.",
    "left out: only unknown marks": "Import the marks, or correct the names of the classes.",
    "left out: declared to show no mark": "Say either that it shows a mark or that it shows none.",
    "left out: nothing declares": (
        "Describe it, declare it to show no mark as the layout does, or, where photos without a "
        "label file show none, give --unlabelled-clean."
    ),
    "left out: it has no label file": "Call each text as its photo.",
    "left out: the same bytes": "Mend the labels of the other one.",
    "left out: labels of nearly its name": "Call the text as its photo, `labels` beside `images`.",
    "left out: another file": "Give files names of their own.",
    "left out: its annotation": "Export the annotation again.",
    "left out: its image has no id": "Give every image an id.",
    "left out: labels of the file": "Give every annotation the id of an image.",
}
"""What to do by kind of reason: the words with which reasons of that kind begin."""

HARMLESS = ("unknown column", "neither labels nor", "not a picture")
"""Kinds of reasons that say of nothing that it was left out."""

OTHER = "other"


def kind_of(reason: str) -> str:
    """Return the kind of a reason: the longest words in `REMEDIES` with which it begins."""
    return max((kind for kind in REMEDIES if reason.startswith(kind)), key=len, default=OTHER)
