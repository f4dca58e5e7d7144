"""The values that each setting accepts and refuses."""

from pathlib import Path
from typing import Any

import yaml

CASES: dict[str, dict[str, list[Any]]] = yaml.safe_load(
    Path(__file__).with_name("settings.yaml").read_text()
)
"""By the setting: the values that it takes, and those that it refuses."""
