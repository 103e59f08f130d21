#!/usr/bin/env bash
# python-threatexchange cannot write a label to an exchange that is a local file.
#
# Guess before it was run: `report_opinion` of `LocalFileSignalExchangeAPI` (the exchange `local_file` of
# the command line) appends one line "SIGNAL_TYPE SIGNAL" for a positive opinion without tags, as its
# comment "Appending will overwrite previous ones" says, so that the next fetch has it.
# Seen: it opens the file with the mode "wta", which Python refuses: ValueError "must have exactly one
# of create/read/write/append mode". Nothing is written. So whoever keeps hashes in a local file has to
# add lines by other means; fetching from the file works.
#
# Fails when this changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    threatexchange==1.2.17 numpy==2.2.6 faiss-cpu==1.13.0

cat >"$folder/label.py" <<'PYTHON'
import sys
from importlib.metadata import version
from pathlib import Path

from threatexchange.exchanges.fetch_state import SignalOpinion, SignalOpinionCategory
from threatexchange.exchanges.impl.file_api import (
    FileCollaborationConfig,
    LocalFileSignalExchangeAPI,
)
from threatexchange.signal_type.pdq.signal import PdqSignal

print(f"threatexchange {version('threatexchange')}, Python {sys.version.split()[0]}")
file = Path(sys.argv[1]) / "signals.txt"
first, second = PdqSignal.get_examples()[:2]
file.write_text(f"pdq {first}\n")
collab = FileCollaborationConfig(
    name="ours", api=LocalFileSignalExchangeAPI.get_name(), enabled=True, filename=str(file)
)
exchange = LocalFileSignalExchangeAPI.for_collab(collab)


def fetched():
    return [
        signal for delta in exchange.fetch_iter([PdqSignal], None) for _, signal in delta.updates
    ]


assert fetched() == [first]
opinion = SignalOpinion(True, SignalOpinionCategory.POSITIVE_CLASS, set())
try:
    exchange.report_opinion(PdqSignal, second, opinion)
    seen = f"fetched afterwards: {len(fetched())} signals"
except ValueError as error:
    seen = f"ValueError: {error}; fetched afterwards: {len(fetched())} signal"
print("expected: fetched afterwards: 2 signals")
print(f"seen: {seen}")
assert seen.startswith("ValueError: must have exactly one of") and fetched() == [first], seen
print("as described: a label is never written to a local file")
PYTHON
"$folder/venv/bin/python" "$folder/label.py" "$folder"
