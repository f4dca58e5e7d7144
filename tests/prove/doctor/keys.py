"""Faults of certificates and private keys."""

import json

from local.certificates import EnvelopeKeys, as_pem

from .case import Case
from .baseline import listed
from .stack_under_test import StackUnderTest

_SECRET = "EnvelopeKeysSecretArn"
_UNWANTED = "chats('19:unwanted@thread.v2')/messages"


def cases() -> list[Case]:
    """In the order in which they are broken."""
    return [
        Case(
            "there is no certificate",
            lambda stack: stack.file("certificates.json", None),
            "certificate-missing",
            ("no certificate", "content"),
        ),
        Case(
            "certificates.json is cut off",
            lambda stack: stack.file(
                "certificates.json", stack.held("certificates.json")[:-40]
            ),
            "certificates-unusable",
            ("certificates.json",),
        ),
        Case(
            "certificates.json names a current certificate that is not in it",
            _unlisted,
            "certificates-unusable",
            ("certificates.json", "current"),
        ),
        Case(
            "the certificate has expired",
            lambda stack: _replace(stack, -30, -1),
            "certificate-expired",
            ("local-secret", "valid from"),
        ),
        Case(
            "the certificate ends in a week",
            lambda stack: _replace(stack, -30, 7),
            "certificate-ends-soon",
            ("local-secret", "days left: 6"),
        ),
        Case(
            "the private key was not put into the secret",
            lambda stack: stack.secret(_SECRET, "{}"),
            "key-missing",
            ("local-secret",),
        ),
        Case(
            "the private key is another one's",
            lambda stack: _put_key(stack, stack.another_pem),
            "key-mismatch",
            ("local-secret", "thumbprint"),
        ),
        Case(
            "the private key lost its last lines",
            lambda stack: _put_key(stack, stack.running.keys.private_pem[:700]),
            "key-unusable",
            ("local-secret",),
        ),
        Case(
            "the certificate was put in place of the private key",
            lambda stack: _put_key(stack, as_pem(stack.running.keys.in_secret)),
            "key-unusable",
            ("local-secret",),
        ),
        Case(
            "the secret holds the private key alone, without its id",
            lambda stack: stack.secret(_SECRET, stack.running.keys.private_pem),
            "keys-secret-unusable",
            ("EnvelopeKeys", "<certificate id>"),
        ),
        Case(
            "the secret of the private keys was deleted",
            lambda stack: stack.delete_secret(_SECRET),
            "key-missing",
            ("local-secret",),
        ),
        Case(
            "the certificate is in KMS under another key",
            _another_kms_key,
            "key-mismatch",
            ("local-secret",),
        ),
        Case(
            "the key in KMS was disabled",
            _disable,
            "kms-key-unusable",
            ("{kms}", "local-kms"),
            besides=("subscription-outdated",),
        ),
        Case(
            "the key in KMS is there to sign",
            _signing_key,
            "kms-key-unusable",
            ("SIGN_VERIFY", "local-secret"),
        ),
        Case(
            "a certificate was retired that a subscription is still sealed for",
            _sealed_for_nobody,
            "subscription-key-unknown",
            ("2020a",),
        ),
    ]


def _unlisted(stack: StackUnderTest) -> None:
    held = json.loads(stack.held("certificates.json"))
    stack.file("certificates.json", json.dumps(held | {"current": "2026z"}))


def _replace(stack: StackUnderTest, begins: int, ends: int) -> None:
    keys = stack.running.keys
    stack.file("certificates.json", listed(keys, begins, ends))


def _put_key(stack: StackUnderTest, pem: str) -> None:
    stack.secret(_SECRET, json.dumps({"local-secret": pem}))


def _kms_keys(stack: StackUnderTest, **members: str) -> str:
    made = stack.aws("kms").create_key(KeySpec="RSA_2048", **members)["KeyMetadata"]
    return str(made["Arn"])


def _name_kms_key(stack: StackUnderTest, arn: str) -> None:
    keys: EnvelopeKeys = stack.running.keys
    stack.variables(
        "decrypt", TEAMWIRE_ENVELOPE_KMS_KEYS=f"{keys.kms_setting()},local-secret={arn}"
    )


def _another_kms_key(stack: StackUnderTest) -> None:
    _name_kms_key(stack, _kms_keys(stack, KeyUsage="ENCRYPT_DECRYPT"))


def _signing_key(stack: StackUnderTest) -> None:
    _name_kms_key(stack, _kms_keys(stack, KeyUsage="SIGN_VERIFY"))


def _disable(stack: StackUnderTest) -> None:
    kms, arn = stack.aws("kms"), stack.running.keys.kms_arn
    held = json.loads(stack.held("certificates.json"))
    stack.file("certificates.json", json.dumps(held | {"current": "local-kms"}))
    kms.disable_key(KeyId=arn)
    stack.afterwards(lambda: kms.enable_key(KeyId=arn))


def _sealed_for_nobody(stack: StackUnderTest) -> None:
    stack.running.simulator.bring_about(stack.values["tenant"], [_UNWANTED])
    stack.subscribe(
        _UNWANTED,
        stack.proxy.url,
        includeResourceData=True,
        encryptionCertificateId="2020a",
        encryptionCertificate=stack.running.keys.in_secret.base64_der,
    )
