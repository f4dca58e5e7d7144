"""The proof amid failures can fail: it finds what was swallowed, made up, doubled or changed."""

import dataclasses
import json
import unittest
from typing import Any

from prove.chaos.count import Count
from prove.chaos.plan import Plan
from prove.chaos.trouble import FAULTS, Fault, Trouble
from prove.proxy import Asked, Cut, Said

TENANT = "9f4ebab6-520d-49c0-85cc-7b25c78d4a93"


def change(number: int) -> dict[str, Any]:
    """A sealed one, as the ledger has it."""
    return {
        "tenantId": TENANT,
        "subscriptionId": "s",
        "resource": f"chats('c')/messages('{number}')",
        "changeType": "created",
        "kind": "rich",
        "fault": None,
        "data": {"id": str(number)},
    }


def event(number: int, **other: Any) -> dict[str, Any]:
    """The event of it."""
    return {
        "specversion": "1.0",
        "id": f"id {number}",
        "source": f"https://graph.microsoft.com/{TENANT}",
        "type": "microsoft.graph.chatMessage.created",
        "subject": f"chats('c')/messages('{number}')",
        "tenantid": TENANT,
        "subscriptionid": "s",
        "origin": "decrypted",
        "data": {"id": str(number)},
        **other,
    }


class Queue:
    """An SQS that takes everything."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def answer(self, asked: Asked) -> Said:
        """That of SendMessageBatch."""
        entries = json.loads(asked.body)["Entries"]
        self.events += [json.loads(entry["MessageBody"]) for entry in entries]
        told = {"Successful": [{"Id": entry["Id"]} for entry in entries], "Failed": []}
        return 200, [], json.dumps(told).encode()


def send(numbers: list[int]) -> Asked:
    """A batch as a function sends it."""
    entries = [{"Id": str(each), "MessageBody": json.dumps(event(each))} for each in numbers]
    headers = {"x-amz-target": "AmazonSQS.SendMessageBatch", "authorization": "signed"}
    return Asked("aws", "POST", "/", headers, json.dumps({"Entries": entries}).encode())


def count(changes: int, events: list[dict[str, Any]]) -> Count:
    """So many changes beside these events."""
    counted = Count()
    for number in range(changes):
        counted.announce(change(number))
    for each in events:
        counted.arrive(each)
    return counted


def sent(fault: Fault, numbers: list[int]) -> tuple[Queue, dict[str, Any] | None]:
    """The queue after that fault, and what the function was told; None if nothing."""
    queue = Queue()
    try:
        _, _, body = fault(Trouble(Plan(1)), send(numbers), queue.answer)
    except Cut:
        return queue, None
    return queue, json.loads(body)


class WhatTheProofFinds(unittest.TestCase):
    def test_nothing_where_each_change_has_its_event_once_or_more(self) -> None:
        counted = count(3, [event(0), event(1), event(2), event(1)])
        found = (counted.lost(), counted.strange(), counted.many_ids(), counted.other_content())
        self.assertEqual(found, (set(), set(), set(), set()))
        self.assertEqual((counted.changes, counted.announced, counted.deliveries), (3, 3, 4))

    def test_a_message_that_sqs_says_it_has_and_has_not(self) -> None:
        def swallowed(_: Trouble, asked: Asked, ask: Any) -> Said:
            whole = json.loads(asked.body)
            told = {"Successful": [{"Id": each["Id"]} for each in whole["Entries"]], "Failed": []}
            ask(dataclasses.replace(asked, body=json.dumps({"Entries": whole["Entries"][1:]}).encode()))
            return 200, [], json.dumps(told).encode()

        queue, told = sent(swallowed, [0, 1, 2])
        self.assertEqual(len((told or {})["Successful"]), 3)
        self.assertEqual({key[2] for key in count(3, queue.events).lost()}, {"chats('c')/messages('0')"})

    def test_an_event_that_nobody_announced(self) -> None:
        self.assertEqual(len(count(1, [event(0), event(7)]).strange()), 1)

    def test_a_change_with_two_ids_and_an_id_with_two_changes(self) -> None:
        self.assertEqual(len(count(1, [event(0), event(0, id="other")]).many_ids()), 1)
        self.assertEqual(len(count(2, [event(0), event(1, id="id 0")]).many_ids()), 2)

    def test_an_event_that_says_something_else(self) -> None:
        for other in ({"data": {}}, {"origin": "hydrated"}, {"subscriptionid": "t"}):
            with self.subTest(other):
                self.assertEqual(len(count(1, [event(0), event(0, **other)]).other_content()), 1)


class AFaultOfSqs(unittest.TestCase):
    """Whatever else is done: no entry is said to be taken that was not."""

    def test_never_says_of_an_entry_that_it_is_there_when_it_is_not(self) -> None:
        for kind, (_, fault) in FAULTS["send"].items():
            if "late" in kind:
                continue
            with self.subTest(kind):
                queue, told = sent(fault, [0, 1, 2])
                there = {each["id"] for each in queue.events}
                taken = {f"id {each['Id']}" for each in (told or {}).get("Successful", [])}
                self.assertLessEqual(taken, there)

    def test_refuses_some_entries_and_takes_the_others(self) -> None:
        queue, told = sent(FAULTS["send"]["entries refused"][1], [0, 1, 2])
        self.assertEqual([each["id"] for each in queue.events], ["id 1"])
        self.assertEqual([each["Id"] for each in (told or {})["Failed"]], ["0", "2"])

    def test_leaves_open_whether_an_entry_is_there(self) -> None:
        queue, told = sent(FAULTS["send"]["entries refused that are there"][1], [0, 1, 2])
        self.assertEqual(len(queue.events), 3)
        self.assertEqual([each["Id"] for each in (told or {})["Failed"]], ["0", "2"])


class APlan(unittest.TestCase):
    def test_is_the_same_for_a_seed_and_does_each_kind_about_as_often_as_it_says(self) -> None:
        def done(seed: int) -> list[int]:
            plan = Plan(seed)
            return [chance for chance in range(10_000) if plan.due("a kind", 50)]

        self.assertEqual(done(1), done(1))
        self.assertNotEqual(done(1), done(2))
        self.assertLess(done(1)[0], 50)
        self.assertTrue(150 < len(done(1)) < 270, len(done(1)))

    def test_counts_what_was_done_and_not_what_could_not_be(self) -> None:
        plan = Plan(1)
        self.assertTrue(plan.due("a kind", 1))
        plan.not_done("a kind")
        self.assertEqual(plan.done["a kind"], 0)


if __name__ == "__main__":
    unittest.main()
