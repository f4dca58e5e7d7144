"""Both stacks are what infra/contract/facts.yaml says, and a fault in either is noticed."""

import re
import unittest

from contract import faults, sam, terraform
from contract.facts import contract, differences
from contract.rules import broken
from local import checkout


class TheContract(unittest.TestCase):
    def test_breaks_none_of_its_own_rules(self) -> None:
        self.assertEqual(broken(contract()), [])

    def test_holds_more_than_a_handful_of_facts(self) -> None:
        self.assertGreaterEqual(len(contract()), 40)

    def test_gives_the_functions_the_variables_that_the_code_reads(self) -> None:
        read = set()
        for folder in ("functions", "shared"):
            for source in (checkout.ROOT / folder).glob("*/src/**/*.rs"):
                # No function has the simulator in it.
                if "simulator" in source.parts:
                    continue
                read |= set(re.findall(r'"(TEAMWIRE_[A-Z_]+)"', source.read_text()))
        given = {
            name
            for path, value in contract().items()
            if path.endswith(" variables")
            for name in value
        }
        self.assertEqual({name for name in given if name.startswith("TEAMWIRE_")}, read)


class TheRunbook(unittest.TestCase):
    def test_has_a_section_for_every_alarm(self) -> None:
        runbook = (checkout.ROOT / "docs" / "RUNBOOK.md").read_text()
        sections = set(re.findall(r"^#+ `?([\w-]+)`?$", runbook, re.MULTILINE))
        alarms = {path.split()[1] for path in contract() if path.startswith("alarm ")}
        self.assertEqual(alarms - sections, set())


class TheTemplate(unittest.TestCase):
    def test_is_what_the_contract_says(self) -> None:
        self.assertEqual(differences(contract(), sam.facts()), [])

    def test_has_no_fault_that_the_contract_overlooks(self) -> None:
        self.assertEqual(faults.undetected(faults.SAM, sam.SOURCE, sam.facts), [])


class TheModule(unittest.TestCase):
    def test_is_what_the_contract_says(self) -> None:
        self.assertEqual(differences(contract(), terraform.facts()), [])

    def test_has_no_fault_that_the_contract_overlooks(self) -> None:
        missed = faults.undetected(faults.TERRAFORM, terraform.SOURCE, terraform.facts)
        self.assertEqual(missed, [])


if __name__ == "__main__":
    unittest.main()
