"""The facts of infra/sam/template.yaml that the functions and their promises depend on."""

import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

from local import checkout
from local.environment import leave_the_real_account
from local.translate import Template, actions, statements, translate

EVERY_FUNCTION = {
    "AWS_ENDPOINT_URL",
    "RUST_LOG",
    "TEAMWIRE_CLOUD",
    "TEAMWIRE_EVENTS_QUEUE_URL",
    "TEAMWIRE_CLAIM_BUCKET",
}

ENVIRONMENT = {
    "Ingest": {
        "TEAMWIRE_ENTRA_URL",
        "TEAMWIRE_APP_IDS",
        "TEAMWIRE_TENANTS",
        "TEAMWIRE_CLIENT_STATE_SECRET",
        "TEAMWIRE_DECRYPT_QUEUE_URL",
        "TEAMWIRE_HYDRATE_QUEUE_URL",
        "TEAMWIRE_LIFECYCLE_QUEUE_URL",
        "TEAMWIRE_QUARANTINE_QUEUE_URL",
    },
    "Decrypt": {
        "TEAMWIRE_DECRYPT_QUEUE_URL",
        "TEAMWIRE_DECRYPT_DEAD_LETTER_QUEUE_URL",
        "TEAMWIRE_ENVELOPE_KEYS_SECRET",
        "TEAMWIRE_ENVELOPE_KMS_KEYS",
    },
    "Hydrate": {
        "TEAMWIRE_ENTRA_URL",
        "TEAMWIRE_GRAPH_URL",
        "TEAMWIRE_HYDRATE_QUEUE_URL",
        "TEAMWIRE_HYDRATE_DEAD_LETTER_QUEUE_URL",
        "TEAMWIRE_CREDENTIALS_SECRET",
    },
}

CONSUMES = {
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibility",
    "sqs:GetQueueAttributes",
}
CLAIMS = "${ClaimBucket.Arn}/*"
WRITES_LOGS = {"logs:CreateLogStream", "logs:PutLogEvents"}
TRACES = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}

GRANTS = {
    "Ingest": {
        "DecryptQueue.Arn": {"sqs:SendMessage"},
        "HydrateQueue.Arn": {"sqs:SendMessage"},
        "LifecycleQueue.Arn": {"sqs:SendMessage"},
        "EventsQueue.Arn": {"sqs:SendMessage"},
        "QuarantineQueue.Arn": {"sqs:SendMessage"},
        CLAIMS: {"s3:PutObject"},
        "ClientStateSecret.Id": {"secretsmanager:GetSecretValue"},
        "IngestLog.Arn": WRITES_LOGS,
        "*": TRACES,
    },
    "Decrypt": {
        "DecryptQueue.Arn": CONSUMES | {"sqs:SendMessage"},
        "DecryptDeadLetters.Arn": {"sqs:SendMessage"},
        "EventsQueue.Arn": {"sqs:SendMessage"},
        CLAIMS: {"s3:GetObject", "s3:PutObject"},
        "ClaimBucket.Arn": {"s3:ListBucket"},
        "EnvelopeKeysSecret.Id": {"secretsmanager:GetSecretValue"},
        "EnvelopeKmsKeyArns": {"kms:Decrypt"},
        "DecryptLog.Arn": WRITES_LOGS,
        "*": TRACES,
    },
    "Hydrate": {
        "HydrateQueue.Arn": CONSUMES | {"sqs:SendMessage"},
        "HydrateDeadLetters.Arn": {"sqs:SendMessage"},
        "EventsQueue.Arn": {"sqs:SendMessage"},
        CLAIMS: {"s3:GetObject", "s3:PutObject"},
        "ClaimBucket.Arn": {"s3:ListBucket"},
        "CredentialsSecret.Id": {"secretsmanager:GetSecretValue"},
        "HydrateLog.Arn": WRITES_LOGS,
        "*": TRACES,
    },
}

OUTAGE_SECONDS = 3600
MEBIBYTE = 1048576


def translated() -> Template:
    """What is deployed."""
    leave_the_real_account()
    keys = {f"{name}Function": f"{name.lower()}.zip" for name in ENVIRONMENT}
    return translate(checkout.TEMPLATE, "some-bucket", keys)


def named(resource: Any) -> str:
    """A short form of what an IAM statement points at."""
    if isinstance(resource, str):
        return resource
    ((function, argument),) = resource.items()
    if function == "Fn::GetAtt":
        return ".".join(argument)
    if function == "Fn::Split":
        return str(argument[1]["Ref"])
    return str(argument)


class TheTemplate(unittest.TestCase):
    template: Template

    @classmethod
    def setUpClass(cls) -> None:
        cls.template = translated()

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        return {
            name: resource.get("Properties", {})
            for name, resource in self.template["Resources"].items()
            if resource["Type"] == kind
        }

    def function(self, name: str) -> dict[str, Any]:
        return self.of_type("AWS::Lambda::Function")[f"{name}Function"]

    def test_both_routes_are_posts_to_ingest(self) -> None:
        routes = self.of_type("AWS::ApiGatewayV2::Route")
        self.assertEqual(
            {route["RouteKey"] for route in routes.values()},
            {"POST /notifications", "POST /lifecycle"},
        )
        for route in routes.values():
            self.assertEqual(route["Target"], {"Fn::Sub": "integrations/${IngestIntegration}"})
        integration = self.of_type("AWS::ApiGatewayV2::Integration")["IngestIntegration"]
        self.assertEqual(integration["IntegrationUri"], {"Fn::GetAtt": ["IngestFunction", "Arn"]})
        self.assertEqual(integration["PayloadFormatVersion"], "2.0")

    def test_the_api_is_throttled_and_logs_no_query(self) -> None:
        (stage,) = self.of_type("AWS::ApiGatewayV2::Stage").values()
        self.assertIn("ThrottlingRateLimit", stage["DefaultRouteSettings"])
        self.assertIn("ThrottlingBurstLimit", stage["DefaultRouteSettings"])
        fields = json.loads(stage["AccessLogSettings"]["Format"])
        self.assertFalse([value for value in fields.values() if "query" in value.lower()])

    def test_every_mapping_reports_failures_one_by_one_within_limits(self) -> None:
        mappings = self.of_type("AWS::Lambda::EventSourceMapping")
        self.assertEqual(len(mappings), 2)
        for name, mapping in mappings.items():
            with self.subTest(name):
                self.assertEqual(mapping["FunctionResponseTypes"], ["ReportBatchItemFailures"])
                self.assertIn(mapping["BatchSize"], range(1, 11))
                self.assertIn(mapping["ScalingConfig"]["MaximumConcurrency"], range(2, 1001))

    def test_visibility_is_six_times_the_timeout_of_the_function(self) -> None:
        queues = self.of_type("AWS::SQS::Queue")
        for name in ("Decrypt", "Hydrate"):
            visibility = queues[f"{name}Queue"]["VisibilityTimeout"]
            self.assertGreaterEqual(visibility, 6 * self.function(name)["Timeout"], name)

    def test_an_outage_of_an_hour_dead_letters_nothing(self) -> None:
        for name, queue in self.of_type("AWS::SQS::Queue").items():
            if "RedrivePolicy" in queue:
                receives = queue["RedrivePolicy"]["maxReceiveCount"]
                with self.subTest(name):
                    self.assertGreaterEqual(receives * queue["VisibilityTimeout"], OUTAGE_SECONDS)

    def test_every_queue_holds_a_mebibyte_encrypted_under_a_name_of_the_stack(self) -> None:
        for name, queue in self.of_type("AWS::SQS::Queue").items():
            with self.subTest(name):
                self.assertEqual(queue["MaximumMessageSize"], MEBIBYTE)
                self.assertIs(queue["SqsManagedSseEnabled"], True)
                self.assertTrue(queue["QueueName"]["Fn::Sub"].startswith("${AWS::StackName}-"))

    def test_dead_letters_outlive_their_source_and_come_from_it_alone(self) -> None:
        queues = self.of_type("AWS::SQS::Queue")
        for stem in ("Decrypt", "Hydrate", "Lifecycle", "Events"):
            source, letters = queues[f"{stem}Queue"], queues[f"{stem}DeadLetters"]
            with self.subTest(stem):
                target = source["RedrivePolicy"]["deadLetterTargetArn"]
                self.assertEqual(target, {"Fn::GetAtt": [f"{stem}DeadLetters", "Arn"]})
                self.assertEqual(
                    letters["QueueName"]["Fn::Sub"],
                    source["QueueName"]["Fn::Sub"] + "-dead-letters",
                )
                self.assertGreater(
                    letters["MessageRetentionPeriod"], source["MessageRetentionPeriod"]
                )
                allowed = letters["RedriveAllowPolicy"]
                self.assertEqual(allowed["redrivePermission"], "byQueue")
                (arn,) = allowed["sourceQueueArns"]
                self.assertTrue(arn["Fn::Sub"].endswith(":" + source["QueueName"]["Fn::Sub"]))

    def test_claims_outlive_every_message_that_can_point_to_them(self) -> None:
        queues = self.of_type("AWS::SQS::Queue").values()
        on_its_queue = max(q["MessageRetentionPeriod"] for q in queues if "RedrivePolicy" in q)
        as_a_dead_letter = max(q["MessageRetentionPeriod"] for q in queues)
        deferred = 4 * 86400  # limits::DEFERRAL_AGE; the last deferral begins a retention anew
        longest = on_its_queue + deferred + on_its_queue + as_a_dead_letter
        (bucket,) = self.of_type("AWS::S3::Bucket").values()
        (rule,) = bucket["LifecycleConfiguration"]["Rules"]
        self.assertGreaterEqual(rule["ExpirationInDays"] * 86400, longest)

    def test_plain_http_is_refused_by_every_queue_and_the_bucket(self) -> None:
        guarded = set()
        for kind in ("AWS::SQS::QueuePolicy", "AWS::S3::BucketPolicy"):
            for policy in self.of_type(kind).values():
                (statement,) = policy["PolicyDocument"]["Statement"]
                self.assertEqual(statement["Effect"], "Deny")
                self.assertEqual(statement["Condition"], {"Bool": {"aws:SecureTransport": "false"}})
                (target,) = policy.get("Queues", [policy.get("Bucket")])
                guarded.add(target["Ref"])
        stores = self.of_type("AWS::SQS::Queue") | self.of_type("AWS::S3::Bucket")
        self.assertEqual(guarded, set(stores))

    def test_each_role_has_exactly_its_grants(self) -> None:
        for name, expected in GRANTS.items():
            granted: dict[str, set[str]] = {}
            for statement in statements(self.template["Resources"][f"{name}Role"]):
                self.assertEqual(statement["Effect"], "Allow")
                resources = statement["Resource"]
                for resource in resources if isinstance(resources, list) else [resources]:
                    granted.setdefault(named(resource), set()).update(actions(statement))
            with self.subTest(name):
                self.assertEqual(granted, expected)

    def test_only_the_three_roles_exist(self) -> None:
        self.assertEqual(set(self.of_type("AWS::IAM::Role")), {f"{name}Role" for name in GRANTS})

    def test_each_function_gets_exactly_its_variables(self) -> None:
        for name, expected in ENVIRONMENT.items():
            variables = self.function(name)["Environment"]["Variables"]
            with self.subTest(name):
                self.assertEqual(set(variables), expected | EVERY_FUNCTION)

    def test_the_variables_are_the_ones_that_the_code_reads(self) -> None:
        read = set()
        for folder in ("functions", "shared"):
            for source in (checkout.ROOT / folder).glob("*/src/**/*.rs"):
                read |= set(re.findall(r'"(TEAMWIRE_[A-Z_]+)"', source.read_text()))
        given = set().union(*ENVIRONMENT.values(), EVERY_FUNCTION)
        self.assertEqual({name for name in given if name.startswith("TEAMWIRE_")}, read)

    def test_functions_are_traced_rust_binaries_with_logs_that_expire(self) -> None:
        for name in ENVIRONMENT:
            function = self.function(name)
            with self.subTest(name):
                self.assertEqual(
                    function["FunctionName"], {"Fn::Sub": f"${{AWS::StackName}}-{name.lower()}"}
                )
                self.assertEqual(function["Runtime"], "provided.al2023")
                self.assertEqual(function["Handler"], "bootstrap")
                self.assertEqual(function["TracingConfig"], {"Mode": "Active"})
                self.assertNotIn("ReservedConcurrentExecutions", function)
                self.assertEqual(function["LoggingConfig"]["LogGroup"], {"Ref": f"{name}Log"})
        for name, group in self.of_type("AWS::Logs::LogGroup").items():
            self.assertIn("RetentionInDays", group, name)

    def test_what_only_the_local_run_sets_is_absent_by_default(self) -> None:
        for parameter in ("AwsEndpointUrl", "EntraUrl", "GraphUrl"):
            self.assertEqual(self.template["Parameters"][parameter]["Default"], "")
        for name in ENVIRONMENT:
            variables = self.function(name)["Environment"]["Variables"]
            for variable in ("AWS_ENDPOINT_URL", "TEAMWIRE_ENTRA_URL", "TEAMWIRE_GRAPH_URL"):
                if variable in variables:
                    self.assertEqual(
                        variables[variable]["Fn::If"][2], {"Ref": "AWS::NoValue"}, variable
                    )

    def test_cfn_lint_finds_nothing_before_and_after_translation(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            deployed = Path(folder) / "translated.json"
            deployed.write_text(json.dumps(self.template))
            for template in (checkout.TEMPLATE, deployed):
                found = subprocess.run(
                    [Path(sys.executable).with_name("cfn-lint"), "--template", template],
                    capture_output=True,
                    text=True,
                    check=False,
                )
                self.assertEqual(found.returncode, 0, found.stdout + found.stderr)


if __name__ == "__main__":
    unittest.main()
