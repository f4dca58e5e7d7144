"""What the local run changes in the template, and that it is nothing else."""

import copy
import unittest

from local.translate import actions, adapt_to_emulator, statements

from .test_template import translated


class TheAdaptedTemplate(unittest.TestCase):
    def test_only_the_policies_that_refuse_plain_http_are_gone(self) -> None:
        template = translated()
        adapted = adapt_to_emulator(template)
        gone = set(template["Resources"]) - set(adapted["Resources"])
        self.assertEqual(
            {template["Resources"][name]["Type"] for name in gone},
            {"AWS::SQS::QueuePolicy", "AWS::S3::BucketPolicy"},
        )

    def test_batch_actions_are_granted_where_their_single_form_is(self) -> None:
        adapted = adapt_to_emulator(translated())
        for role in ("IngestRole", "DecryptRole", "HydrateRole"):
            for statement in statements(adapted["Resources"][role]):
                granted = actions(statement)
                self.assertEqual("sqs:SendMessage" in granted, "sqs:SendMessageBatch" in granted)

    def test_everything_else_is_left_as_it_is(self) -> None:
        template = translated()
        before = copy.deepcopy(template)
        adapted = adapt_to_emulator(template)
        self.assertEqual(template, before)
        for name, resource in adapted["Resources"].items():
            if resource["Type"] != "AWS::IAM::Role":
                self.assertEqual(resource, template["Resources"][name], name)


if __name__ == "__main__":
    unittest.main()
