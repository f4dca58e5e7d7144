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
        self.assertEqual(differences(contract(), sam.facts()), [])


class TheModule(unittest.TestCase):
    def test_is_what_the_contract_says(self) -> None:
        self.assertEqual(differences(contract(), terraform.facts()), [])


if __name__ == "__main__":
    unittest.main()
