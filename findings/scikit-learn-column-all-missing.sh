#!/usr/bin/env bash
# scikit-learn's histogram boosting takes missing values, but not a column that has no other.
#
# Guess before it was run: `HistGradientBoostingClassifier` supports NaN, so a measure that was never
# taken in the photos of one fold is a column that no tree splits on.
# Seen: `fit` ends with a ValueError about the shape of a window, which names neither the column nor
# missing values. A column of one single value beside NaN fits and is never split on; so does a
# constant. `GradientBoostingClassifier` refuses any NaN, and says so; a decision tree and a random
# forest take the same column without a word. So columns without a value are left out before a fit.
#
# Fails when this changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    scikit-learn==1.9.1 numpy==2.4.6

cat >"$folder/missing.py" <<'PYTHON'
from importlib.metadata import version

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.tree import DecisionTreeClassifier

for package in ("scikit-learn", "numpy"):
    print(f"{package} {version(package)}")

random = np.random.default_rng(0)
useful = random.normal(size=200)
right = useful > 0
nothing = np.full(200, np.nan)
one_value = np.where(random.random(200) < 0.5, 2.0, np.nan)
half_missing = np.where(random.random(200) < 0.5, useful, np.nan)


def outcome(model, column):
    try:
        model.fit(np.column_stack([useful, column]), right)
    except ValueError as error:
        return f"ValueError: {error}"
    return "fits"


boosting = HistGradientBoostingClassifier(max_iter=5, min_samples_leaf=5)
seen = {
    "boosting, half missing": outcome(boosting, half_missing),
    "boosting, one value and missing": outcome(boosting, one_value),
    "boosting, constant": outcome(boosting, np.zeros(200)),
    "boosting, all missing": outcome(boosting, nothing),
    "tree, all missing": outcome(DecisionTreeClassifier(), nothing),
    "forest, all missing": outcome(RandomForestClassifier(5), nothing),
}
for case, result in seen.items():
    print(f"{case}: {result}")
failed = [case for case, result in seen.items() if result != "fits"]
assert failed == ["boosting, all missing"], failed
message = seen["boosting, all missing"]
assert "window shape cannot be larger" in message, message
assert "NaN" not in message and "missing" not in message, message
print("as described: a column without any value cannot be fitted")
PYTHON
"$folder/venv/bin/python" "$folder/missing.py"
