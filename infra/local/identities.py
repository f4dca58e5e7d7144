"""Who is who in one run: two tenants, the app, and secrets that live no longer than the run."""

import base64
import json
import secrets
import uuid
from dataclasses import dataclass, field

TENANTS = 2


@dataclass(frozen=True)
class Identities:
    """Everything is fresh for each run, so nothing that leaks from one is worth anything."""

    app_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    tenants: tuple[str, ...] = field(
        default_factory=lambda: tuple(str(uuid.uuid4()) for _ in range(TENANTS))
    )
    client_secret: str = field(default_factory=secrets.token_urlsafe, repr=False)
    client_state: str = field(default_factory=secrets.token_urlsafe, repr=False)
    client_state_key: str = field(
        default_factory=lambda: base64.b64encode(secrets.token_bytes(32)).decode(), repr=False
    )

    def client_state_secret(self) -> str:
        """What ingest reads: one live key, and the static value of the subscriptions made here."""
        return json.dumps({"keys": {"k1": self.client_state_key}, "values": [self.client_state]})

    def credentials_secret(self) -> str:
        """What hydrate reads: the same app in every tenant."""
        return json.dumps({"*": {"clientId": self.app_id, "clientSecret": self.client_secret}})
