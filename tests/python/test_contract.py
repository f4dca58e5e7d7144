"""Both stacks are what infra/contract/facts.yaml says."""

import unittest

from contract import sam, terraform
from contract.facts import contract, differences
from contract.rules import broken
from local import checkout

from .test_docs import anchors


class TheContract(unittest.TestCase):
    def test_breaks_none_of_its_own_rules(self) -> None:
        self.assertEqual(broken(contract()), [])

    def test_holds_more_than_a_handful_of_facts(self) -> None:
        self.assertGreaterEqual(len(contract()), 40)

    def test_knows_no_name_that_the_programs_do_not(self) -> None:
        facts = contract()
        facts["alarm rejects"] = facts["alarm rejects"].replace("rejectedOurs", "rejectedAll")
        facts["queue hydrated visibility"] = facts.pop("queue hydrate visibility")
        found = "\n".join(broken(facts))
        for name in ("metric rejectedAll", "queue hydrated: not a name"):
            self.assertIn(name, found)


class TheRunbook(unittest.TestCase):
    def test_has_a_section_for_every_alarm(self) -> None:
        sections = anchors(checkout.ROOT / "docs" / "RUNBOOK.md")
        alarms = {path.split()[1] for path in contract() if path.startswith("alarm ")}
        self.assertEqual(alarms - sections, set())


class TheTemplate(unittest.TestCase):
    def test_is_what_the_contract_says(self) -> None:
        for bus in (True, False):
            with self.subTest(bus=bus):
                self.assertEqual(differences(contract(bus), sam.facts(bus=bus)), [])

    def test_has_nothing_of_a_bus_by_default(self) -> None:
        whole = sam.translated()
        there = sam.decided(whole, sam.USUAL - sam.OF_THE_BUS)
        left = [name for part in ("Resources", "Outputs") for name in there[part]]
        self.assertEqual([name for name in left if "Relay" in name or "EventsMapping" in name], [])

    def test_lets_the_relay_send_to_the_one_bus_by_its_name_too(self) -> None:
        there = sam.decided(sam.translated(), sam.USUAL - {"EventBusIsArn"})
        (bus,) = [
            target
            for target, actions in sam.granted(there, "RelayRole").items()
            if "events:PutEvents" in actions
        ]
        self.assertTrue(bus.endswith(":${AWS::AccountId}:event-bus/${EventBus}"), bus)


class TheModule(unittest.TestCase):
    def test_is_what_the_contract_says(self) -> None:
        for bus in (True, False):
            with self.subTest(bus=bus):
                self.assertEqual(differences(contract(bus), terraform.facts(bus=bus)), [])


if __name__ == "__main__":
    unittest.main()
