"""What `prove-subscriptions` concludes from: each thing that can be wrong is seen to be."""

import unittest
from typing import Any

from prove.subscriptions.calendar import DAY, dues, windows
from prove.subscriptions.consumer import DELETED, Consumer, differences, there
from prove.subscriptions.reckoning import UNEXPLAINED, Gap, Round, Trouble, explain, reckon
from prove.subscriptions.wanted import Wanted, file, wanted

TENANT, OTHER = "11111111-2222-3333-4444-555555555555", "66666666-7777-8888-9999-000000000000"
PATH = "chats('c')/messages('1')"


def event(change: str, version: str | None = None, **different: Any) -> dict[str, Any]:
    usual = {
        "type": f"microsoft.graph.chatMessage.{change}",
        "tenantid": TENANT,
        "subject": PATH,
        "origin": "hydrated",
    }
    return usual | ({"contentversion": version} if version else {}) | different


def known(*events: dict[str, Any]) -> dict[str, str]:
    consumer = Consumer()
    for each in events:
        consumer.take(each)
    return consumer.known.get(TENANT, {})


class TheConsumer(unittest.TestCase):
    def test_the_newest_version_stays_in_whatever_order_it_comes(self) -> None:
        older, newer = event("created", "999"), event("updated", "1000")
        self.assertEqual(known(older, newer), {PATH: "1000"})
        self.assertEqual(known(newer, older), {PATH: "1000"})

    def test_what_is_deleted_stays_deleted(self) -> None:
        told, gone = event("created", "1"), event("deleted")
        self.assertEqual(known(told, gone), {PATH: DELETED})
        self.assertEqual(known(gone, told), {PATH: DELETED})

    def test_only_messages_count(self) -> None:
        self.assertEqual(known(event("created", type="microsoft.graph.chat.created")), {})
        gap = event("", type="teamwire.gap", origin="gap")
        self.assertEqual(known(gap), {})

    def test_what_came_sealed_is_told_from_what_was_read(self) -> None:
        consumer = Consumer()
        consumer.take(event("created", "1"))
        self.assertEqual(consumer.decrypted, set())
        consumer.take(event("created", "1", origin="decrypted"))
        self.assertEqual(consumer.decrypted, {(TENANT, PATH)})


class TheComparison(unittest.TestCase):
    def test_the_world_is_its_messages_those_deleted_as_such(self) -> None:
        gone = "chats('c')/messages('2')"
        world = {"chats('c')": "5", PATH: "1", gone: "2"}
        self.assertEqual(there(world, {gone}), {PATH: "1", gone: DELETED})

    def test_equal_sets_have_no_difference(self) -> None:
        self.assertEqual(differences({PATH: "1"}, {PATH: "1"}), [])

    def test_each_kind_of_difference_is_named(self) -> None:
        for ours, theirs in (
            ({}, {PATH: "1"}),
            ({PATH: "1"}, {}),
            ({PATH: "1"}, {PATH: "2"}),
            ({PATH: "1"}, {PATH: DELETED}),
            ({PATH: DELETED}, {PATH: "1"}),
        ):
            found = differences(ours, theirs)
            self.assertEqual(len(found), 1)
            self.assertIn(PATH, found[0])


class TheReckoning(unittest.TestCase):
    removed = Trouble("removed", 100, 101, TENANT, frozenset(["chats/c/messages"]))
    rounds = (Round(50, 51), Round(200, 203), Round(300, 303))

    def explained(self, gap: Gap, *rounds: Round) -> tuple[str, float]:
        return explain(gap, [self.removed], rounds or self.rounds)

    def test_what_is_removed_is_back_with_the_next_run(self) -> None:
        gap = Gap(TENANT, "chats/c/messages", 100.5, 202)
        self.assertEqual(self.explained(gap), ("removed", 0.0))

    def test_the_time_after_that_run_is_not_explained(self) -> None:
        gap = Gap(TENANT, "chats/c/messages", 100.5, 250)
        kind, rest = self.explained(gap)
        self.assertEqual(kind, "removed")
        self.assertAlmostEqual(rest, 47, places=1)

    def test_a_run_that_was_hindered_does_not_end_it(self) -> None:
        gap = Gap(TENANT, "chats/c/messages", 100.5, 302)
        hindered = Round(200, 203, frozenset([TENANT]))
        self.assertEqual(self.explained(gap, hindered, Round(300, 303)), ("removed", 0.0))
        elsewhere = Round(200, 203, frozenset([OTHER]))
        self.assertGreater(self.explained(gap, elsewhere, Round(300, 303))[1], 90)

    def test_nothing_explains_the_gap_of_another_or_of_before(self) -> None:
        for gap in (
            Gap(OTHER, "chats/c/messages", 100.5, 202),
            Gap(TENANT, "chats/d/messages", 100.5, 202),
            Gap(TENANT, "chats/c/messages", 99, 202),
            Gap(TENANT, "chats/c/messages", 204, 210),
        ):
            self.assertEqual(self.explained(gap), (UNEXPLAINED, gap.until - gap.since))

    def test_a_dead_entra_explains_what_ended_meanwhile_in_every_tenant(self) -> None:
        dead = Trouble("entra_dead", 100, 190)
        gap = Gap(OTHER, "chats", 150, 203)
        self.assertEqual(explain(gap, [dead], self.rounds), ("entra_dead", 0.0))

    def test_everything_adds_up(self) -> None:
        gaps = [
            Gap(TENANT, "chats/c/messages", 100.5, 202),
            Gap(TENANT, "chats/d/messages", 10, 20),
            Gap(TENANT, "chats/d/messages", 30, 130),
        ]
        found = reckon(gaps, [self.removed], self.rounds)
        self.assertAlmostEqual(found.total, 211.5)
        self.assertEqual(found.of_one[TENANT, "chats/d/messages"], 110)
        self.assertAlmostEqual(found.seconds["removed"], 101.5)
        self.assertAlmostEqual(found.seconds[UNEXPLAINED], 110)
        self.assertEqual(len(found.unexplained), 2)


class WhatIsWanted(unittest.TestCase):
    def test_each_tenant_has_as_many_of_both_kinds_and_none_twice(self) -> None:
        found = wanted([TENANT, OTHER], 200, 1)
        self.assertEqual(len({one.key for one in found}), 400)
        for tenant in (TENANT, OTHER):
            kinds = [one.kind for one in found if one.tenant == tenant]
            self.assertEqual((kinds.count("rich"), kinds.count("basic")), (100, 100))
        self.assertEqual(found, wanted([TENANT, OTHER], 200, 1))

    def test_the_file_has_a_table_for_each_tenant_and_subscription(self) -> None:
        text = file(
            [
                Wanted(OTHER, "chats", ("created",), "basic", 4320),
                Wanted(TENANT, "teams", ("created",), "rich", 240),
                Wanted(OTHER, "teams", ("created",), "rich", 4320),
            ]
        )
        self.assertEqual(
            [line for line in text.splitlines() if line],
            [
                "[[tenants]]",
                f'id = "{TENANT}"',
                "[[tenants.subscriptions]]",
                'resource = "teams"',
                'payload = "rich"',
                "lifetime-minutes = 240",
                "[[tenants]]",
                f'id = "{OTHER}"',
                "[[tenants.subscriptions]]",
                'resource = "chats"',
                'payload = "basic"',
                "lifetime-minutes = 4320",
                "[[tenants.subscriptions]]",
                'resource = "teams"',
                'payload = "rich"',
                "lifetime-minutes = 4320",
            ],
        )


class TheCalendar(unittest.TestCase):
    def test_what_lasts_is_at_another_time_each_and_within_the_days(self) -> None:
        for days in (2, 3, 30):
            spans = sorted(vars(windows(days)).values())
            self.assertTrue(all(begin < end <= days * DAY for begin, end in spans))
            self.assertTrue(all(one[1] <= following[0] for one, following in zip(spans, spans[1:])))

    def test_the_whole_of_entras_death_is_four_hours(self) -> None:
        begin, end = windows(30).entra_dead
        self.assertEqual(end - begin, 4 * 60)

    def test_every_day_has_its_trouble_in_order(self) -> None:
        minutes = [due.minute for due in dues(30)]
        self.assertEqual(minutes, sorted(minutes))
        for day in range(30):
            kinds = {due.kind for due in dues(30) if due.minute // DAY == day}
            self.assertLessEqual({"removed", "removed, told", "missed", "paused"}, kinds)


if __name__ == "__main__":
    unittest.main()
