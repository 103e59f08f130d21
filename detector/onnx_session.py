"""Sessions of onnxruntime for the models of the package, used only where as expected."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from typing import Any

from detector.errors import UsageError


def open_session(package: str, model: str, sha256: str) -> Any:
    """The session of a model file in a package; one thread, since photos run side by side.

    Raises `UsageError` where the SHA-256 of the file, in hex, is another.
    """
    import onnxruntime

    data = files(package).joinpath(model).read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise UsageError(
            "this is not the model that was measured",
            place=model,
            remedy="Install the package again: pip install --force-reinstall detector",
        )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
