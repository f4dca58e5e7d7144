"""Both stacks are what infra/contract/facts.yaml says."""

import shutil
import tempfile
import unittest
from pathlib import Path
from typing import Any

from contract import sam, terraform
from contract.facts import contract, differences
from contract.rules import broken
from local import checkout, schema

from .test_docs import anchors

WITH = ((), ("bus",), ("bus", "archive"))
"""The parts that a stack may have together."""


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


FAULTS = {
    # What is changed in the template and in the module, and the fact that has to say so.
    "archive rule input": ("InputPath: $.detail", 'input_path     = "$.detail"'),
    "archive rule pattern": ("source: [teamwire]", 'source = ["teamwire"]'),
    "archive rule dead_letters": (
        "DeadLetterConfig: { Arn: !GetAtt ArchiveDeadLetters.Arn }",
        "arn = aws_sqs_queue.archive_dead_letters[0].arn",
    ),
    "archive stream prefix": ("day=!{partitionKeyFromQuery:day}", "day=!{partitionKeyFromQuery:day}"),
    "archive stream query": (".receivedat[0:10]", ".receivedat[0:10]"),
    "archive stream processors": ("- Type: AppendDelimiterToRecord", '["AppendDelimiterToRecord"]'),
    "archive stream partitions": (
        "DynamicPartitioningConfiguration: { Enabled: true }",
        "dynamic_partitioning_configuration {\n      enabled = true",
    ),
    "archive parquet names_as_they_are": ("CaseInsensitive: false", "case_insensitive = false"),
    "archive table columns": ("{ Name: contentref,", '"contentref", '),
    "archive table json serde_parameters": ('case.insensitive: "false"', '"case.insensitive" = "false"'),
    "archive table parameters projection.tenantid.type": (
        "projection.tenantid.type: injected",
        '"projection.tenantid.type"  = "injected"',
    ),
    "archive lock mode": ("Mode: !Ref ArchiveLock,", "mode = var.archive_lock"),
    "archive claims_that_expire": ("[HasArchive, messages/,", 'prefix = local.has_archive ? "messages/"'),
    "archive dead_letters of_the_rule": (
        '"aws:SourceArn": !GetAtt ArchiveRule.Arn',
        '"aws:SourceArn" = aws_cloudwatch_event_rule.archive[0].arn',
    ),
    "archive grant stream bucket/*": (
        "[s3:AbortMultipartUpload, s3:GetObject, s3:PutObject]",
        '["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"]',
    ),
    "archive grant rule taken_by": ('"aws:SourceAccount"', '"aws:SourceAccount"'),
    "alarm archive-age": ("DeliveryToS3.DataFreshness\n", '"DeliveryToS3.DataFreshness"\n'),
}


def faulty(text: str) -> str:
    """Another value of the same form."""
    others = (("false", "true"), ("true", "false"), ("detail", "other"), ("contentref", "contentrefs"))
    others += (("Ref ArchiveLock", "Ref Archive"), ("var.archive_lock", "var.archive"))
    others += (("[0:10]", "[0:7]"), ("injected", "enum"), ("messages/", "events/"), ("Freshness", "Age"))
    others += (("partitionKeyFromQuery:day", "partitionKeyFromQuery:month"), ("Delimiter", "Nothing"))
    others += (("[teamwire]", "[other]"), ('["teamwire"]', '["other"]'), ("SourceAccount", "SourceOrgID"))
    others += (("ArchiveRule.Arn", "ArchiveStream.Arn"), ("event_rule.archive", "event_rule.reconcile"))
    others += (("ArchiveDeadLetters", "EventsDeadLetters"), ("queue.archive_dead_letters[0]", "queue.tail[0]"))
    others += (("s3:GetObject", "s3:DeleteObject"),)
    for old, new in others:
        if old in text:
            return text.replace(old, new, 1)
    raise AssertionError(text)


class AFaultOfTheArchive(unittest.TestCase):
    """Seeded in a copy of either stack, each is named by its fact."""

    def named(self, stack: Any, written: str) -> list[str]:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "stack"
            shutil.copytree(stack.SOURCE, folder, ignore=shutil.ignore_patterns("examples", ".terraform"))
            found = [path for path in folder.rglob("*.*") if written in path.read_text()]
            self.assertEqual(len(found), 1, written)
            text = found[0].read_text()
            self.assertIn(written, text)
            found[0].write_text(text.replace(written, faulty(written)))
            told = differences(contract(), stack.facts(folder))
            return [each.partition(":")[0] for each in told]

    def test_in_the_template(self) -> None:
        for fact, (written, _) in FAULTS.items():
            with self.subTest(fact):
                self.assertIn(fact, self.named(sam, written))

    def test_in_the_module(self) -> None:
        for fact, (_, written) in FAULTS.items():
            with self.subTest(fact):
                self.assertIn(fact, self.named(terraform, written))


class TheRunbook(unittest.TestCase):
    def test_has_a_section_for_every_alarm(self) -> None:
        sections = anchors(checkout.ROOT / "docs" / "RUNBOOK.md")
        alarms = {path.split()[1] for path in contract() if path.startswith("alarm ")}
        self.assertEqual(alarms - sections, set())


class TheTemplate(unittest.TestCase):
    def test_is_what_the_contract_says(self) -> None:
        for parts in WITH:
            with self.subTest(parts):
                self.assertEqual(differences(contract(parts), sam.facts(parts=parts)), [])

    def test_has_nothing_of_a_bus_or_an_archive_by_default(self) -> None:
        whole = sam.translated()
        there = sam.decided(whole, sam.USUAL - sam.OF_ALL_PARTS)
        left = [name for part in ("Resources", "Outputs") for name in there[part]]
        parts = ("Relay", "EventsMapping", "Archive")
        self.assertEqual([name for name in left if any(part in name for part in parts)], [])

    def test_has_a_column_for_each_attribute_of_an_event_but_the_tenant(self) -> None:
        columns = contract()["archive table columns"]
        attributes = set(schema.validator().schema["properties"])
        self.assertEqual({*columns, "tenantid"}, attributes)

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
        for parts in WITH:
            with self.subTest(parts):
                self.assertEqual(differences(contract(parts), terraform.facts(parts=parts)), [])


if __name__ == "__main__":
    unittest.main()
