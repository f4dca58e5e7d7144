"""The judgement of `make demo`, which `make test` rests on: it alone shows that each thing that can be
wrong fails the demo."""

import unittest
from typing import Any

from local.queues import DeadLetter
from local.verdict import Change, Event, Verdict, judge, missing, resource_kind

TENANT = "11111111-2222-3333-4444-555555555555"
TAMPERED = DeadLetter("tampered", "decrypt")


def change(number: int, **different: Any) -> Change:
    usual = {
        "subscriptionId": "s1",
        "tenantId": TENANT,
        "resource": f"chats('c')/messages('{number}')",
        "changeType": "created",
        "kind": "rich",
        "version": str(number),
        "fault": None,
        "duplicated": False,
        "data": {"id": str(number)},
    }
    return usual | different


def event(of: Change, **different: Any) -> Event:
    usual = {
        "specversion": "1.0",
        "id": f"id of {of['resource']}",
        "source": f"https://graph.microsoft.com/{TENANT}",
        "type": f"microsoft.graph.chatMessage.{of['changeType']}",
        "subject": of["resource"],
        "tenantid": TENANT,
        "subscriptionid": "s1",
        "origin": "decrypted",
        "data": of["data"],
    }
    return usual | different


def reckon(
    changes: list[Change],
    events: list[Event],
    letters: list[DeadLetter] | None = None,
    quarantine: list[DeadLetter] | None = None,
) -> Verdict:
    ledger = {"done": True, "posts": 1, "accepted": 1, "retried": 0, "changes": changes}
    return judge(
        ledger, events, {"decrypt-dead-letters": letters or [], "quarantine": quarantine or []}
    )


class TheReckoning(unittest.TestCase):
    def test_one_right_event_for_each_intact_change_passes(self) -> None:
        changes = [change(1), change(2)]
        self.assertTrue(reckon(changes, [event(each) for each in changes]).passed)

    def test_hydrated_and_deleted_changes_come_from_where_they_must(self) -> None:
        hydrated = change(1, kind="basic")
        deleted = change(2, kind="basic", changeType="deleted", data=None)
        tombstone = event(
            deleted,
            origin="reference",
            referencereason="deleted",
            data={"@odata.id": deleted["resource"]},
        )
        self.assertTrue(
            reckon([hydrated, deleted], [event(hydrated, origin="hydrated"), tombstone]).passed
        )

    def test_a_post_that_was_given_up_fails(self) -> None:
        ledger = {"done": True, "posts": 2, "accepted": 1, "retried": 9, "changes": [change(1)]}
        self.assertFalse(judge(ledger, [event(change(1))], {}).passed)

    def test_a_missing_event_fails(self) -> None:
        self.assertFalse(reckon([change(1), change(2)], [event(change(1))]).passed)

    def test_an_event_that_nobody_announced_fails(self) -> None:
        self.assertFalse(reckon([change(1)], [event(change(1)), event(change(2))]).passed)

    def test_each_wrong_member_fails(self) -> None:
        for member in ("type", "subject", "tenantid", "source", "subscriptionid", "origin", "data"):
            with self.subTest(member):
                self.assertFalse(reckon([change(1)], [event(change(1), **{member: "x"})]).passed)

    def test_a_second_delivery_with_the_same_id_passes(self) -> None:
        twice = change(1, duplicated=True)
        self.assertTrue(reckon([twice], [event(twice), event(twice)]).passed)

    def test_a_second_delivery_with_another_id_fails(self) -> None:
        twice = change(1, duplicated=True)
        self.assertFalse(reckon([twice], [event(twice), event(twice, id="other")]).passed)

    def test_two_changes_with_one_id_fail(self) -> None:
        changes = [change(1), change(2)]
        self.assertFalse(reckon(changes, [event(each, id="same") for each in changes]).passed)

    def test_a_tampered_notification_in_the_dead_letters_passes(self) -> None:
        self.assertTrue(reckon([change(1, fault="tamper")], [], [TAMPERED]).passed)

    def test_a_tampered_notification_sent_twice_is_two_dead_letters(self) -> None:
        twice = change(1, fault="tamper", duplicated=True)
        self.assertTrue(reckon([twice], [], [TAMPERED, TAMPERED]).passed)
        self.assertFalse(reckon([twice], [], [TAMPERED]).passed)

    def test_a_tampered_notification_that_became_an_event_fails(self) -> None:
        tampered = change(1, fault="tamper")
        self.assertFalse(reckon([tampered], [event(tampered)], [TAMPERED]).passed)

    def test_a_tampered_notification_that_vanished_fails(self) -> None:
        self.assertFalse(reckon([change(1, fault="tamper")], [], []).passed)

    def test_a_dead_letter_with_another_reason_or_source_fails(self) -> None:
        for letter in (DeadLetter("unknown-version", "decrypt"), DeadLetter("tampered", None)):
            with self.subTest(letter):
                self.assertFalse(reckon([change(1, fault="tamper")], [], [letter]).passed)

    def test_a_dead_letter_too_many_fails(self) -> None:
        self.assertFalse(reckon([change(1)], [event(change(1))], [TAMPERED]).passed)

    def test_anything_in_quarantine_fails(self) -> None:
        stray = [DeadLetter("client-state", None)]
        self.assertFalse(reckon([change(1)], [event(change(1))], [], stray).passed)

    def test_two_changes_that_can_not_be_told_apart_fail(self) -> None:
        self.assertFalse(reckon([change(1), change(1)], [event(change(1))]).passed)

    def test_the_table_counts_by_kind_of_change(self) -> None:
        changes = [change(1), change(2, fault="tamper", duplicated=True), change(3, kind="basic")]
        verdict = reckon(changes, [event(changes[0])], [TAMPERED, TAMPERED])
        basic, rich = verdict.rows
        self.assertEqual(
            (basic.label, basic.announced, basic.arrived, basic.wrong),
            ("chatMessage created basic", 1, 0, 1),
        )
        self.assertEqual(
            (rich.announced, rich.sent_twice, rich.tampered, rich.arrived, rich.wrong),
            (2, 1, 1, 1, 0),
        )

    def test_what_is_still_missing_is_intact_and_has_no_event(self) -> None:
        changes = [change(1), change(2), change(3, fault="tamper")]
        (key,) = missing(changes, [event(changes[0])])
        self.assertEqual(key[2], "chats('c')/messages('2')")


class TheKindOfAResource(unittest.TestCase):
    def test_is_read_off_the_end_of_its_path(self) -> None:
        for path, kind in (
            ("chats('19:a@thread.v2')", "chat"),
            ("chats('c')/messages('m')", "chatMessage"),
            ("teams('t')/channels('h')/messages('m')", "chatMessage"),
            ("teams('t')/channels('h')/messages('m')/replies('r')", "chatMessage"),
        ):
            with self.subTest(path):
                self.assertEqual(resource_kind(path), kind)


if __name__ == "__main__":
    unittest.main()
