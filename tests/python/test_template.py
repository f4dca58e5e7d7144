"""The facts of infra/sam/template.yaml that the functions and their promises depend on."""

import json
import math
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

from contract.facts import VARIABLES
from contract.sam import USUAL, decided, granted, translated
from local import checkout
from local.translate import Template

ENVIRONMENT = {function.title(): variables for function, variables in VARIABLES.items()}

CONSUMES = {
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
}
CLAIMS = "${ClaimBucket.Arn}/*"
FILE = {"s3:GetObject", "s3:PutObject"}
WRITES_LOGS = {"logs:CreateLogStream", "logs:PutLogEvents"}
TRACES = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}

GRANTS = {
    "Ingest": {
        "DecryptQueue.Arn": {"sqs:SendMessage"},
        "HydrateQueue.Arn": {"sqs:SendMessage"},
        "LifecycleQueue.Arn": {"sqs:SendMessage"},
        "EventsQueue.Arn": {"sqs:SendMessage"},
        "Tail.Arn": {"sqs:SendMessage"},
        "QuarantineQueue.Arn": {"sqs:SendMessage"},
        CLAIMS: {"s3:PutObject"},
        "ClientStateSecret.Id": {"secretsmanager:GetSecretValue"},
        "IngestLog.Arn": WRITES_LOGS,
    },
    "Decrypt": {
        "DecryptQueue.Arn": CONSUMES | {"sqs:SendMessage"},
        "DecryptDeadLetters.Arn": {"sqs:SendMessage"},
        "EventsQueue.Arn": {"sqs:SendMessage"},
        "Tail.Arn": {"sqs:SendMessage"},
        CLAIMS: FILE,
        "ClaimBucket.Arn": {"s3:ListBucket"},
        "EnvelopeKeysSecret.Id": {"secretsmanager:GetSecretValue"},
        "EnvelopeKmsKeyArns": {"kms:Decrypt"},
        "DecryptLog.Arn": WRITES_LOGS,
    },
    "Hydrate": {
        "HydrateQueue.Arn": CONSUMES | {"sqs:SendMessage"},
        "HydrateDeadLetters.Arn": {"sqs:SendMessage"},
        "EventsQueue.Arn": {"sqs:SendMessage"},
        "Tail.Arn": {"sqs:SendMessage"},
        CLAIMS: FILE,
        "${ClaimBucket.Arn}/content/*": {"s3:AbortMultipartUpload"},
        "ClaimBucket.Arn": {"s3:ListBucket"},
        "CredentialsSecret.Id": {"secretsmanager:GetSecretValue"},
        "HydrateLog.Arn": WRITES_LOGS,
    },
    "Subscriptions": {
        "LifecycleQueue.Arn": CONSUMES | {"sqs:SendMessage"},
        "LifecycleDeadLetters.Arn": {"sqs:SendMessage"},
        "BackfillQueue.Arn": {"sqs:SendMessage"},
        "${ConfigBucket.Arn}/subscriptions.toml": FILE,
        "${ConfigBucket.Arn}/certificates.json": FILE,
        "${ConfigBucket.Arn}/coverage/*": FILE,
        "${ConfigBucket.Arn}/heard/*": FILE,
        "ConfigBucket.Arn": {"s3:ListBucket"},
        "ClientStateSecret.Id": {"secretsmanager:GetSecretValue"},
        "CredentialsSecret.Id": {"secretsmanager:GetSecretValue"},
        "SubscriptionsLog.Arn": WRITES_LOGS,
    },
    "Backfill": {
        "BackfillQueue.Arn": CONSUMES | {"sqs:SendMessage"},
        "BackfillDeadLetters.Arn": {"sqs:SendMessage"},
        "EventsQueue.Arn": {"sqs:SendMessage"},
        "Tail.Arn": {"sqs:SendMessage"},
        CLAIMS: FILE,
        "ClaimBucket.Arn": {"s3:ListBucket"},
        "CredentialsSecret.Id": {"secretsmanager:GetSecretValue"},
        "BackfillLog.Arn": WRITES_LOGS,
    },
    "Relay": {
        "EventsQueue.Arn": CONSUMES,
        "EventsDeadLetters.Arn": {"sqs:SendMessage"},
        "EventBus": {"events:PutEvents"},
        CLAIMS: {"s3:PutObject"},
        "RelayLog.Arn": WRITES_LOGS,
    },
}

TAKES_FROM = {
    "DecryptFunction": "DecryptQueue",
    "HydrateFunction": "HydrateQueue",
    "SubscriptionsFunction": "LifecycleQueue",
    "BackfillFunction": "BackfillQueue",
    "RelayFunction": "EventsQueue",
}

FEDERATED = USUAL - {"CredentialsAreSecret"} | {"CredentialsAreFederated"}

OUTAGE_SECONDS = 3600
MEBIBYTE = 1048576


class TheTemplate(unittest.TestCase):
    whole: Template
    """With what depends on a condition undecided."""
    template: Template
    """As it usually is."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.whole = translated()
        cls.template = decided(cls.whole, USUAL)

    def of_type(self, kind: str, template: Template | None = None) -> dict[str, dict[str, Any]]:
        return {
            name: resource.get("Properties", {})
            for name, resource in (template or self.template)["Resources"].items()
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
        rate = {"Ref": "RequestsPerSecond"}
        self.assertEqual(stage["DefaultRouteSettings"]["ThrottlingRateLimit"], rate)
        self.assertIn("ThrottlingBurstLimit", stage["DefaultRouteSettings"])
        fields = json.loads(stage["AccessLogSettings"]["Format"])
        self.assertFalse([value for value in fields.values() if "query" in value.lower()])

    def test_every_mapping_reports_failures_one_by_one_within_limits(self) -> None:
        mappings = self.of_type("AWS::Lambda::EventSourceMapping")
        self.assertEqual(
            {
                mapping["FunctionName"]["Ref"]: mapping["EventSourceArn"]["Fn::GetAtt"][0]
                for mapping in mappings.values()
            },
            TAKES_FROM,
        )
        for name, mapping in mappings.items():
            with self.subTest(name):
                self.assertEqual(mapping["FunctionResponseTypes"], ["ReportBatchItemFailures"])
                self.assertIn(mapping["BatchSize"], range(1, 11))
                at_once = mapping["ScalingConfig"]["MaximumConcurrency"]
                if isinstance(at_once, dict):
                    parameter = self.template["Parameters"][at_once["Ref"]]
                    self.assertEqual((parameter["MinValue"], parameter["MaxValue"]), (2, 1000))
                    at_once = parameter["Default"]
                self.assertIn(at_once, range(2, 1001))

    def test_visibility_is_six_times_the_timeout_of_the_function(self) -> None:
        queues = self.of_type("AWS::SQS::Queue")
        functions = self.of_type("AWS::Lambda::Function")
        for function, queue in TAKES_FROM.items():
            visibility = queues[queue]["VisibilityTimeout"]
            self.assertGreaterEqual(visibility, 6 * functions[function]["Timeout"], function)

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
        sources = {name.removesuffix("Queue") for name in queues if name.endswith("Queue")}
        for stem in sources - {"Quarantine"}:
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
        bucket = self.of_type("AWS::S3::Bucket")["ClaimBucket"]
        expiry, abort = bucket["LifecycleConfiguration"]["Rules"]
        self.assertGreaterEqual(expiry["ExpirationInDays"] * 86400, longest)
        # What hydrate could neither finish nor take back.
        self.assertEqual(abort["AbortIncompleteMultipartUpload"], {"DaysAfterInitiation": 1})
        self.assertNotIn("Prefix", abort)

    def test_what_events_name_expires_unless_an_archive_names_it_too(self) -> None:
        for conditions, prefix in ((USUAL, "messages/"), (USUAL - {"HasArchive"}, "")):
            there = decided(self.whole, conditions)
            bucket = self.of_type("AWS::S3::Bucket", there)["ClaimBucket"]
            expiry = bucket["LifecycleConfiguration"]["Rules"][0]
            self.assertEqual(expiry["Prefix"], prefix)
        keys = (checkout.ROOT / "shared" / "payload" / "src" / "message.rs").read_text()
        self.assertIn('format!("messages/{}", self.sha256)', keys)

    def test_every_bucket_is_encrypted_and_closed_and_outlives_the_stack(self) -> None:
        for name, bucket in self.of_type("AWS::S3::Bucket").items():
            with self.subTest(name):
                self.assertIn("BucketEncryption", bucket)
                self.assertEqual(set(bucket["PublicAccessBlockConfiguration"].values()), {True})
                resource = self.template["Resources"][name]
                self.assertEqual(resource["DeletionPolicy"], "Retain")

    def test_what_an_operator_wrote_can_be_had_back(self) -> None:
        bucket = self.of_type("AWS::S3::Bucket")["ConfigBucket"]
        self.assertEqual(bucket["VersioningConfiguration"], {"Status": "Enabled"})
        for rule in bucket["LifecycleConfiguration"]["Rules"]:
            self.assertNotIn("ExpirationInDays", rule)

    def test_the_schedule_makes_it_so_often_enough_for_two_runs_to_fail(self) -> None:
        rules = self.of_type("AWS::Events::Rule").values()
        (rule,) = [each for each in rules if "ScheduleExpression" in each]
        expression = {"Fn::Sub": "rate(${ReconcileMinutes} minutes)"}
        self.assertEqual(rule["ScheduleExpression"], expression)
        (target,) = rule["Targets"]
        self.assertEqual(target["Arn"], {"Fn::GetAtt": ["SubscriptionsFunction", "Arn"]})
        self.assertEqual(json.loads(target["Input"]), {"action": "reconcile"})
        source = checkout.ROOT / "functions" / "subscriptions" / "src" / "reconcile" / "plan.rs"
        (product,) = re.findall(r"LEAST_LEFT: .* = .*from_mins\(([\d *]+)\)", source.read_text())
        least = math.prod(int(factor) for factor in product.split("*"))
        minutes = self.template["Parameters"]["ReconcileMinutes"]
        self.assertLessEqual(3 * minutes["Default"], least)
        self.assertLess(minutes["MaxValue"], least)
        # AWS spells the unit of a single minute otherwise.
        self.assertGreater(minutes["MinValue"], 1)

    def test_the_urls_that_graph_is_told_are_the_ones_in_the_outputs(self) -> None:
        for conditions in (USUAL, USUAL | {"HasPublicUrl"}):
            template = decided(self.whole, conditions)
            function = self.of_type("AWS::Lambda::Function", template)["SubscriptionsFunction"]
            variables = function["Environment"]["Variables"]
            for what, path in (("Notification", "notifications"), ("Lifecycle", "lifecycle")):
                url = variables[f"TEAMWIRE_{what.upper()}_URL"]
                self.assertEqual(url, template["Outputs"][f"{what}Url"]["Value"])
                self.assertTrue(url["Fn::Sub"].endswith(f"/{path}"))
                own = "HasPublicUrl" in conditions
                self.assertEqual(url["Fn::Sub"].startswith("${PublicUrl}/"), own)

    def test_the_outputs_end_with_what_to_type_next(self) -> None:
        for conditions, secret, key in (
            (USUAL - {"HasKmsKeys"}, True, "--secret ${EnvelopeKeysSecret}"),
            (FEDERATED, False, "--kms-key ${Arn} --yes"),
        ):
            template = decided(self.whole, conditions)
            with_what, commands = template["Outputs"]["Next"]["Value"]["Fn::Join"]
            written = [each["Fn::Sub"] for each in commands]
            lines = [each if isinstance(each, str) else each[0] for each in written]
            self.assertEqual(with_what, " && ")
            self.assertEqual(len(lines), 2 + secret)
            self.assertEqual(lines[0].startswith("aws secretsmanager"), secret)
            self.assertTrue(lines[-2].endswith(key))
            self.assertIn("subscriptions apply --stack ${AWS::StackName}", lines[-1])

    def test_no_upgrade_writes_a_secret_again(self) -> None:
        # CloudFormation does where one of these differs from the template before, over what people
        # put in: they stay as they were in the first template that had them.
        made = {
            "PasswordLength": 64,
            "ExcludePunctuation": True,
            "GenerateStringKey": "generated",
            "SecretStringTemplate": '{"values": []}',
        }
        first = {
            name: secret.get("GenerateSecretString", secret.get("SecretString"))
            for name, secret in self.of_type("AWS::SecretsManager::Secret").items()
        }
        self.assertEqual(
            first,
            {"ClientStateSecret": made, "EnvelopeKeysSecret": "{}", "CredentialsSecret": "{}"},
        )

    def test_a_fifo_events_queue_comes_with_fifo_dead_letters(self) -> None:
        queues = self.of_type("AWS::SQS::Queue", decided(self.whole, USUAL | {"EventsAreFifo"}))
        events, letters = queues.pop("EventsQueue"), queues.pop("EventsDeadLetters")
        (source,) = letters["RedriveAllowPolicy"]["sourceQueueArns"]
        self.assertTrue(source["Fn::Sub"].endswith(":" + events["QueueName"]["Fn::Sub"]))
        for queue in (events, letters):
            self.assertIs(queue["FifoQueue"], True)
            self.assertTrue(queue["QueueName"]["Fn::Sub"].endswith(".fifo"))
        for queue in [*queues.values(), *self.of_type("AWS::SQS::Queue").values()]:
            self.assertNotIn("FifoQueue", queue)
            self.assertFalse(queue["QueueName"]["Fn::Sub"].endswith(".fifo"))

    def test_a_tail_is_there_only_where_it_is_wanted(self) -> None:
        without = decided(self.whole, USUAL - {"HasTail"})
        self.assertNotIn("Tail", without["Resources"])
        self.assertNotIn("TailQueueUrl", without["Outputs"])
        for name in GRANTS:
            function = self.of_type("AWS::Lambda::Function", without)[f"{name}Function"]
            self.assertNotIn("TEAMWIRE_TAIL_QUEUE_URL", function["Environment"]["Variables"])
            self.assertNotIn("Tail.Arn", granted(without, f"{name}Role"))
        tail = self.of_type("AWS::SQS::Queue")["Tail"]
        self.assertEqual(tail["MessageRetentionPeriod"], 3600)
        self.assertNotIn("RedrivePolicy", tail)
        self.assertEqual(self.template["Outputs"]["TailQueueUrl"]["Value"], {"Ref": "Tail"})

    def test_plain_http_is_refused_by_every_queue_and_the_bucket(self) -> None:
        guarded = set()
        for kind in ("AWS::SQS::QueuePolicy", "AWS::S3::BucketPolicy"):
            for policy in self.of_type(kind).values():
                statement = policy["PolicyDocument"]["Statement"][0]
                self.assertEqual(statement["Effect"], "Deny")
                self.assertEqual(statement["Condition"], {"Bool": {"aws:SecureTransport": "false"}})
                (target,) = policy.get("Queues", [policy.get("Bucket")])
                guarded.add(target["Ref"])
        stores = self.of_type("AWS::SQS::Queue") | self.of_type("AWS::S3::Bucket")
        self.assertEqual(guarded, set(stores))

    def test_each_role_has_exactly_its_grants(self) -> None:
        for name, expected in GRANTS.items():
            with self.subTest(name):
                self.assertEqual(granted(self.template, f"{name}Role"), expected)

    def test_federated_credentials_are_of_the_role_and_no_secret_is_there(self) -> None:
        template = decided(self.whole, FEDERATED)
        self.assertNotIn("CredentialsSecret", template["Resources"])
        self.assertNotIn("CredentialsSecretArn", template["Outputs"])
        for name, usual in GRANTS.items():
            expected = dict(usual)
            if expected.pop("CredentialsSecret.Id", None):
                expected["*"] = {"sts:GetWebIdentityToken"}
            with self.subTest(name):
                self.assertEqual(granted(template, f"{name}Role"), expected)

    def test_roles_write_traces_only_where_invocations_are_traced(self) -> None:
        traced = decided(self.whole, USUAL | {"IsTraced"})
        for name, usual in GRANTS.items():
            with self.subTest(name):
                self.assertEqual(granted(traced, f"{name}Role"), usual | {"*": TRACES})

    def test_the_api_logs_only_where_that_is_wanted(self) -> None:
        without = decided(self.whole, USUAL - {"HasAccessLog"})
        (stage,) = self.of_type("AWS::ApiGatewayV2::Stage", without).values()
        self.assertNotIn("AccessLogSettings", stage)
        self.assertNotIn("ApiLog", without["Resources"])

    def test_tokens_of_the_role_are_for_entra_alone(self) -> None:
        policy = self.of_type("AWS::IAM::Policy", decided(self.whole, FEDERATED))[
            "GraphCredentialsOfRole"
        ]
        (statement,) = policy["PolicyDocument"]["Statement"]
        self.assertEqual(
            statement["Condition"],
            {
                "ForAllValues:StringLike": {
                    "sts:IdentityTokenAudience": "api://AzureADTokenExchange*"
                },
                "Null": {"sts:IdentityTokenAudience": "false"},
            },
        )

    def test_only_the_roles_of_the_functions_and_of_the_archive_exist(self) -> None:
        expected = {f"{name}Role" for name in GRANTS} | {"ArchiveRole", "ArchiveRuleRole"}
        self.assertEqual(set(self.of_type("AWS::IAM::Role")), expected)

    def test_each_function_gets_exactly_its_variables(self) -> None:
        for name, expected in ENVIRONMENT.items():
            function = self.whole["Resources"][f"{name}Function"]["Properties"]
            variables = function["Environment"]["Variables"]
            with self.subTest(name):
                self.assertEqual(set(variables), expected)

    def test_credentials_are_in_one_place(self) -> None:
        for conditions, one in (
            (USUAL, "TEAMWIRE_CREDENTIALS_SECRET"),
            (FEDERATED, "TEAMWIRE_CREDENTIALS"),
        ):
            functions = self.of_type("AWS::Lambda::Function", decided(self.whole, conditions))
            for name in (name for name, variables in ENVIRONMENT.items() if one in variables):
                variables = functions[f"{name}Function"]["Environment"]["Variables"]
                given = {key for key in variables if key.startswith("TEAMWIRE_CREDENTIALS")}
                self.assertEqual(given, {one}, name)

    def test_functions_are_rust_binaries_with_logs_that_expire(self) -> None:
        for name in ENVIRONMENT:
            function = self.function(name)
            with self.subTest(name):
                self.assertEqual(
                    function["FunctionName"], {"Fn::Sub": f"${{AWS::StackName}}-{name.lower()}"}
                )
                self.assertEqual(function["Runtime"], "provided.al2023")
                self.assertEqual(function["Handler"], "bootstrap")
                self.assertEqual(function["TracingConfig"], {"Mode": {"Ref": "Tracing"}})
                self.assertNotIn("ReservedConcurrentExecutions", function)
                self.assertEqual(function["LoggingConfig"]["LogGroup"], {"Ref": f"{name}Log"})
        for name, group in self.of_type("AWS::Logs::LogGroup").items():
            self.assertIn("RetentionInDays", group, name)

    def test_a_stack_may_have_a_name_of_50_characters(self) -> None:
        whole = decided(self.whole, USUAL | {"EventsAreFifo"})
        for kind, attribute, most in (
            ("AWS::Lambda::Function", "FunctionName", 64),
            ("AWS::SQS::Queue", "QueueName", 80),
            ("AWS::ApiGatewayV2::Api", "Name", 128),
            ("AWS::CloudWatch::Alarm", "AlarmName", 255),
            ("AWS::CloudWatch::Dashboard", "DashboardName", 255),
            ("AWS::Logs::LogGroup", "LogGroupName", 512),
            ("AWS::KinesisFirehose::DeliveryStream", "DeliveryStreamName", 64),
            ("AWS::Events::Rule", "Name", 64),
        ):
            for name, resource in self.of_type(kind, whole).items():
                # That of the schedule has none.
                if kind == "AWS::Events::Rule" and attribute not in resource:
                    continue
                ((_, written),) = resource[attribute].items()
                given = written.replace("${AWS::StackName}", "s" * 50)
                with self.subTest(name):
                    self.assertLessEqual(len(given), most)
        # All else is named by CloudFormation, which cuts what is too long.
        for kind in ("AWS::IAM::Role", "AWS::S3::Bucket"):
            for name, resource in self.of_type(kind, whole).items():
                named = {"RoleName", "BucketName"} & resource.keys()
                self.assertFalse(named, name)

    def test_what_only_the_local_run_sets_is_absent_by_default(self) -> None:
        for parameter in ("AwsEndpointUrl", "EntraUrl", "GraphUrl"):
            self.assertEqual(self.template["Parameters"][parameter]["Default"], "")
        for name in ENVIRONMENT:
            variables = set(self.function(name)["Environment"]["Variables"])
            self.assertFalse(
                variables & {"AWS_ENDPOINT_URL", "TEAMWIRE_ENTRA_URL", "TEAMWIRE_GRAPH_URL"}, name
            )

    def test_cfn_lint_finds_nothing_before_and_after_translation(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            deployed = Path(folder) / "translated.json"
            deployed.write_text(json.dumps(self.whole))
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
