"""moto's server, made to forget what Secrets Manager forgets. Run with the Python of .venv-moto.

Secrets Manager deletes versions of a secret that no staging label is left on. moto keeps them.
"""

import sys
from collections.abc import Callable
from typing import Any

from moto.secretsmanager.models import SecretsManagerBackend
from moto.server import main


def _forgetting(operation: Callable[..., Any]) -> Callable[..., Any]:
    """`operation`, after which unlabelled versions are gone."""

    def forget(backend: SecretsManagerBackend, *arguments: Any, **named: Any) -> Any:
        answer = operation(backend, *arguments, **named)
        for secret in backend.secrets.values():
            for version in [each for each, of in secret.versions.items() if not of["version_stages"]]:
                del secret.versions[version]
        return answer

    return forget


for _name in ("put_secret_value", "update_secret_version_stage"):
    setattr(SecretsManagerBackend, _name, _forgetting(getattr(SecretsManagerBackend, _name)))

main(["-H", "127.0.0.1", "-p", sys.argv[1]])
