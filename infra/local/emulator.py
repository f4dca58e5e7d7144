"""MiniStack: SQS, Lambda, API Gateway, S3, Secrets Manager, KMS and IAM in one loopback process."""

import contextlib
import json
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from .child import Child, ChildDied
from .environment import EMULATOR_KEY, REGION, bare_environment
from .loopback import open_directly
from .ports import free_port
from .wait import wait_until

_START_ATTEMPTS = 3
_POLL_SECONDS = 0.02
_ANSWER_SECONDS = 930


class Emulator:
    """The emulated AWS account."""

    def __init__(self, child: Child, endpoint: str) -> None:
        self.child = child
        self.endpoint = endpoint

    def client(self, service: str) -> Any:
        """A client of one service, signed as the root of the emulated account."""
        # boto3 builds its clients from data files at run time, so there is no type to name.
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=EMULATOR_KEY,
            aws_secret_access_key=EMULATOR_KEY,
            # An answer may take as long as the slowest function; asked twice, it would run twice.
            config=Config(
                proxies={},
                s3={"addressing_style": "path"},
                read_timeout=_ANSWER_SECONDS,
            ),
        )

    def api_url(self, api_id: str) -> str:
        """Root of an HTTP API: by path, because not every resolver knows names below localhost."""
        return f"{self.endpoint}/_aws/execute-api/{api_id}/$default"


@contextlib.contextmanager
def emulator(directory: Path) -> Iterator[Emulator]:
    """Starts MiniStack with all of its data in `directory`, and stops it with its functions."""
    running = _start(directory)
    try:
        yield running
    finally:
        running.child.stop()


def _start(directory: Path) -> Emulator:
    for attempt in range(1, _START_ATTEMPTS + 1):
        port = free_port()
        child = Child("ministack", _command(), directory, _environment(directory, port))
        endpoint = f"http://127.0.0.1:{port}"
        try:
            # Another MiniStack may have taken the port.
            wait_until_served(
                child,
                f"{endpoint}/_ministack/health",
                lambda health: bool(health.get("edition") == str(directory)),
            )
            return Emulator(child, endpoint)
        except ChildDied:
            # Most likely somebody took the port in the meantime.
            child.stop()
            if attempt == _START_ATTEMPTS:
                raise
        except BaseException:
            child.stop()
            raise
    raise AssertionError("the last attempt returns or raises")


def _command() -> list[str]:
    return [sys.executable, "-E", "-m", "ministack"]


def _environment(directory: Path, port: int) -> dict[str, str]:
    return bare_environment(directory) | {
        "AWS_ACCESS_KEY_ID": EMULATOR_KEY,
        "AWS_SECRET_ACCESS_KEY": EMULATOR_KEY,
        # What most accounts have; by itself it is as much as this machine has memory for.
        "LAMBDA_ACCOUNT_CONCURRENCY": "1000",
        # The roles of the template are enforced: a missing grant fails here, not on AWS.
        "AUTH": "true",
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        # Comes back in the health answer, which tells this MiniStack from another's.
        "MINISTACK_EDITION": str(directory),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "S3_DATA_DIR": str(directory / "s3"),
        "STATE_DIR": str(directory / "state"),
    }


def wait_until_served(
    child: Child, url: str, good: Callable[[Any], bool] = lambda answer: True
) -> None:
    """Waits until a program answers, and what it answers is good."""

    def is_served() -> bool:
        child.check()
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            with open_directly(urllib.request.Request(url)) as answer:
                return good(json.load(answer))
        return False

    wait_until(f"{child.name} is ready", is_served, poll=_POLL_SECONDS)
