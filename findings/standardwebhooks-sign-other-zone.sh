#!/usr/bin/env bash
# standardwebhooks (Python) signs another moment than the one it is given, unless that is in UTC.
#
# Guess before it was run: `Webhook.sign(msg_id, timestamp, data)` takes an aware `datetime`, and signs
# the instant that it stands for; a message with `webhook-timestamp: int(moment.timestamp())` is then
# verified, whatever the zone of `moment`.
# Seen: for a moment in any other zone than UTC the signature is for the wall clock read as if it were
# UTC (`timestamp.replace(tzinfo=utc)`), 2 hours off for +02:00. The receiver rejects every message
# ("No matching signature found"). No error and no warning is given to the sender. The same holds for
# the naive `datetime.now()` on a machine that is not in UTC. In UTC all is well. So convert first:
# `moment.astimezone(timezone.utc)`.
#
# Fails when this changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check standardwebhooks==1.1.0

cat >"$folder/sign.py" <<'PYTHON'
from datetime import datetime, timedelta, timezone
from importlib.metadata import version

from standardwebhooks import Webhook, WebhookVerificationError

print(f"standardwebhooks {version('standardwebhooks')}")
webhook = Webhook("whsec_" + "A" * 32)
now = datetime.now(timezone.utc)


def verified(moment):
    signature = webhook.sign("msg_1", moment, "{}")
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": signature,
    }
    try:
        webhook.verify("{}", headers)
    except WebhookVerificationError as error:
        return str(error)
    return "verified"


zones = {"UTC": 0, "+02:00": 2, "-05:00": -5}
seen = {
    name: verified(now.astimezone(timezone(timedelta(hours=hours))))
    for name, hours in zones.items()
}
print(f"expected: verified in every zone; the instant is {now.isoformat()} in all of them")
print(f"seen: {seen}")
rejected = "No matching signature found"
assert seen == {"UTC": "verified", "+02:00": rejected, "-05:00": rejected}, seen
print("as described: only a moment in UTC gives a signature that is accepted")
PYTHON
"$folder/venv/bin/python" "$folder/sign.py"
