"""What a consumer came to: the last event of each part of a resource and how many were written there,
the ids it remembers, and those of what is missing."""

import json
import subprocess
from typing import Any

from local.stack import Stack

from .events import Part

State = tuple[dict[Part, tuple[dict[str, Any], int]], set[str], set[str]]


def in_dynamodb(running: Stack, table: str) -> State:
    last, once, missing = {}, set(), set()
    pages = running.emulator.client("dynamodb").get_paginator("scan").paginate(TableName=table)
    for item in (item for page in pages for item in page["Items"]):
        kind, _, rest = item["key"]["S"].partition("/")
        if kind == "seen":
            once.add(rest)
        elif kind == "missing":
            missing.add(rest)
        else:
            tenant, _, subject = rest.partition("/")
            last[kind, tenant, subject] = json.loads(item["event"]["S"]), int(item["writes"]["N"])
    return last, once, missing


def in_postgres(database: str) -> State:
    def rows(query: str) -> list[list[Any]]:
        command = [
            "psql",
            "-qXAt",
            "-c",
            f"select coalesce(json_agg(row), '[]') from ({query}) row",
            database,
        ]
        return json.loads(subprocess.check_output(command, text=True))

    last = {
        (row["part"], row["tenantid"], row["subject"]): (row["event"], row["writes"])
        for row in rows(
            "select part, tenantid, subject, jsonb_build_object('id', event->'id') event, writes from resource"
        )
    }
    once = {row["id"] for row in rows("select id from seen")}
    return last, once, {row["id"] for row in rows("select id from missing")}
