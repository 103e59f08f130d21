"""Write the Grafana dashboard, deploy/grafana.json.

python tools/write_dashboard.py            # write it
python tools/write_dashboard.py --check    # exit 1 when the file differs
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[1] / "deploy" / "grafana.json"
_COLUMNS, _WIDTH, _HEIGHT = 3, 8, 8
_REQUESTS = "detector_http_request_duration_seconds"
_STAGES = "detector_stage_duration_seconds"


def _percentile(histogram: str, label: str) -> str:
    return f"histogram_quantile(0.95, sum by ({label}, le) (rate({histogram}_bucket[5m])))"


PANELS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("Waiting uploads", "short", {"{{state}}": "max by (state) (detector_queue_inspections)"}),
    ("Age of the queue", "s", {"oldest": "max(detector_queue_oldest_age_seconds)"}),
    (
        "Decisions",
        "reqps",
        {"{{decision}}": "sum by (decision) (rate(detector_inspections_total[5m]))"},
    ),
    (
        "Time by stage, 95th percentile",
        "s",
        {
            "{{stage}}": _percentile(_STAGES, "stage"),
        },
    ),
    (
        "Statuses of pictures",
        "reqps",
        {"{{status}}": "sum by (status) (rate(detector_pictures_total[5m]))"},
    ),
    (
        "Findings by verdict",
        "reqps",
        {"{{verdict}}": "sum by (verdict) (rate(detector_findings_total[5m]))"},
    ),
    (
        "Requests by status",
        "reqps",
        {"{{status}}": f"sum by (status) (rate({_REQUESTS}_count[5m]))"},
    ),
    (
        "Request time by route, 95th percentile",
        "s",
        {"{{route}}": _percentile(_REQUESTS, "route")},
    ),
    (
        "Attempts that failed",
        "short",
        {
            "tried again": "sum(increase(detector_inspection_retries_total[1h]))",
            "given up": "sum(increase(detector_inspections_parked_total[1h]))",
        },
    ),
    (
        "Uploads",
        "reqps",
        {"accepted": "sum(rate(detector_inspections_accepted_total[5m]))"},
    ),
    (
        "Bytes of pictures",
        "Bps",
        {"accepted": "sum(rate(detector_picture_size_bytes_sum[5m]))"},
    ),
    (
        "Memory",
        "bytes",
        {
            "{{instance}}": 'process_resident_memory_bytes{job=~"detector.*"}',
            "{{instance}} examining": "detector_child_resident_memory_bytes",
        },
    ),
    ("Marks by state", "short", {"{{state}}": "max by (state) (detector_marks)"}),
    (
        "Webhook deliveries",
        "short",
        {"{{state}}": "max by (state) (detector_webhook_deliveries)"},
    ),
    (
        "Versions in use",
        "short",
        {
            "index {{generation}}": "count by (generation) (detector_index_info)",
            "policy {{version}}": "count by (version) (detector_policy_info)",
            "{{index}}, {{model}}": "count by (index, model) (detector_worker_info)",
        },
    ),
    (
        "Scores against the first weeks",
        "none",
        {
            "stability index": "max(detector_drift_score_psi)",
            "chance": "max(detector_drift_score_psi_by_chance)",
        },
    ),
    (
        "Marks found more or less often",
        "percentunit",
        {
            "{{mark}} this week": "max by (mark) (detector_drift_mark_share)",
            "{{mark}} first weeks": "max by (mark) (detector_drift_mark_first_share)",
        },
    ),
    ("Database answers", "bool", {"{{instance}}": "detector_database_up"}),
)
"""Title, unit, and the queries by their legend."""


def dashboard() -> dict[str, Any]:
    """The dashboard as Grafana imports it; the data source is asked for then."""
    return {
        "title": "detector",
        "uid": "detector",
        "tags": ["detector"],
        "schemaVersion": 39,
        "time": {"from": "now-6h", "to": "now"},
        "refresh": "30s",
        "templating": {
            "list": [
                {
                    "name": "source",
                    "label": "Prometheus",
                    "type": "datasource",
                    "query": "prometheus",
                }
            ]
        },
        "panels": [_panel(number, *panel) for number, panel in enumerate(PANELS)],
    }


def _panel(number: int, title: str, unit: str, queries: dict[str, str]) -> dict[str, Any]:
    row, column = divmod(number, _COLUMNS)
    source = {"type": "prometheus", "uid": "${source}"}
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": title,
        "datasource": source,
        "gridPos": {"x": column * _WIDTH, "y": row * _HEIGHT, "w": _WIDTH, "h": _HEIGHT},
        "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + i), "datasource": source, "expr": query, "legendFormat": name}
            for i, (name, query) in enumerate(queries.items())
        ],
    }


def main() -> int:
    """Write the file, or compare it."""
    text = json.dumps(dashboard(), indent=2) + "\n"
    if "--check" in sys.argv[1:]:
        return int(PAGE.read_text(encoding="utf-8") != text)
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
