"""Situations of a consumer. The stores are real ones: DynamoDB by TABLE, PostgreSQL by DATABASE_URL."""

from __future__ import annotations

import io
import json
import os
import unittest
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
from botocore.stub import Stubber
from cloudevents.core.exceptions import CloudEventValidationError
from dynamodb import DynamoDb
from order import is_newer
from postgres import Postgres
from teamwire import Event, Store, fetch, kept_after, parts, read

EXAMPLES = Path(__file__).parents[1] / "events"
CASES = json.loads((Path(__file__).parents[2] / "shared/events/is_newer.json").read_text())


def example(name: str, **other: Any) -> Event:
    return read((EXAMPLES / f"{name}.json").read_text()) | other


def state(minute: int, change: str = "updated", **other: Any) -> Event:
    """A message as it was at that minute."""
    at = f"2026-11-21T09:{minute:02}:00.000Z"
    shown = {
        "id": f"{minute}",
        "type": f"microsoft.graph.chatMessage.{change}",
        "time": at,
        "receivedat": at,
        "contentversion": str(1795251600000 + minute * 60_000),
    }
    return example("chatMessage.decrypted", **shown | other)


def tombstone(minute: int, name: str = "chatMessage") -> Event:
    at = f"2026-11-21T09:{minute:02}:30.000Z"
    event = example("chatMessage.reference", time=at, receivedat=at)
    return event | {"type": f"microsoft.graph.{name}.deleted"}


def view(minute: int, **data: Any) -> Event:
    at = f"2026-11-21T09:{minute:02}:00.000Z"
    return example("chat.viewpoint.decrypted", id=f"v{minute}", receivedat=at, data=data)


class Reading(unittest.TestCase):
    def test_every_example_is_a_cloud_event(self) -> None:
        names = [path.stem for path in EXAMPLES.iterdir()]
        self.assertGreater(len(names), 30)
        for name in names:
            self.assertEqual(example(name)["specversion"], "1.0")

    def test_what_is_no_event_is_refused(self) -> None:
        for wrong in ({"id": ""}, {"specversion": "2.0"}, {"source": None}):
            with self.subTest(wrong), self.assertRaises(CloudEventValidationError):
                read(json.dumps(example("gap") | wrong))

    def test_data_is_fetched_from_the_stacks_bucket_and_no_other(self) -> None:
        class S3:
            def get_object(self, **where: str) -> dict[str, Any]:
                return {"Body": io.BytesIO(json.dumps(where).encode())}

        event = example("chatMessage.decrypted", dataref="s3://claims/events/i.json")
        fetched = fetch(event, S3(), "claims")
        self.assertEqual(fetched["data"], {"Bucket": "claims", "Key": "events/i.json"})
        self.assertNotIn("dataref", fetched)
        with self.assertRaises(ValueError):
            fetch(event, S3(), "others")


class TheOrder(unittest.TestCase):
    def test_is_what_every_case_says(self) -> None:
        for case in CASES:
            with self.subTest(case["name"]):
                self.assertIs(is_newer(case["stored"], case["incoming"]), case["newer"])

    def test_a_view_that_is_late_fills_what_the_last_one_left_out(self) -> None:
        early, last = view(1, topic="a", isHidden=True), view(2, isHidden=False)
        for stored, event in ((early, last), (last, early)):
            kept = kept_after(stored, event)
            self.assertEqual(kept and kept["data"], {"topic": "a", "isHidden": False})
            self.assertEqual(kept and kept["id"], "v2")

    def test_a_chat_and_its_view_end_together(self) -> None:
        self.assertEqual(parts(tombstone(1, "chat")), ["resource", "viewpoint"])
        self.assertEqual(parts(view(1)), ["viewpoint"])
        self.assertEqual(parts(example("gap")), [])


class Stores:
    """What holds of each."""

    store: Store

    def setUp(self) -> None:
        self.tenant = str(uuid4())

    def last(self) -> tuple[Event | None, int]:
        raise NotImplementedError

    def apply(self, *events: Event) -> list[bool]:
        mine = {"tenantid": self.tenant, "subject": "s"}
        ids = ({"id": f"{self.tenant}{event['id']}"} for event in events)
        return [self.store.apply(event | mine | own) for event, own in zip(events, ids)]

    def assert_last(self, event: Event, writes: int) -> None:
        kept, count = self.last()
        assert kept is not None
        assert (kept["type"], kept["receivedat"]) == (event["type"], event["receivedat"]), kept
        assert count == writes, count

    def test_a_repeat_counts_once(self) -> None:
        assert self.apply(state(1), state(1), state(1)) == [True, False, False]
        self.assert_last(state(1), 1)

    def test_what_is_late_replaces_nothing(self) -> None:
        assert self.apply(state(2), state(1), state(3)) == [True, False, True]
        self.assert_last(state(3), 2)

    def test_a_tombstone_stays_and_a_restoration_replaces_it(self) -> None:
        assert self.apply(state(1), tombstone(2), state(1, id="late")) == [True, True, False]
        self.assert_last(tombstone(2), 2)
        assert self.apply(state(3), tombstone(4), tombstone(4)) == [True, True, False]
        self.assert_last(tombstone(4), 4)

    def test_a_gap_is_noted_once_and_replaces_nothing(self) -> None:
        assert self.apply(state(1), example("gap"), example("gap")) == [True, True, False]
        self.assert_last(state(1), 1)


class StatesInDynamoDb(Stores, unittest.TestCase):
    def setUp(self) -> None:
        super().setUp()
        buckets = boto3.client("s3"), os.environ["BUCKET"]
        self.store = DynamoDb(boto3.client("dynamodb"), os.environ["TABLE"], *buckets)

    def last(self) -> tuple[Event | None, int]:
        return self.store.state(f"resource/{self.tenant}/s")

    def test_what_is_too_large_for_an_item_goes_to_a_bucket_of_the_consumers(self) -> None:
        body = {"content": "ä" * 300_000}
        assert self.apply(state(1, data={"body": body})) == [True]
        kept, _ = self.last()
        assert kept is not None and "data" not in kept
        bucket, _, key = kept["dataref"].removeprefix("s3://").partition("/")
        answer = boto3.client("s3").get_object(Bucket=bucket, Key=key)
        self.assertEqual(json.load(answer["Body"]), {"body": body})

    def test_what_the_table_never_takes_stays_on_the_queue(self) -> None:
        client = boto3.client("dynamodb")
        stub = Stubber(client)
        reasons = [{"Code": "None"}, {"Code": "ValidationError"}]
        stub.add_response("get_item", {})
        stub.add_client_error(
            "transact_write_items",
            "TransactionCanceledException",
            modeled_fields={"CancellationReasons": reasons},
        )
        with stub, self.assertRaises(client.exceptions.TransactionCanceledException):
            DynamoDb(client, "t").apply(state(1))


class StatesInPostgres(Stores, unittest.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.store = Postgres(os.environ["DATABASE_URL"])
        self.addCleanup(self.store.connection.close)

    def last(self) -> tuple[Event | None, int]:
        query = "select event, writes from resource where tenantid = %s"
        row = self.store.connection.execute(query, [self.tenant]).fetchone()
        return (row[0], row[1]) if row else (None, 0)

    def test_the_order_is_what_every_case_says(self) -> None:
        for case in CASES:
            values = [json.dumps(case[name]) for name in ("stored", "incoming")]
            query = "select is_newer(%s::jsonb, %s::jsonb)"
            row = self.store.connection.execute(query, values).fetchone()
            with self.subTest(case["name"]):
                self.assertEqual(row, (case["newer"],))

    def test_views_are_merged_as_in_python(self) -> None:
        views = view(1, topic="a", isHidden=True), view(2, isHidden=False)
        for stored, event in (views, views[::-1]):
            values = [json.dumps(stored), json.dumps(event)]
            row = self.store.connection.execute("select kept(%s::jsonb, %s::jsonb)", values)
            self.assertEqual(row.fetchone(), (kept_after(stored, event),))


if __name__ == "__main__":
    unittest.main()
