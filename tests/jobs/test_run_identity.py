from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from detector.channels import embedding_model, ocr
from detector.errors import UsageError
from detector.jobs import run_identity as module
from detector.jobs.run_identity import check_same, code_digest, run_identity
from detector.scoring.policy import Policy
from detector.scoring.scorer import default_scorer
from detector.settings import ReaderSettings, settings_for_words
from detector.verification import second_look

from .shop import CONFIG

SCORER = default_scorer()
CHANGES = [
    ("index", {"generation": "other"}),
    ("threshold", {"threshold": 0.4}),
    ("top", {"top": 3}),
    ("seller", {"seller": "me"}),
    ("policy", {"policy": Policy(0.1, 0.2)}),
    ("scorer", {"scorer": replace(SCORER, weights=SCORER.weights * 1.0000001)}),
    ("scorer", {"scorer": replace(SCORER, intercept=SCORER.intercept + 1e-9)}),
    ("settings", {"settings": replace(CONFIG.settings, reader=ReaderSettings(max_side=9))}),
    ("words, settings, word model", {"settings": settings_for_words(True)}),
]


def same(one, other):
    check_same(run_identity(one), run_identity(other), place="here", run="scan")


@pytest.mark.parametrize(("name", "change"), CHANGES)
def test_what_differs_is_named(name, change):
    with pytest.raises(UsageError, match=f"this scan was begun with another {name}\\. ") as caught:
        same(CONFIG, replace(CONFIG, **change))
    assert (caught.value.place, bool(caught.value.remedy)) == ("here", True)


def test_the_folder_of_the_index_does_not_count():
    same(CONFIG, replace(CONFIG, index=Path("moved")))


@pytest.mark.parametrize(
    ("name", "target", "value"),
    [
        ("embedding model", (embedding_model, "SHA256"), "other"),
        ("second look", (second_look, "SHA256"), {"a.onnx": "other"}),
        ("word model", (ocr, "MODELS"), {"Det": ("a", "b")}),
        ("JSON schema", (module, "SCHEMA"), 99),
        ("version of detector", (module, "version"), lambda _: "99"),
        ("code of detector", (module, "code_digest"), lambda: "other"),
    ],
)
def test_other_models_code_or_versions_are_another_run(monkeypatch, name, target, value):
    config = replace(CONFIG, settings=settings_for_words(True))
    before = run_identity(config)
    monkeypatch.setattr(*target, value)
    with pytest.raises(UsageError, match=f"another {name}\\. "):
        check_same(before, run_identity(config), place="", run="scan")


def test_the_code_is_that_of_every_source(tmp_path, monkeypatch):
    package = tmp_path / "package"
    (package / "wing").mkdir(parents=True)
    monkeypatch.setattr(module, "__file__", str(package / "wing" / "run_identity.py"))
    found = set()
    for text in ("a", "b"):
        (package / "wing" / "one.py").write_text(text)
        found.add(code_digest.__wrapped__())
    (package / "wing" / "one.py").rename(package / "one.py")
    (package / "notes.txt").write_text("not code")
    found.add(code_digest.__wrapped__())
    assert len(found) == 3
    (package / "notes.txt").unlink()
    assert code_digest.__wrapped__() in found
