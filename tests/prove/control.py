"""The control side of the simulator: its clock, its trouble, what happens there and what it saw."""

import datetime
import urllib.parse
from typing import Any

from local.loopback import json_request
from local.simulator import Simulator, send


class Control:
    """Speaks to a running simulator. Times are seconds since 1970, simulated."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._root = f"{simulator.url}/simulator"

    def now(self) -> float:
        """The time at Graph."""
        return seconds(self._get("clock")["now"])

    def advance(self, by: float) -> float:
        """Lets time pass; the answer is what time it is then."""
        return seconds(self._post("clock", {"advanceSeconds": by})["now"])

    def settings(self, **members: Any) -> None:
        """Sets Graph's behaviour from now on."""
        self._post("settings", members)

    def fault(self, fault: str, **members: Any) -> str | None:
        """Makes trouble; the id of the job that tells us of it, if one does."""
        job: str | None = self._post("faults", {"fault": fault, **members}).get("job")
        return job

    def watch(self, wanted: list[dict[str, Any]]) -> None:
        """Begins to note when these are covered."""
        self._post("coverage", {"wanted": wanted})

    def coverage(self) -> list[dict[str, Any]]:
        """The times of coverage, each with its gaps."""
        resources: list[dict[str, Any]] = self._get("coverage")["resources"]
        return resources

    def happen(self, tenant: str, resources: list[str], count: int, seed: int) -> dict[str, Any]:
        """Lets messages be sent, changed and deleted there."""
        order = {"tenant": tenant, "count": count, "seed": seed, "resources": resources}
        return self._post("happen", order)

    def world(self, tenant: str) -> dict[str, str | None]:
        """The resources there are: path to version."""
        return self._get(f"world?tenant={urllib.parse.quote(tenant)}")

    def stats(self) -> dict[str, Any]:
        """The counters."""
        return self._get("stats")

    def is_done(self, job: str) -> bool:
        """True once everything of a job was delivered, or given up."""
        return bool(self._simulator.job(job)["done"])

    def _get(self, what: str) -> dict[str, Any]:
        return send(json_request("GET", f"{self._root}/{what}"))

    def _post(self, what: str, body: dict[str, Any]) -> dict[str, Any]:
        return send(json_request("POST", f"{self._root}/{what}", body))


def seconds(text: str) -> float:
    """A time as the simulator writes it."""
    whole, _, fraction = text.removesuffix("Z").partition(".")
    at = datetime.datetime.fromisoformat(f"{whole}.{fraction:0<6.6}+00:00")
    return at.timestamp()
