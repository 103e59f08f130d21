"""The ways of one photo and of one mark through all stages."""

from detector.pipeline.enrol import import_marks
from detector.pipeline.inspect import Detector
from detector.pipeline.pair import compare, detector_of

__all__ = ["Detector", "compare", "detector_of", "import_marks"]
