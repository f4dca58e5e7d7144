"""Encryption certificates of one run: one whose key is in a secret, one whose key is in KMS."""

import base64
import datetime
import json
import textwrap
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

_KEY_BITS = 2048
USUAL_DAYS = 90
"""Long enough for nobody to be told that it ends."""


@dataclass(frozen=True)
class Certificate:
    """The certificate that a subscription with resource data names, with its id."""

    id: str
    base64_der: str = field(repr=False)


@dataclass(frozen=True)
class EnvelopeKeys:
    """Both certificates, and where decrypt finds the key of each."""

    in_secret: Certificate
    in_kms: Certificate
    private_pem: str = field(repr=False)
    kms_arn: str

    def secret(self) -> str:
        """The secret that decrypt reads from Secrets Manager."""
        return json.dumps({self.in_secret.id: self.private_pem})

    def kms_setting(self) -> str:
        """The list of KMS keys that decrypt reads."""
        return f"{self.in_kms.id}={self.kms_arn}"


def make_envelope_keys(kms: Any, days: int = USUAL_DAYS) -> EnvelopeKeys:
    """Makes a key pair here and another in KMS, and certifies both with the first."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
    made = kms.create_key(KeySpec=f"RSA_{_KEY_BITS}", KeyUsage="ENCRYPT_DECRYPT")["KeyMetadata"]
    public_der = kms.get_public_key(KeyId=made["KeyId"])["PublicKey"]
    in_kms = serialization.load_der_public_key(public_der)
    if not isinstance(in_kms, rsa.RSAPublicKey):
        raise TypeError("KMS was asked for an RSA key and answered with another kind")
    return EnvelopeKeys(
        in_secret=Certificate("local-secret", _certify(private.public_key(), private, days)),
        in_kms=Certificate("local-kms", _certify(in_kms, private, days)),
        private_pem=private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode(),
        kms_arn=made["Arn"],
    )


def as_pem(certificate: Certificate) -> str:
    """The same certificate, as files have it."""
    lines = "\n".join(textwrap.wrap(certificate.base64_der, 64))
    return f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n"


def _certify(public: rsa.RSAPublicKey, issuer: rsa.RSAPrivateKey, days: int) -> str:
    # Graph looks at the public key alone. A KMS key that decrypts can't sign, so both
    # certificates are signed by the key pair made here.
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "teamwire local run")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + datetime.timedelta(days=days))
        .sign(issuer, hashes.SHA256())
    )
    return base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()
