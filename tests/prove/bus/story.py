"""What happened in the archive's tenant, and what each query of docs/ARCHIVE.md has to answer."""

import json
from typing import Any

Event = dict[str, Any]
Row = list[Any]

TENANT = "3f6c1d9e-52ab-4c07-9e1b-7d2a0b8c4e15"
_CHAT = "chats('19:8c1f4e0a7b2d4963b5d0c2a6e9f71384@thread.v2')"
ERASED = "0d9e7c41-6b2f-4a85-93d0-e1f4c7b8a259"
_INES = {"id": ERASED, "displayName": "Ines Varga"}
_TOMAS = {"id": "c4a8b2f0-3e19-4d76-8a5c-29b7e6d1f043", "displayName": "Tomas Lindqvist"}
_NINE = 1_795_251_600_000
"""2026-11-21T09:00 as an etag."""


def _message(number: int) -> str:
    return f"{_CHAT}/messages('{_NINE + number}')"


def _event(name: str, subject: str, minute: int, **other: Any) -> Event:
    at = f"2026-11-21T09:{minute:02}:00.000Z"
    event = {
        "specversion": "1.0",
        "id": name.rjust(43, "-"),
        "source": f"https://graph.microsoft.com/{TENANT}",
        "type": "microsoft.graph.chatMessage.updated",
        "subject": subject,
        "time": at,
        "datacontenttype": "application/json",
        "dataschema": "urn:teamwire:event:v1:chatMessage",
        "tenantid": TENANT,
        "subscriptionid": "b0a5f7c2-8d43-4f19-a6e0-19c2d7e8f3a4",
        "origin": "decrypted",
        "receivedat": at,
    }
    return event | other


def _said(number: int, minute: int, who: dict[str, str], text: str, **other: Any) -> Event:
    """A message as it was at that minute."""
    version = str(_NINE + minute * 60_000)
    data = {
        "id": str(_NINE + number),
        "etag": version,
        "createdDateTime": f"2026-11-21T09:{number:02}:00Z",
        "from": {"user": who},
        "body": {"contentType": "text", "content": text},
    }
    name = f"said-{number}-{minute}"
    return _event(name, _message(number), minute, contentversion=version, data=data) | other


def _reference(name: str, number: int, minute: int, reason: str, change: str) -> Event:
    subject = _message(number)
    return _event(
        name,
        subject,
        minute,
        type=f"microsoft.graph.chatMessage.{change}",
        origin="reference",
        referencereason=reason,
        data={"@odata.id": subject},
    )


def story() -> list[Event]:
    """In the order in which it comes to the queue, which is not that in which it happened."""
    gap = {
        "resource": "teams/7c0d2b5e-91f4-4a36-8e57-c3b6d1a09f42/members",
        "changes": ["created", "updated", "deleted"],
        "since": "2026-11-21T08:00:00Z",
        "until": "2026-11-21T10:15:00Z",
        "reason": "removed",
        "unfilled": "snapshot-only",
    }
    other_tenant = "9f4ebab6-520d-49c0-85cc-7b25c78d4a93"
    return [
        _said(0, 10, _INES, "The delivery came at ten."),
        _reference("deleted", 2, 12, "deleted", "deleted"),
        _said(0, 0, _INES, "The delivery came at nine."),
        _said(1, 1, _TOMAS, "Thanks."),
        _said(2, 2, _INES, "This was for another chat."),
        # Twice, and later than its deletion.
        _said(2, 2, _INES, "This was for another chat."),
        _reference("deleted", 2, 12, "deleted", "deleted"),
        _reference("not-found", 3, 20, "not-found", "updated"),
        _reference("read-later", 4, 20, "not-found", "updated"),
        _said(4, 30, _TOMAS, "At last."),
        _event(
            "gap",
            gap["resource"],
            40,
            type="teamwire.gap",
            dataschema="urn:teamwire:event:v1:gap",
            origin="gap",
            data=gap,
        ),
        # The same chat as another tenant sees it.
        _said(1, 1, _TOMAS, "Thanks.", id="other".rjust(43, "-"), tenantid=other_tenant),
    ]


ANSWERS: dict[str, list[Row]] = {
    "history": [
        ["2026-11-21T09:00:00Z", "Ines Varga", "The delivery came at ten."],
        ["2026-11-21T09:01:00Z", "Tomas Lindqvist", "Thanks."],
        ["2026-11-21T09:04:00Z", "Tomas Lindqvist", "At last."],
    ],
    "person": [
        [_message(0), "2026-11-21T09:00:00.000Z", "The delivery came at nine."],
        [_message(2), "2026-11-21T09:02:00.000Z", "This was for another chat."],
        [_message(0), "2026-11-21T09:10:00.000Z", "The delivery came at ten."],
    ],
    "deletions": [[_message(2), "2026-11-21T09:12:00.000Z", "This was for another chat."]],
    "edits": [
        [str(_NINE), "2026-11-21T09:00:00.000Z", "The delivery came at nine."],
        [str(_NINE + 600_000), "2026-11-21T09:10:00.000Z", "The delivery came at ten."],
    ],
    "missing": [
        [
            "teams/7c0d2b5e-91f4-4a36-8e57-c3b6d1a09f42/members",
            "snapshot-only",
            "2026-11-21T08:00:00Z",
            "2026-11-21T10:15:00Z",
        ],
        [_message(3), "not-found", "2026-11-21T09:20:00.000Z", "2026-11-21T09:20:00.000Z"],
    ],
}


def bodies() -> list[str]:
    """As they stand on the queue."""
    return [json.dumps(event, separators=(",", ":")) for event in story()]
