"""Judges a record of calls: `python -m prove.oracles.aws FOLDER`, with calls.jsonl and names.json in it."""

import json
import sys
from collections import Counter
from pathlib import Path

import botocore
from contract.facts import contract

from . import grants, validity, wire
from .grants import Grant

_ROLES = ("ingest", "decrypt", "hydrate", "subscriptions", "backfill", "relay")


def main(folder: Path) -> int:
    """Prints the table and what is wrong; 1 if anything is."""
    record = (folder / "calls.jsonl").read_text().splitlines()
    calls = [wire.read(line) for line in record]
    invalid = sorted({fault for call in calls for fault in validity.faults(call)})
    missing, spare, rows = _compared(calls, json.loads((folder / "names.json").read_text()))
    print("\n".join(rows))
    print("\nthe command line (whoever types it needs these)")
    typed = [call for call in calls if call.caller not in _ROLES]
    for action, count in sorted(Counter(grants.action_of(call) for call in typed).items()):
        print(f"{'teamwire':<15}{action:<40}{count:>7}")
    for title, found in (("invalid", invalid), ("missing", missing), ("spare", spare)):
        print(f"\n{title}: {len(found)}", *found, sep="\n  ")
    operations = {(call.service, call.operation.name) for call in calls}
    unseen = sorted(_operations_of_the_code() - {name for _, name in operations})
    print(f"\noperations of the code that were not recorded: {', '.join(unseen) or 'none'}")
    print(
        f"calls: {len(calls)} of {len(operations)} operations by botocore {botocore.__version__}; "
        f"invalid: {len(invalid)}; grants missing: {len(missing)}, spare: {len(spare)}"
    )
    return int(bool(invalid or missing or spare or unseen))


def _compared(
    calls: list[wire.Call], names: dict[str, str]
) -> tuple[list[str], list[str], list[str]]:
    """The missing grants, the spare ones, and each grant with the number of times it was needed."""
    needed = grants.needed((call for call in calls if call.caller in _ROLES), names)
    granted, of_lambda = grants.granted(contract()), grants.of_lambda(_ROLES)
    rows = [f"{'role':<15}{'resource':<40}{'action':<32}{'calls':>7}"]
    spare = []
    for grant in sorted(granted, key=lambda each: (_ROLES.index(each.role), *_key(each))):
        count = sum(number for need, number in needed.items() if grants.covers(grant, need))
        if not count and grant not in of_lambda:
            spare.append(_said(grant))
        told = str(count) if count else "Lambda" if grant in of_lambda else "none"
        rows.append(f"{grant.role:<15}{grant.resource:<40}{grant.action:<32}{told:>7}")
    wanted = [*needed, *of_lambda]
    lacking = [need for need in wanted if not any(grants.covers(one, need) for one in granted)]
    return sorted(_said(need) for need in lacking), spare, rows


def _key(grant: Grant) -> tuple[str, str]:
    return grant.resource, grant.action


def _said(grant: Grant) -> str:
    return f"{grant.role}: {grant.action} on {grant.resource}"


def _operations_of_the_code() -> set[str]:
    """Every operation that our sources send, by the name that AWS has for it."""
    root = Path(__file__).resolve().parents[4]
    known = {
        wire.snake(name): name
        for service in wire.SERVICES
        for name in wire.model(service).operation_names
    }
    found: set[str] = set()
    for folder in ("cli/src", "functions", "shared"):
        for path in (root / folder).rglob("*.rs"):
            text = path.read_text()
            if "aws_sdk_" in text or "crate::aws" in text or "ask::Aws" in text:
                found |= {known[word] for word in wire.CALLED.findall(text) if word in known}
    return found


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
