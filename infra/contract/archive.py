"""The facts of the archive in both stacks: how it is written, kept and read. BUCKET and FORMAT stand
for its bucket and for what its setting says.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from .hcl import Attributes, Module

_OTHERWISE = re.compile(r'local\.is_parquet \? "(\w+)" : "(\w+)"')
_STATEMENT = re.compile(
    r'Action = (?:\[([^\]]+)\]|"([^"]+)"), Resource = (.+?)(?=\}, \{Effect|\}\]\}\))'
)
_TARGETS = {
    "firehose": "stream",
    "s3": "bucket",
    "logs": "log",
    "glue": "table",
}
"""What the actions of a service are about: each role has one of each."""


def of_sam(decided: Callable[[set[str]], dict[str, Any]]) -> dict[str, Any]:
    """Those of the template; `decided` has its resources under further conditions."""
    resources = decided(set())
    of = lambda name: resources[name]["Properties"]  # noqa: E731
    locked = decided({"ArchiveIsLocked"})["ArchiveBucket"]["Properties"]
    parquet = decided({"ArchiveIsParquet"})
    bucket, queue, rule = of("ArchiveBucket"), of("ArchiveDeadLetters"), of("ArchiveRule")
    (target,) = rule["Targets"]
    encryption = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]
    retention = locked["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    statements = of("ArchiveDeadLettersPolicy")["PolicyDocument"]["Statement"]
    claims = of("ClaimBucket")["LifecycleConfiguration"]["Rules"]
    return {
        "bucket": {
            "encrypted": encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"],
            "private": set(bucket["PublicAccessBlockConfiguration"].values()) == {True},
            "tls_only": _is_tls_only(of("ArchiveBucketPolicy")["PolicyDocument"]["Statement"]),
            "versioned": "VersioningConfiguration" in bucket,
            "expires": any("ExpirationInDays" in each for each in _rules(bucket)),
            "kept": resources["ArchiveBucket"].get("DeletionPolicy") == "Retain",
        },
        "lock": {
            "versioned": locked["VersioningConfiguration"]["Status"] == "Enabled",
            "mode": _setting(retention["Mode"]["Ref"]),
            "days": _setting(retention["Days"]["Ref"]),
        },
        "claims_that_expire": [each["Prefix"] for each in claims if "ExpirationInDays" in each],
        "rule": {
            "pattern": json.dumps(rule["EventPattern"]),
            "bus": _setting(rule["EventBusName"]["Ref"]),
            "input": target["InputPath"],
            "to": target["Arn"]["Fn::GetAtt"][0],
            "dead_letters": target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0],
        },
        "dead_letters": {
            "retention": queue["MessageRetentionPeriod"],
            "message_bytes": queue["MaximumMessageSize"],
            "encrypted": queue["SqsManagedSseEnabled"],
            "tls_only": _is_tls_only(statements),
            "of_the_rule": [
                each["Condition"]["ArnEquals"]["aws:SourceArn"]["Fn::GetAtt"][0]
                for each in statements
                if each["Effect"] == "Allow"
            ],
        },
        "stream": _stream_of_sam(of("ArchiveStream")),
        "parquet": _parquet_of_sam(parquet["ArchiveStream"]["Properties"]),
        "table": _table_of_sam(of("ArchiveTable"))
        | {"parquet": _form(parquet["ArchiveTable"]["Properties"]["TableInput"])},
        "grant": {
            role: _grants_of_sam(of(name), role)
            for role, name in (("rule", "ArchiveRuleRole"), ("stream", "ArchiveRole"))
        },
    }


def _rules(bucket: dict[str, Any]) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = bucket["LifecycleConfiguration"]["Rules"]
    return rules


def _is_tls_only(statements: list[dict[str, Any]]) -> bool:
    refused = {"Bool": {"aws:SecureTransport": "false"}}
    return any(each["Effect"] == "Deny" and each["Condition"] == refused for each in statements)


def _stream_of_sam(stream: dict[str, Any]) -> dict[str, Any]:
    to = stream["ExtendedS3DestinationConfiguration"]
    processors = to["ProcessingConfiguration"]["Processors"]
    parameters = {
        each["ParameterName"]: each["ParameterValue"] for each in processors[0]["Parameters"]
    }
    return {
        "encrypted": stream["DeliveryStreamEncryptionConfigurationInput"]["KeyType"],
        "prefix": _plain(to["Prefix"]),
        "error_prefix": to["ErrorOutputPrefix"],
        "seconds": to["BufferingHints"]["IntervalInSeconds"],
        "megabytes": to["BufferingHints"]["SizeInMBs"],
        "compression": to["CompressionFormat"],
        "partitions": to["DynamicPartitioningConfiguration"]["Enabled"],
        "processors": [each["Type"] for each in processors],
        "query": parameters["MetadataExtractionQuery"],
        "converts": "DataFormatConversionConfiguration" in to,
        "logs": to["CloudWatchLoggingOptions"]["Enabled"],
    }


def _parquet_of_sam(stream: dict[str, Any]) -> dict[str, Any]:
    to = stream["ExtendedS3DestinationConfiguration"]
    conversion = to["DataFormatConversionConfiguration"]
    reads = conversion["InputFormatConfiguration"]["Deserializer"]
    writes = conversion["OutputFormatConfiguration"]["Serializer"]
    return {
        "compression": to["CompressionFormat"],
        "inner_compression": writes["ParquetSerDe"]["Compression"],
        "processors": [each["Type"] for each in to["ProcessingConfiguration"]["Processors"]],
        "names_as_they_are": not reads["OpenXJsonSerDe"]["CaseInsensitive"],
        "by_the_table": conversion["SchemaConfiguration"]["TableName"] == {"Ref": "ArchiveTable"},
    }


def _table_of_sam(table: dict[str, Any]) -> dict[str, Any]:
    described = table["TableInput"]
    parameters = {
        name: "FORMAT" if value == {"Ref": "Archive"} else _plain(value)
        for name, value in described["Parameters"].items()
    }
    return {
        "name": described["Name"],
        "location": _plain(described["StorageDescriptor"]["Location"]),
        "partitions": [each["Name"] for each in described["PartitionKeys"]],
        "columns": [each["Name"] for each in described["StorageDescriptor"]["Columns"]],
        "parameters": parameters,
        "json": _form(described),
    }


def _form(described: dict[str, Any]) -> dict[str, Any]:
    storage = described["StorageDescriptor"]
    return {
        "input": storage["InputFormat"],
        "output": storage["OutputFormat"],
        "serde": storage["SerdeInfo"]["SerializationLibrary"],
        "serde_parameters": json.dumps(storage["SerdeInfo"].get("Parameters", {})),
    }


def _grants_of_sam(role: dict[str, Any], of: str) -> dict[str, list[str]]:
    (policy,) = role["Policies"]
    found: dict[str, set[str]] = {}
    for statement in policy["PolicyDocument"]["Statement"]:
        allowed = statement["Action"]
        allowed = [allowed] if isinstance(allowed, str) else allowed
        written = json.dumps(statement["Resource"])
        found.setdefault(_on(allowed[0], "/*" in written), set()).update(allowed)
    return {target: sorted(each) for target, each in found.items()} | _trust(
        json.dumps(role["AssumeRolePolicyDocument"])
    )


def _on(action: str, within: bool) -> str:
    return _TARGETS[action.partition(":")[0]] + ("/*" if within else "")


def _trust(document: str) -> dict[str, list[str]]:
    """Who takes the role, and under which condition."""
    return {"taken_by": re.findall(r"\w+\.amazonaws\.com|sts:ExternalId|aws:SourceAccount", document)}


def _plain(written: Any) -> str:
    text = written["Fn::Sub"] if isinstance(written, dict) else str(written)
    for name, short in (("${ArchiveBucket}", "BUCKET"), ("${Archive}", "FORMAT"), ("${!", "${")):
        text = text.replace(name, short)
    return text


def _setting(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"-\1", name).lower()


def of_terraform(module: Module) -> dict[str, Any]:
    """Those of the module."""
    one = lambda kind, name="archive": next(iter(module.of(kind, name).values()), {})  # noqa: E731
    (settled,) = one("aws_s3_bucket_server_side_encryption_configuration")["rule"]
    (encryption,) = settled["apply_server_side_encryption_by_default"]
    private = one("aws_s3_bucket_public_access_block")
    (lock,) = module.written("aws_s3_bucket_object_lock_configuration", "archive")["rule"]
    (retention,) = lock["default_retention"]
    claims = module.written("aws_s3_bucket_lifecycle_configuration", "claims")["rule"]
    rule, target = one("aws_cloudwatch_event_rule"), one("aws_cloudwatch_event_target")
    queue = one("aws_sqs_queue", "archive_dead_letters")
    policy = str(one("aws_sqs_queue_policy", "archive_dead_letters").get("policy", ""))
    versioning = one("aws_s3_bucket_versioning")
    (lifecycle,) = one("aws_s3_bucket_lifecycle_configuration")["rule"]
    return {
        "bucket": {
            "encrypted": encryption["sse_algorithm"],
            "private": {
                each for what, each in private.items() if what not in ("bucket", "count")
            }
            == {True},
            "tls_only": _refuses_http(str(one("aws_s3_bucket_policy").get("policy", ""))),
            "versioned": versioning["count"] != 'local.has_archive && var.archive_lock != "" ? 1 : 0',
            "expires": "expiration" in lifecycle,
            "kept": {"prevent_destroy": True} in one("aws_s3_bucket").get("lifecycle", []),
        },
        "lock": {
            "versioned": versioning["versioning_configuration"][0]["status"] == "Enabled",
            "mode": _variable(retention["mode"]),
            "days": _variable(retention["days"]),
        },
        "claims_that_expire": [
            re.sub(r'\$\{local\.has_archive \? "(.+)" : ""\}', r"\1", each["filter"][0]["prefix"])
            for each in claims
            if "expiration" in each
        ],
        "rule": {
            "pattern": _as_json(rule["event_pattern"]),
            "bus": _variable(
                module.written("aws_cloudwatch_event_rule", "archive")["event_bus_name"]
            ),
            "input": target["input_path"],
            "to": _called(target["arn"]),
            "dead_letters": _called(target["dead_letter_config"][0]["arn"]),
        },
        "dead_letters": {
            "retention": queue["message_retention_seconds"],
            "message_bytes": queue["max_message_size"],
            "encrypted": queue["sqs_managed_sse_enabled"],
            "tls_only": _refuses_http(policy),
            "of_the_rule": [
                _called(each) for each in re.findall(r'"aws:SourceArn" = ([\w.\[\]]+)', policy)
            ],
        },
        **_stream_of_terraform(one("aws_kinesis_firehose_delivery_stream")),
        "table": _table_of_terraform(one("aws_glue_catalog_table"), module),
        "grant": {
            role: _grants_of_terraform(
                one("aws_iam_role_policy", f"archive_{role}")["policy"],
                one("aws_iam_role", f"archive_{role}")["assume_role_policy"],
            )
            for role in ("rule", "stream")
        },
    }


def _refuses_http(policy: str) -> bool:
    return 'Effect = "Deny"' in policy and '{Bool = {"aws:SecureTransport" = "false"}}' in policy


def _stream_of_terraform(stream: Attributes) -> dict[str, Any]:
    (to,) = stream["extended_s3_configuration"]
    (processing,) = to["processing_configuration"]
    (first,) = processing["processors"]
    (further,) = processing["dynamic"]
    (converting,) = to["dynamic"]
    conversion = converting["data_format_conversion_configuration"]
    (content,) = conversion["content"]
    (reads,) = content["input_format_configuration"][0]["deserializer"]
    (writes,) = content["output_format_configuration"][0]["serializer"]
    added = re.findall(r'local\.is_parquet \? \[\] : \["(\w+)"\]', further["processors"]["for_each"])
    compression = _OTHERWISE.fullmatch(to["compression_format"])
    if_parquet = "local.is_parquet ? [aws_glue_catalog_table.archive[0]] : []"
    parameters = {each["parameter_name"]: each["parameter_value"] for each in first["parameters"]}
    (encryption,) = stream["server_side_encryption"]
    return {
        "stream": {
            "encrypted": encryption["key_type"],
            "prefix": _short(to["prefix"]),
            "error_prefix": to["error_output_prefix"],
            "seconds": to["buffering_interval"],
            "megabytes": to["buffering_size"],
            "compression": compression[2] if compression else to["compression_format"],
            "partitions": to["dynamic_partitioning_configuration"][0]["enabled"],
            "processors": [first["type"], *added],
            "query": parameters["MetadataExtractionQuery"],
            "converts": conversion["for_each"] != if_parquet,
            "logs": to["cloudwatch_logging_options"][0]["enabled"],
        },
        "parquet": {
            "compression": compression[1] if compression else to["compression_format"],
            "inner_compression": writes["parquet_ser_de"][0]["compression"],
            "processors": [first["type"]],
            "names_as_they_are": not reads["open_x_json_ser_de"][0]["case_insensitive"],
            "by_the_table": content["schema_configuration"][0]["table_name"] == "table.value.name",
        },
    }


def _table_of_terraform(table: Attributes, module: Module) -> dict[str, Any]:
    written = module.written("aws_glue_catalog_table", "archive")["parameters"]
    (storage,) = table["storage_descriptor"]
    (columns,), (keys,) = storage["dynamic"], table["dynamic"]
    forms = {
        name: {
            "input": form["input"],
            "output": form["output"],
            "serde": form["serde"],
            "serde_parameters": json.dumps(form["parameters"]),
        }
        for name, form in module.local("archive_format").items()
    }
    return {
        "name": table["name"],
        "location": _short(storage["location"]),
        "partitions": keys["partition_keys"]["for_each"],
        "columns": columns["columns"]["for_each"],
        "parameters": {name: _short(str(value)) for name, value in written.items()},
        **forms,
    }


def _grants_of_terraform(policy: str, trust: str) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {}
    for several, single, on in _STATEMENT.findall(policy):
        allowed = re.findall(r'"([^"]+)"', several) or [single]
        found.setdefault(_on(allowed[0], '/*"' in on), set()).update(allowed)
    return {target: sorted(each) for target, each in found.items()} | _trust(trust)


def _called(written: str) -> str:
    """As the template calls it."""
    names = {
        "aws_kinesis_firehose_delivery_stream.archive": "ArchiveStream",
        "aws_sqs_queue.archive_dead_letters": "ArchiveDeadLetters",
        "aws_cloudwatch_event_rule.archive": "ArchiveRule",
    }
    return names.get(written.removesuffix("[0].arn"), written)


def _variable(written: Any) -> str:
    return str(written).removeprefix("${var.").removesuffix("}").replace("_", "-")


def _short(written: str) -> str:
    text = written.replace("${aws_s3_bucket.archive[0].id}", "BUCKET")
    return text.replace("${var.archive}", "FORMAT").replace("$${", "${")


def _as_json(written: str) -> str:
    found = re.fullmatch(r'jsonencode\(\{(\w+) = \["(\w+)"\]\}\)', written)
    return json.dumps({found[1]: [found[2]]}) if found else written
