"""The identities of one run: two tenants, the app, and secrets that live no longer than the run."""

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

    def federated_credentials(self) -> str:
        """Credentials without a secret: the app trusts the functions' role, in every tenant."""
        return json.dumps({"*": {"clientId": self.app_id, "federated": True}})

    def credentials_secret(self) -> str:
        """The credentials that hydrate reads: the same app in every tenant."""
        return json.dumps({"*": {"clientId": self.app_id, "clientSecret": self.client_secret}})
