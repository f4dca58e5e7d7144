"""Two environments that must not leak: the developer's AWS account, and the functions' own."""

import os
from pathlib import Path

REGION = "us-east-1"
"""Region of the emulated account; nothing depends on which."""

EMULATOR_KEY = "test"
"""Access key and secret that MiniStack takes for the account's root."""


def leave_the_real_account() -> None:
    """Drops every AWS setting of the caller, so that no call can ever reach a real account."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ["AWS_CONFIG_FILE"] = os.devnull
    os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    os.environ["AWS_DEFAULT_REGION"] = REGION


def bare_environment(home: Path) -> dict[str, str]:
    """The environment that a child starts with: nothing of the caller's, and a home and temp folder
    of the run.

    Functions inherit the emulator's environment, so whatever is in here is in them too.
    """
    return {
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PATH": "/usr/bin:/bin",
        "TMPDIR": str(home),
        "AWS_EC2_METADATA_DISABLED": "true",
    }
