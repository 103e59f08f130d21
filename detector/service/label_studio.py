"""Label Studio's projects and tasks: which control draws boxes, and findings as its results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import httpx

from detector.errors import UsageError
from detector.service.settings import LabelStudioSettings

_GENERAL = ("mark", "logo")
_DIGITS = 4  # of a percentage: less than a pixel
_MOST_CHARACTERS = 1_000_000


@dataclass(frozen=True, slots=True)
class BoxControl:
    """The control of a project that draws boxes: its name, that of its image, and the labels.

    `variable` is the field of a task's data that has the picture.
    """

    name: str
    image: str
    variable: str
    labels: tuple[str, ...]

    def label_for(self, finding: Mapping[str, Any]) -> str:
        """The label of a finding: its mark's id or name, else a general one; "" for none.

        General are "mark" and "logo", and the only label of a project.
        """
        by_folded = {label.casefold(): label for label in self.labels}
        for name in (finding["mark"], finding["name"], *_GENERAL):
            if found := by_folded.get(str(name).casefold()):
                return found
        return self.labels[0] if len(self.labels) == 1 else ""


def box_control(label_config: str) -> BoxControl:
    """The first control of a labelling configuration that draws boxes on a picture.

    Raises `UsageError` where there is none.
    """
    if "<!" in label_config.replace("<!--", "") or len(label_config) > _MOST_CHARACTERS:
        raise UsageError("a labelling configuration has no declarations")  # nor entities
    try:
        root = ElementTree.fromstring(label_config)
    except ElementTree.ParseError as error:
        raise UsageError(f"this is no labelling configuration: {error}") from error
    images = {tag.get("name", ""): tag.get("value", "") for tag in root.iter("Image")}
    for control in root.iter("RectangleLabels"):
        image, labels = control.get("toName", ""), [tag.get("value", "") for tag in control]
        if images.get(image, "").startswith("$"):
            name, variable = control.get("name", ""), images[image].removeprefix("$")
            return BoxControl(name, image, variable, tuple(labels))
    remedy = 'Add <RectangleLabels name="label" toName="image"> for an <Image value="$image">.'
    raise UsageError("the project has no boxes on a picture", remedy=remedy)


def prediction(listing: Mapping[str, Any], control: BoxControl, version: str) -> dict[str, Any]:
    """The findings of a picture, a line of the command line as JSON, as one prediction.

    Places are percentages of the upright picture. The score is that of the surest finding. Source:
    https://labelstud.io/guide/predictions
    """
    findings: Sequence[Mapping[str, Any]] = listing["findings"]
    boxes = [
        _box(finding, label, control, listing["width"], listing["height"])
        for finding in findings
        if (label := control.label_for(finding))
    ]
    score = max((float(finding["score"]) for finding in findings), default=0.0)
    return {"model_version": version, "score": score, "result": boxes}


def fetch_uploaded(
    path: str, settings: LabelStudioSettings, max_bytes: int, seconds: float
) -> bytes:
    """A picture that Label Studio keeps itself, at an address without a host.

    Raises OSError where it cannot be fetched, or has more than `max_bytes`.
    """
    if not settings.url or not path.startswith("/data/"):
        raise PermissionError("only pictures of the configured Label Studio have no host")
    data, headers = bytearray(), {"Authorization": f"Token {settings.token}"}
    try:
        address = settings.url.rstrip("/") + path
        with httpx.stream("GET", address, headers=headers, timeout=seconds) as answer:
            if answer.status_code != 200:
                raise OSError(f"Label Studio answered {answer.status_code}")
            for chunk in answer.iter_bytes():
                data += chunk
                if len(data) > max_bytes:
                    raise OSError(f"more than {max_bytes:,} bytes")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise OSError(str(error) or type(error).__name__) from error
    return bytes(data)


def _box(
    finding: Mapping[str, Any], label: str, control: BoxControl, width: int, height: int
) -> dict[str, Any]:
    x0, y0, x1, y1 = (
        min(max(value / size * 100, 0.0), 100.0)
        for value, size in zip(finding["box"], (width, height, width, height), strict=True)
    )
    place = {"x": x0, "y": y0, "width": x1 - x0, "height": y1 - y0}
    return {
        "id": finding["fingerprint"][:10],
        "from_name": control.name,
        "to_name": control.image,
        "type": "rectanglelabels",
        "original_width": width,
        "original_height": height,
        "image_rotation": 0,
        "score": float(finding["score"]),
        "value": {
            **{name: round(value, _DIGITS) for name, value in place.items()},
            "rotation": 0,
            "rectanglelabels": [label],
        },
        "meta": {"text": [f"{finding['mark']}: {finding['verdict']}"]},
    }
