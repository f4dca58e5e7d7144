"""The judgement of `prove-calls`: it alone shows that a request which AWS would refuse is noticed, and
a grant too many or too few."""

import base64
import json
import unittest
from typing import Any

from prove.oracles.aws import validity, wire
from prove.oracles.aws.grants import Grant, covers, granted, of_lambda

_QUEUE = "https://sqs.us-east-1.amazonaws.com/000000000000/teamwire-decrypt"


def line(service: str, method: str, target: str, body: bytes = b"", **headers: str) -> str:
    """As the proxy writes it down."""
    scope = f"AWS4-HMAC-SHA256 Credential=a/20261128/us-east-1/{service}/aws4_request, .."
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    told = {"caller": "decrypt", "method": method, "target": target, "status": 200}
    told |= {"headers": {"authorization": scope, **more}}
    return json.dumps(told | {"body": base64.b64encode(body).decode()})


def batch(entry: dict[str, Any], **members: Any) -> str:
    body = {"QueueUrl": _QUEUE, "Entries": [{"Id": "0", "MessageBody": "{}", **entry}], **members}
    target = "AmazonSQS.SendMessageBatch"
    return line("sqs", "POST", "/", json.dumps(body).encode(), x_amz_target=target)


def faults(text: str) -> list[str]:
    return validity.faults(wire.read(text))


class ARequest(unittest.TestCase):
    def test_that_aws_takes_has_no_fault(self) -> None:
        self.assertEqual(faults(batch({"DelaySeconds": 15})), [])
        self.assertEqual(faults(line("s3", "PUT", "/bucket/a/b?x-id=PutObject")), [])
        self.assertEqual(faults(line("lambda", "GET", "/2015-03-31/event-source-mappings")), [])

    def test_with_a_member_that_there_is_not_is_noticed_wherever_it_stands(self) -> None:
        for text in (
            batch({"Delay": 15}),
            batch({}, QueueURL=_QUEUE),
            line("s3", "GET", "/bucket/key?version=1"),
            line("s3", "PUT", "/bucket/key", x_amz_acls="private"),
            line("sts", "POST", "/", b"Action=GetCallerIdentity&Version=2011-06-15&Who=me"),
        ):
            self.assertTrue(faults(text), text)

    def test_with_another_type_enum_length_or_range_is_noticed(self) -> None:
        for text in (
            batch({"DelaySeconds": "15"}),
            batch({"MessageSystemAttributes": {"AWSTrace": {"DataType": "String"}}}),
            line("s3", "PUT", "/bucket/key", x_amz_acl="everybody"),
            line("lambda", "GET", f"/2019-09-30/functions/{'f' * 300}/concurrency"),
            line("lambda", "GET", "/2015-03-31/event-source-mappings?MaxItems=0"),
        ):
            self.assertTrue(faults(text), text)

    def test_without_what_is_required_is_noticed(self) -> None:
        text = line("secretsmanager", "POST", "/", b"{}", x_amz_target="secretsmanager.GetSecretValue")
        self.assertIn("Missing required parameter", " ".join(faults(text)))

    def test_is_told_from_others_of_the_same_path(self) -> None:
        for method, query, name in (
            ("PUT", "?x-id=PutObject", "PutObject"),
            ("PUT", "?partNumber=1&uploadId=u", "UploadPart"),
            ("POST", "?uploads", "CreateMultipartUpload"),
            ("POST", "?uploadId=u", "CompleteMultipartUpload"),
            ("DELETE", "?uploadId=u", "AbortMultipartUpload"),
            ("GET", "", "GetObject"),
        ):
            call = wire.read(line("s3", method, f"/bucket/a/b{query}"))
            self.assertEqual(call.operation.name, name)
            self.assertEqual((call.params["Bucket"], call.params["Key"]), ("bucket", "a/b"))

    def test_that_no_operation_fits_is_not_passed_over(self) -> None:
        with self.assertRaises(wire.NotUnderstood):
            wire.read(line("lambda", "GET", "/2015-03-31/nothing"))


class AGrant(unittest.TestCase):
    def test_is_for_its_role_its_action_and_its_resource_alone(self) -> None:
        grant = Grant("hydrate", "claims/content/*", "s3:AbortMultipartUpload")
        need = Grant("hydrate", "claims/content/a.mp4", "s3:AbortMultipartUpload")
        self.assertTrue(covers(grant, need))
        for other in (
            Grant("decrypt", need.resource, need.action),
            Grant("hydrate", "claims/a.mp4", need.action),
            Grant("hydrate", need.resource, "s3:PutObject"),
        ):
            self.assertFalse(covers(grant, other), other)

    def test_of_the_contract_is_read_for_both_kinds_of_credentials(self) -> None:
        facts = {
            "grant ingest claims/*": ["s3:PutObject"],
            "federated roles": ["backfill"],
            "federated actions": ["sts:GetWebIdentityToken"],
        }
        expected = {
            Grant("ingest", "claims/*", "s3:PutObject"),
            Grant("backfill", "*", "sts:GetWebIdentityToken"),
        }
        self.assertEqual(granted(facts), expected)

    def test_that_only_lambda_uses_is_of_the_queue_that_it_polls(self) -> None:
        found = of_lambda(["subscriptions"])
        self.assertIn(Grant("subscriptions", "lifecycle", "sqs:ReceiveMessage"), found)
        self.assertNotIn(Grant("subscriptions", "lifecycle", "sqs:ChangeMessageVisibility"), found)


if __name__ == "__main__":
    unittest.main()
