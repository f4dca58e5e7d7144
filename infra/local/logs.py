"""The functions' own logs, which MiniStack keeps in memory like everything else."""

from pathlib import Path
from typing import Any


def save_function_logs(logs: Any, directory: Path) -> None:
    """Writes each log group to a file, for whoever wants to know why a run failed."""
    for group in logs.describe_log_groups()["logGroups"]:
        name = group["logGroupName"]
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=name)
        lines = [event["message"] for page in pages for event in page["events"]]
        if lines:
            text = "\n".join(line.rstrip() for line in lines) + "\n"
            (directory / f"{name.rsplit('/', 1)[-1]}.log").write_text(text)
