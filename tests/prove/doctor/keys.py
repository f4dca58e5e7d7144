"""What can be wrong with certificates and private keys."""

import json

from local.certificates import EnvelopeKeys, as_pem

from .case import Case
from .healthy import listed
from .patient import Patient

_SECRET = "EnvelopeKeysSecretArn"
_UNWANTED = "chats('19:unwanted@thread.v2')/messages"


def cases() -> list[Case]:
    """In the order in which they are broken."""
    return [
        Case(
            "there is no certificate",
            lambda patient: patient.file("certificates.json", None),
            "certificate-missing",
            ("no certificate", "content"),
        ),
        Case(
            "certificates.json is cut off",
            lambda patient: patient.file(
                "certificates.json", patient.held("certificates.json")[:-40]
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
            lambda patient: _replace(patient, -30, -1),
            "certificate-expired",
            ("local-secret", "valid from"),
        ),
        Case(
            "the certificate ends in a week",
            lambda patient: _replace(patient, -30, 7),
            "certificate-ends-soon",
            ("local-secret", "days left: 6"),
        ),
        Case(
            "the private key was not put into the secret",
            lambda patient: patient.secret(_SECRET, "{}"),
            "key-missing",
            ("local-secret",),
        ),
        Case(
            "the private key is another one's",
            lambda patient: _put_key(patient, patient.another_pem),
            "key-mismatch",
            ("local-secret", "thumbprint"),
        ),
        Case(
            "the private key lost its last lines",
            lambda patient: _put_key(patient, patient.running.keys.private_pem[:700]),
            "key-unusable",
            ("local-secret",),
        ),
        Case(
            "the certificate was put in place of the private key",
            lambda patient: _put_key(patient, as_pem(patient.running.keys.in_secret)),
            "key-unusable",
            ("local-secret",),
        ),
        Case(
            "the secret holds the private key alone, without its id",
            lambda patient: patient.secret(_SECRET, patient.running.keys.private_pem),
            "keys-secret-unusable",
            ("EnvelopeKeys", "<certificate id>"),
        ),
        Case(
            "the secret of the private keys was deleted",
            lambda patient: patient.delete_secret(_SECRET),
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


def _unlisted(patient: Patient) -> None:
    held = json.loads(patient.held("certificates.json"))
    patient.file("certificates.json", json.dumps(held | {"current": "2026z"}))


def _replace(patient: Patient, begins: int, ends: int) -> None:
    keys = patient.running.keys
    patient.file("certificates.json", listed(keys, begins, ends))


def _put_key(patient: Patient, pem: str) -> None:
    patient.secret(_SECRET, json.dumps({"local-secret": pem}))


def _kms_keys(patient: Patient, **members: str) -> str:
    made = patient.aws("kms").create_key(KeySpec="RSA_2048", **members)["KeyMetadata"]
    return str(made["Arn"])


def _name_kms_key(patient: Patient, arn: str) -> None:
    keys: EnvelopeKeys = patient.running.keys
    patient.variables(
        "decrypt", TEAMWIRE_ENVELOPE_KMS_KEYS=f"{keys.kms_setting()},local-secret={arn}"
    )


def _another_kms_key(patient: Patient) -> None:
    _name_kms_key(patient, _kms_keys(patient, KeyUsage="ENCRYPT_DECRYPT"))


def _signing_key(patient: Patient) -> None:
    _name_kms_key(patient, _kms_keys(patient, KeyUsage="SIGN_VERIFY"))


def _disable(patient: Patient) -> None:
    kms, arn = patient.aws("kms"), patient.running.keys.kms_arn
    held = json.loads(patient.held("certificates.json"))
    patient.file("certificates.json", json.dumps(held | {"current": "local-kms"}))
    kms.disable_key(KeyId=arn)
    patient.afterwards(lambda: kms.enable_key(KeyId=arn))


def _sealed_for_nobody(patient: Patient) -> None:
    patient.running.simulator.bring_about(patient.values["tenant"], [_UNWANTED])
    patient.subscribe(
        _UNWANTED,
        patient.front.url,
        includeResourceData=True,
        encryptionCertificateId="2020a",
        encryptionCertificate=patient.running.keys.in_secret.base64_der,
    )
