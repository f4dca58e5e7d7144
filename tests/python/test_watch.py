"""The readings of a running stack: counters, dead letters and copies, each once and nothing hidden."""

import datetime
import json
import unittest
from typing import Any

from local.announcements import Announcements, milliseconds
from local.counters import Counters
from local.dead_letters import DeadLetters
from local.queues import Arrival, Depth, take_events
from local.simulator import SimulatorRefused


def metric(value: int, name: str = "enqueued", **second: str) -> str:
    """A line as a function writes it."""
    directive = {"Dimensions": [["function", *second]], "Metrics": [{"Name": name}]}
    return json.dumps(
        {"_aws": {"CloudWatchMetrics": [directive]}, "function": "x", name: value, **second},
        separators=(",", ":"),
    )


class Logs:
    """A log as FilterLogEvents gives it: everything from a time on, without ids."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []

    def write(self, at: int, message: str, stream: str = "one") -> None:
        self.lines.append({"timestamp": at, "logStreamName": stream, "message": message})

    def filter_log_events(self, logGroupName: str, startTime: int) -> dict[str, Any]:
        ordered = sorted(self.lines, key=lambda line: int(line["timestamp"]))
        return {"events": [line for line in ordered if line["timestamp"] >= startTime]}


class ACounter(unittest.TestCase):
    def setUp(self) -> None:
        self.logs = Logs()
        self.counters = Counters(self.logs, {"ingest": "teamwire-ingest"})

    def total(self, *metrics: str) -> int:
        self.counters.read()
        return self.counters.total("ingest", *metrics)

    def test_counts_a_line_once_however_often_it_is_read(self) -> None:
        self.logs.write(100_000, metric(2, route="decrypt"))
        for _ in range(3):
            self.assertEqual(self.total("enqueued.decrypt"), 2)

    def test_counts_two_lines_of_one_text_and_time_twice(self) -> None:
        self.logs.write(100_000, metric(1, route="decrypt"))
        self.assertEqual(self.total("enqueued.decrypt"), 1)
        self.logs.write(100_000, metric(1, route="decrypt"))
        self.assertEqual(self.total("enqueued.decrypt"), 2)

    def test_counts_a_line_that_comes_late_in_another_stream(self) -> None:
        self.logs.write(100_000, metric(1, route="decrypt"))
        self.assertEqual(self.total("enqueued.decrypt"), 1)
        self.logs.write(98_000, metric(1, route="decrypt"), "two")
        self.assertEqual(self.total("enqueued.decrypt"), 2)

    def test_goes_on_with_what_is_new_after_a_long_time(self) -> None:
        self.logs.write(100_000, metric(1, route="decrypt"))
        self.counters.read()
        self.logs.write(900_000, metric(1, route="decrypt"))
        self.assertEqual(self.total("enqueued.decrypt"), 2)
        self.assertEqual(self.total("enqueued.decrypt"), 2)

    def test_is_told_apart_by_its_second_dimension_and_summed_over_all(self) -> None:
        self.logs.write(1, metric(1, route="decrypt"))
        self.logs.write(1, metric(2, route="hydrate"))
        self.logs.write(1, metric(4, "received"))
        self.assertEqual(self.total("enqueued.hydrate"), 2)
        self.assertEqual(self.total("enqueued."), 3)
        self.assertEqual(self.total("received"), 4)
        self.assertEqual(self.total("enqueued"), 0)

    def test_takes_no_other_line_for_a_metric(self) -> None:
        self.logs.write(1, "START RequestId: 1")
        self.logs.write(1, '{"level":"WARN","message":"{\\"_aws\\": 1}","enqueued":5}')
        self.assertEqual(self.total("enqueued", "enqueued."), 0)


class Graph:
    """A simulator that announces one change in each job, and remembers it as long as it is told to."""

    def __init__(self) -> None:
        self.orders: list[dict[str, Any]] = []
        self.ledgers: dict[str, dict[str, Any]] = {}
        self.is_refusing = False

    def announce(self, order: dict[str, Any]) -> str:
        if self.is_refusing:
            raise SimulatorRefused("there is no subscription")
        self.orders.append(order)
        job = str(len(self.orders))
        change = {
            "tenantId": "t",
            "resource": f"chats('c')/messages('{job}')",
            "changeType": "created",
            "announcedAt": "2026-11-28T09:00:00.1Z",
        }
        self.ledgers[job] = {"changes": [change], "done": False}
        return job

    def job(self, job: str) -> dict[str, Any]:
        if job not in self.ledgers:
            raise SimulatorRefused("there is no such job")
        return self.ledgers[job]


class AnAnnouncement(unittest.TestCase):
    def setUp(self) -> None:
        self.graph = Graph()
        self.announcements = Announcements(self.graph)  # type: ignore[arg-type]
        self.announcements.refresh()

    def arrival(self, job: str) -> Arrival:
        event = {
            "tenantid": "t",
            "type": "microsoft.graph.chatMessage.created",
            "subject": f"chats('c')/messages('{job}')",
        }
        at = datetime.datetime(2026, 11, 28, 9, 0, 0, 350_000, tzinfo=datetime.timezone.utc)
        return Arrival(event, at)

    def test_is_known_by_its_event_with_what_was_asked_for(self) -> None:
        self.announcements.ask("rich", {"count": 1})
        self.announcements.refresh()
        trickled, mine = (self.announcements.of(self.arrival(job)) for job in "12")
        self.assertEqual((trickled and trickled.asked, mine and mine.asked), (None, "rich"))
        self.assertEqual(milliseconds(self.arrival("2"), mine), 250)
        self.assertIsNone(self.announcements.of(self.arrival("9")))
        self.assertIsNone(milliseconds(self.arrival("9"), None))
        self.assertEqual(self.announcements.total(), 2)

    def test_of_the_trickle_is_followed_by_another_trickle(self) -> None:
        self.graph.ledgers["1"]["done"] = True
        self.announcements.refresh()
        self.announcements.refresh()
        self.assertEqual(len(self.graph.orders), 2)
        self.announcements.refresh()
        self.assertEqual((len(self.graph.orders), self.announcements.total()), (2, 2))

    def test_that_graph_refuses_is_made_when_it_no_longer_does(self) -> None:
        self.graph.ledgers["1"]["done"] = True
        self.announcements.refresh()
        self.graph.is_refusing = True
        self.announcements.refresh()
        self.graph.is_refusing = False
        self.announcements.refresh()
        self.assertEqual(len(self.graph.orders), 2)

    def test_that_the_simulator_has_forgotten_still_counts(self) -> None:
        self.announcements.refresh()
        self.graph.ledgers.clear()
        self.announcements.refresh()
        self.assertEqual(self.announcements.total(), 1)


class Sqs:
    """A queue of one letter or more, which notes who looks."""

    def __init__(self, *ids: str) -> None:
        self.ids = list(ids)
        self.hidden: set[str] = set()
        self.looks = 0

    def receive_message(self, **_: Any) -> dict[str, Any]:
        self.looks += 1
        taken = [name for name in self.ids if name not in self.hidden][:10]
        self.hidden.update(taken)
        return {"Messages": [self.message(name) for name in taken]} if taken else {}

    def change_message_visibility_batch(self, QueueUrl: str, Entries: list[Any]) -> None:
        assert len(Entries) <= 10
        for entry in Entries:
            assert entry["VisibilityTimeout"] == 0
            self.hidden.discard(entry["ReceiptHandle"])

    def message(self, name: str) -> dict[str, Any]:
        return {
            "MessageId": name,
            "ReceiptHandle": name,
            "Body": "",
            "Attributes": {"SentTimestamp": "1795876427234", "MessageGroupId": "tenant"},
            "MessageAttributes": {
                "reason": {"StringValue": "tampered"},
                "fault": {"StringValue": "hmac"},
                "replayed": {"StringValue": "2"},
            },
        }


class DeadLettersOfAQueue(unittest.TestCase):
    queue = "decrypt-dead-letters"

    def watch(self, *ids: str) -> tuple[Sqs, DeadLetters]:
        sqs = Sqs(*ids)
        return sqs, DeadLetters(sqs, {self.queue: "url", "decrypt": "other"})

    def look(
        self, letters: DeadLetters, visible: int, hidden: int = 0, moved: bool = False
    ) -> list[str]:
        depths = {self.queue: Depth(visible, hidden, 0), "decrypt": Depth(9, 0, 0)}
        return letters.look(depths, moved)

    def test_are_shown_with_reason_and_stay_visible(self) -> None:
        sqs, letters = self.watch(*map(str, range(25)))
        self.assertEqual(self.look(letters, 25), [self.queue])
        self.assertEqual(sqs.hidden, set())
        self.assertEqual(len(letters.all()), 25)
        letter = letters.all()[0]
        self.assertEqual(
            (letter.queue, letter.reason, letter.fault, letter.tenant, letter.replayed),
            ("decrypt", "tampered", "hmac", "tenant", 2),
        )

    def test_are_not_looked_at_again_while_nothing_changes(self) -> None:
        sqs, letters = self.watch("a")
        self.look(letters, 1)
        looks = sqs.looks
        self.assertEqual(self.look(letters, 1), [])
        self.assertEqual(sqs.looks, looks)
        self.assertEqual([letter.id for letter in letters.all()], ["a"])

    def test_are_looked_at_where_one_was_replayed_and_came_back(self) -> None:
        sqs, letters = self.watch("a")
        self.look(letters, 1)
        sqs.ids = ["b"]
        self.assertEqual(self.look(letters, 1, moved=True), [self.queue])
        self.assertEqual([letter.id for letter in letters.all()], ["b"])

    def test_are_gone_with_the_queue_s_last_one(self) -> None:
        sqs, letters = self.watch("a")
        self.look(letters, 1)
        sqs.ids = []
        self.assertEqual(self.look(letters, 0), [])
        self.assertEqual(letters.all(), [])

    def test_that_somebody_else_hides_are_still_there(self) -> None:
        sqs, letters = self.watch("a", "b")
        self.look(letters, 2)
        sqs.hidden = {"a"}
        self.assertEqual(self.look(letters, 1, hidden=1), [])
        self.assertEqual({letter.id for letter in letters.all()}, {"a", "b"})

    def test_that_were_hidden_from_the_start_are_seen_once_they_are_visible(self) -> None:
        sqs, letters = self.watch("a")
        sqs.hidden = {"a"}
        self.assertEqual(self.look(letters, 0, hidden=1), [])
        looks = sqs.looks
        self.assertEqual(self.look(letters, 0, hidden=1), [])
        self.assertEqual(sqs.looks, looks)
        sqs.hidden = set()
        self.assertEqual(self.look(letters, 1), [self.queue])

    def test_that_were_replayed_while_hidden_give_way_to_what_came_back(self) -> None:
        sqs, letters = self.watch("a")
        self.look(letters, 1)
        sqs.ids, sqs.hidden = ["b"], {"b"}
        self.look(letters, 0, hidden=1)
        sqs.hidden = set()
        self.assertEqual(self.look(letters, 1), [self.queue])
        self.assertEqual([letter.id for letter in letters.all()], ["b"])


class Tail:
    """A queue with some bodies on it."""

    def __init__(self, *bodies: str) -> None:
        self.messages = [{"Body": body, "ReceiptHandle": body} for body in bodies]

    def receive_message(self, **_: Any) -> dict[str, Any]:
        return {"Messages": self.messages}

    def delete_message_batch(self, QueueUrl: str, Entries: list[Any]) -> None:
        self.messages = []


class WhatIsNoEvent(unittest.TestCase):
    def test_is_taken_off_the_queue_and_left_out(self) -> None:
        tail = Tail("{", "[]", '"text"', "null", '{"id": "1"}')
        self.assertEqual([each.event for each in take_events(tail, "url")], [{"id": "1"}])
        self.assertEqual(tail.messages, [])


if __name__ == "__main__":
    unittest.main()
