"""Notifications verified by PyJWT and opened by cryptography, after Microsoft's documents alone."""

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, hmac, padding
from cryptography.hazmat.primitives.asymmetric import padding as rsa_padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

CHANGE_TRACKING = "0bf30f3b-4a52-48df-9a82-234910c4a086"
"""Microsoft Graph Change Tracking, whose tokens Graph's notifications bring."""


@dataclass
class Opened:
    """The notifications that could be verified and opened, and those that could not."""

    tokens: int = 0
    refused_tokens: int = 0
    items: int = 0
    refused_items: int = 0
    strange: int = 0
    """Opened, and nothing that was announced."""


def open_all(
    bodies: Iterable[dict[str, Any]],
    keys: dict[str, Any],
    tenant: str,
    app_id: str,
    private: RSAPrivateKey,
    announced: Iterable[dict[str, Any]],
) -> Opened:
    """Reads every POST. What is opened must be what the ledger has."""
    expected = [_normal(change["data"]) for change in announced if change["kind"] == "rich"]
    signing = {key["kid"]: jwt.PyJWK(key) for key in keys["keys"]}
    opened = Opened()
    for body in bodies:
        tokens = body.get("validationTokens") or []
        verdicts = [_is_right(token, signing, tenant, app_id) for token in tokens]
        opened.tokens += sum(verdicts)
        opened.refused_tokens += len(verdicts) - sum(verdicts)
        for item in body["value"] if verdicts and all(verdicts) else []:
            content = item.get("encryptedContent") or item.get("EncryptedContent")
            if content is None:
                continue
            try:
                text = _normal(json.loads(_open(content, private)))
            except (InvalidSignature, ValueError):
                opened.refused_items += 1
                continue
            opened.items += 1
            opened.strange += text not in expected
    return opened


def _is_right(token: str, signing: dict[str, jwt.PyJWK], tenant: str, app_id: str) -> bool:
    issuers = [
        f"https://sts.windows.net/{tenant}/",
        f"https://login.microsoftonline.com/{tenant}/v2.0",
    ]
    try:
        key = signing[jwt.get_unverified_header(token)["kid"]]
        claims = jwt.decode(
            token,
            key,
            algorithms=["RS256"],
            audience=app_id,
            issuer=issuers,
            options={"require": ["exp", "nbf", "iss", "aud"]},
        )
    except (jwt.InvalidTokenError, KeyError):
        return False
    caller = claims.get("azp" if claims["ver"] == "2.0" else "appid")
    return caller == CHANGE_TRACKING and claims["tid"] == tenant


def _open(content: dict[str, str], private: RSAPrivateKey) -> bytes:
    oaep = rsa_padding.OAEP(rsa_padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)
    key = private.decrypt(base64.b64decode(content["dataKey"]), oaep)
    data = base64.b64decode(content["data"])
    signature = hmac.HMAC(key, hashes.SHA256())
    signature.update(data)
    signature.verify(base64.b64decode(content["dataSignature"]))
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    padded = decryptor.update(data) + decryptor.finalize()
    unpadder = padding.PKCS7(128).unpadder()
    return unpadder.update(padded) + unpadder.finalize()


def _normal(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
