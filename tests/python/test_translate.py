"""The changes of the local run to the template, and that there are no others."""

import copy
import unittest
from typing import Any

from contract.sam import translated
from local.translate import API_ID, actions, adapt_to_emulator, statements

from .test_template import GRANTS

GRANT = ("AWS::IAM::Role", "AWS::IAM::Policy")
STS = "http://127.0.0.1:1/sts"


class TheAdaptedTemplate(unittest.TestCase):
    def test_only_policies_that_refuse_plain_http_and_computing_alarms_are_gone(self) -> None:
        template = translated()
        adapted = adapt_to_emulator(template, STS)
        gone = set(template["Resources"]) - set(adapted["Resources"])
        alarms = {name for name in gone if name.endswith("Alarm")}
        self.assertEqual(
            {template["Resources"][name]["Type"] for name in gone - alarms},
            {"AWS::SQS::QueuePolicy", "AWS::S3::BucketPolicy"},
        )
        self.assertTrue(alarms)
        for name in alarms:
            self.assertIn("Metrics", template["Resources"][name]["Properties"])

    def test_batch_actions_are_granted_where_their_single_form_is(self) -> None:
        adapted = adapt_to_emulator(translated(), STS)
        grant = [each for each in adapted["Resources"].values() if each["Type"] in GRANT]
        self.assertGreater(len(grant), len(GRANTS))
        for resource in grant:
            for statement in statements(resource):
                granted = actions(statement)
                self.assertEqual("sqs:SendMessage" in granted, "sqs:SendMessageBatch" in granted)

    def test_the_api_has_an_id_that_is_known_beforehand(self) -> None:
        template = translated()
        api = adapt_to_emulator(template, STS)["Resources"]["NotificationApi"]
        self.assertEqual(api["Properties"].pop("Tags"), {"ms-custom-id": API_ID})
        self.assertEqual(api, template["Resources"]["NotificationApi"])

    def test_functions_ask_who_they_are_where_they_are_told(self) -> None:
        adapted = adapt_to_emulator(translated(), STS)
        for resource in adapted["Resources"].values():
            if resource["Type"] == "AWS::Lambda::Function":
                variables = resource["Properties"]["Environment"]["Variables"]
                self.assertEqual(variables["AWS_ENDPOINT_URL_STS"], STS)

    def test_mappings_have_numbers_and_not_the_parameters_that_give_them(self) -> None:
        template = translated()
        adapted = adapt_to_emulator(template, STS)
        mappings = self.mappings(adapted)
        self.assertEqual(len(mappings), 5)
        for name, mapping in mappings.items():
            most = template["Resources"][name]["Properties"]["ScalingConfig"]["MaximumConcurrency"]
            if isinstance(most, dict):
                most = template["Parameters"][most["Ref"]]["Default"]
            self.assertEqual(mapping["Properties"]["ScalingConfig"], {"MaximumConcurrency": most})
            self.assertIsInstance(most, int)

    @staticmethod
    def mappings(template: dict[str, Any]) -> dict[str, Any]:
        return {
            name: resource
            for name, resource in template["Resources"].items()
            if resource["Type"] == "AWS::Lambda::EventSourceMapping"
        }

    def test_everything_else_is_left_as_it_is(self) -> None:
        template = translated()
        before = copy.deepcopy(template)
        adapted = adapt_to_emulator(template, STS)
        self.assertEqual(template, before)
        for each in (adapted, template):
            for mapping in self.mappings(each).values():
                del mapping["Properties"]["ScalingConfig"]
        for name, resource in adapted["Resources"].items():
            if resource["Type"] == "AWS::Lambda::Function":
                del resource["Properties"]["Environment"]["Variables"]["AWS_ENDPOINT_URL_STS"]
            if resource["Type"] not in (*GRANT, "AWS::ApiGatewayV2::Api"):
                self.assertEqual(resource, template["Resources"][name], name)


if __name__ == "__main__":
    unittest.main()
