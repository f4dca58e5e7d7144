"""States in a DynamoDB table: one transaction for each event, by conditions instead of locks.

The table's key is `key`, a string; its time to live is `expires`.
"""

from __future__ import annotations

import json
import random
import time
from typing import Any

from teamwire import Event, is_tombstone, kept_after, parts

REMEMBERED_SECONDS = 18 * 24 * 60 * 60
"""Four days on the queue, and fourteen as a dead letter."""
ITEM_BYTES = 350_000
"""DynamoDB takes 400 KB."""
_ABSENT = "attribute_not_exists(#key)"
# What says that another wrote: it passes. All else stays on the queue.
_CONTENDED = {"None", "ConditionalCheckFailed", "TransactionConflict"}


class DynamoDb:
    def __init__(self, client: Any, table: str, s3: Any = None, bucket: str = "") -> None:
        """`bucket` is one of yours, for what is too large for an item."""
        self.client, self.table, self.s3, self.bucket = client, table, s3, bucket

    def apply(self, event: Event) -> bool:
        """Keeps what the event says; whether it was news."""
        once = [] if is_tombstone(event) else [self._seen(event)]
        while True:
            writes = [write for part in parts(event) if (write := self._replace(event, part))]
            if not parts(event):
                noted = {"event": {"S": json.dumps(event)}}
                writes.append(self._put(f"missing/{event['id']}", noted))
            if not once + writes:
                return False
            try:
                self.client.transact_write_items(TransactItems=once + writes)
                return bool(writes)
            except self.client.exceptions.TransactionCanceledException as canceled:
                reasons = canceled.response["CancellationReasons"]
                if once and reasons[0]["Code"] == "ConditionalCheckFailed":
                    return False
                if not {reason["Code"] for reason in reasons} <= _CONTENDED:
                    raise
                # Another wrote the same resource in this moment: look again.
                time.sleep(random.uniform(0, 0.1))  # noqa: S311

    def state(self, name: str) -> tuple[Event | None, int]:
        """The event that a part of a resource was last written by, and how often it was."""
        key = {"key": {"S": name}}
        answer = self.client.get_item(TableName=self.table, Key=key, ConsistentRead=True)
        item = answer.get("Item")
        return (json.loads(item["event"]["S"]), int(item["writes"]["N"])) if item else (None, 0)

    def _replace(self, event: Event, part: str) -> dict[str, Any] | None:
        name = f"{part}/{event['tenantid']}/{event['subject']}"
        stored, writes = self.state(name)
        kept = kept_after(stored, event)
        if kept is None:
            return None
        item = {"event": {"S": self._text(kept)}, "writes": {"N": str(writes + 1)}}
        if stored is None:
            return self._put(name, item, _ABSENT)
        return self._put(name, item, "writes = :writes", {":writes": {"N": str(writes)}})

    def _seen(self, event: Event) -> dict[str, Any]:
        expires = {"expires": {"N": str(int(time.time()) + REMEMBERED_SECONDS)}}
        return self._put(f"seen/{event['id']}", expires, _ABSENT)

    def _put(
        self, name: str, item: dict[str, Any], condition: str = "", values: Any = None
    ) -> dict[str, Any]:
        put = {"TableName": self.table, "Item": {"key": {"S": name}} | item}
        if condition:
            put["ConditionExpression"] = condition
        if condition == _ABSENT:
            put["ExpressionAttributeNames"] = {"#key": "key"}
        if values:
            put["ExpressionAttributeValues"] = values
        return {"Put": put}

    def _text(self, event: Event) -> str:
        text = json.dumps(event, ensure_ascii=False)
        if len(text.encode()) <= ITEM_BYTES:
            return text
        key = f"events/{event['id']}.json"
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=json.dumps(event["data"]))
        small = {name: value for name, value in event.items() if name != "data"}
        return json.dumps(small | {"dataref": f"s3://{self.bucket}/{key}"})
