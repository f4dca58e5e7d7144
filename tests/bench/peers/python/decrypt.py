"""What decrypt does, by Python's `cryptography`. Each line of stdin names a way of working through the
folder once; the answer is the CPU time that took in nanoseconds, and how many bytes came out.

rsa      the private-key operation alone
open     an envelope: key, signature, content
handler  SQS event in, CloudEvents out
"""

import hmac
import json
import sys
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import load_pem_private_key

FOLDER = Path(sys.argv[1])
KEY = load_pem_private_key((FOLDER / "key.pem").read_bytes(), None)
PADDING = OAEP(MGF1(SHA1()), SHA1(), None)
EVENTS = (FOLDER / "events.jsonl").read_text().splitlines()
NAMES = ("dataKey", "data", "dataSignature")
ENVELOPES = [
    dict(zip(NAMES, line.split("\t"))) for line in (FOLDER / "envelopes.tsv").read_text().splitlines()
]


def rsa(content: dict) -> bytes:
    """The key of the content."""
    return KEY.decrypt(b64decode(content["dataKey"]), PADDING)


def opened(content: dict) -> str:
    """The content of an envelope."""
    key, data = rsa(content), b64decode(content["data"])
    if not hmac.compare_digest(hmac.digest(key, data, "sha256"), b64decode(content["dataSignature"])):
        raise ValueError("the signature is another")
    cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    padding = PKCS7(128).unpadder()
    padded = cipher.update(data) + cipher.finalize()
    return (padding.update(padded) + padding.finalize()).decode()


def cloud_event(message: dict) -> str:
    """The event that a message becomes."""
    change = message["body"]
    data = json.loads(opened(change["content"]))
    source = f"https://graph.microsoft.com/{change['tenantId']}"
    kind = f"microsoft.graph.chatMessage.{change['changeType']}"
    identity = "\n".join([source, kind, change["resource"], data["etag"]])
    received = datetime.fromtimestamp(message["receivedAt"] / 1_000, timezone.utc)
    event = {
        "specversion": "1.0",
        "id": urlsafe_b64encode(sha256(identity.encode()).digest()).decode().rstrip("="),
        "source": source,
        "type": kind,
        "subject": change["resource"],
        "time": data["lastModifiedDateTime"],
        "datacontenttype": "application/json",
        "tenantid": change["tenantId"],
        "subscriptionid": change["subscriptionId"],
        "origin": "decrypted",
        "contentversion": data["etag"],
        "receivedat": received.isoformat(timespec="milliseconds"),
        "data": data,
    }
    return json.dumps(event, separators=(",", ":"), ensure_ascii=False)


def handle(event: str) -> int:
    """Works through an SQS event; the number of bytes on the queue."""
    queue = []
    for record in json.loads(event)["Records"]:
        message = json.loads(record["body"])
        entry = {
            "Id": str(len(queue)),
            "MessageBody": cloud_event(message),
            "MessageGroupId": message["body"]["tenantId"],
        }
        queue.append(entry)
    return sum(len(entry["MessageBody"]) for entry in queue)


def over(items: Iterable, each: Callable) -> int:
    """The sum of what each gives."""
    return sum(map(each, items))


WAYS = {
    "rsa": lambda: over(ENVELOPES, lambda content: len(rsa(content))),
    "open": lambda: over(ENVELOPES, lambda content: len(opened(content))),
    "handler": lambda: over(EVENTS, handle),
}

for way in sys.stdin:
    started = time.process_time_ns()
    count = WAYS[way.strip()]()
    print(time.process_time_ns() - started, count, flush=True)
