"""An app written with Microsoft's Python SDK: logs in, subscribes, pages, renews, removes."""

import datetime
from dataclasses import dataclass
from typing import Any

import httpx
from azure.core.credentials import TokenCredential
from azure.identity import CertificateCredential, ClientSecretCredential
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_authentication_azure.azure_identity_authentication_provider import (
    AzureIdentityAuthenticationProvider,
)
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.subscription import Subscription
from msgraph_core import GraphClientFactory

from .graph import Graph, later

SCOPE = "https://graph.microsoft.com/.default"
PREFER = "include-unknown-enum-members"


@dataclass
class Figures:
    """The figures of an SDK."""

    calls: int = 0
    created: int = 0
    listed: int = 0
    pages: int = 0
    renewed: int = 0
    removed: int = 0
    refusals: int = 0
    """Refusals that the SDK told apart by their code."""


def with_secret(graph: Graph) -> TokenCredential:
    """Logs in with the secret of the app."""
    return ClientSecretCredential(
        graph.tenant,
        graph.identities.app_id,
        graph.identities.client_secret,
        authority=graph.url,
        disable_instance_discovery=True,
    )


def with_certificate(graph: Graph, pem: bytes) -> TokenCredential:
    """Logs in with a certificate of the app: PEM of it and its key."""
    return CertificateCredential(
        graph.tenant,
        graph.identities.app_id,
        certificate_data=pem,
        authority=graph.url,
        disable_instance_discovery=True,
    )


class Subscriber:
    """One client, and what it counted."""

    def __init__(self, graph: Graph, credential: TokenCredential) -> None:
        self.figures = Figures()
        provider = AzureIdentityAuthenticationProvider(
            credential, scopes=[SCOPE], allowed_hosts=[graph.host, "localhost"]
        )
        http = httpx.AsyncClient(verify=graph.context, timeout=30, event_hooks={"response": [self._count]})
        http = GraphClientFactory.create_with_default_middleware(client=http)
        adapter = GraphRequestAdapter(provider, client=http)
        adapter.base_url = f"{graph.url}/v1.0"
        self._client = GraphServiceClient(request_adapter=adapter)

    async def _count(self, _: httpx.Response) -> None:
        self.figures.calls += 1

    async def create(self, resource: str, url: str, **members: Any) -> str:
        """A subscription; its id."""
        made = await self._client.subscriptions.post(
            Subscription(
                change_type="created,updated,deleted",
                resource=resource,
                notification_url=url,
                lifecycle_notification_url=url,
                client_state="of the SDK's run",
                expiration_date_time=later(4),
                **members,
            ),
            request_configuration=_preferring(),
        )
        assert made is not None and made.id is not None
        self.figures.created += 1
        return made.id

    async def refusal(self, resource: str, url: str) -> tuple[int, str]:
        """Graph's refusal of a subscription: status and code."""
        try:
            await self.create(resource, url)
        except ODataError as error:
            self.figures.refusals += 1
            assert error.error is not None
            return error.response_status_code or 0, error.error.code or ""
        raise AssertionError(f"{resource} was taken")

    async def listed(self) -> set[str]:
        """The ids of all subscriptions, page by page."""
        found: set[str] = set()
        builder = self._client.subscriptions
        page = await builder.get(request_configuration=_preferring())
        while page is not None:
            self.figures.pages += 1
            found |= {one.id for one in page.value or [] if one.id is not None}
            if page.odata_next_link is None:
                break
            page = await builder.with_url(page.odata_next_link).get()
        self.figures.listed += len(found)
        return found

    async def people(self) -> int:
        """The number of people in the directory, page by page."""
        found, builder = 0, self._client.users
        page = await builder.with_url(f"{self._base()}/users?$top=5").get()
        while page is not None:
            self.figures.pages += 1
            found += len(page.value or [])
            if page.odata_next_link is None:
                break
            page = await builder.with_url(page.odata_next_link).get()
        return found

    async def renew(self, subscription: str, until: datetime.datetime) -> None:
        """Another end, which Graph has to say again."""
        renewed = await self._client.subscriptions.by_subscription_id(subscription).patch(
            Subscription(expiration_date_time=until)
        )
        assert renewed is not None and renewed.expiration_date_time is not None
        assert abs(renewed.expiration_date_time - until) < datetime.timedelta(seconds=1)
        self.figures.renewed += 1

    async def remove(self, subscription: str) -> None:
        """No longer."""
        await self._client.subscriptions.by_subscription_id(subscription).delete()
        self.figures.removed += 1

    def _base(self) -> str:
        return str(self._client.request_adapter.base_url)


def _preferring() -> RequestConfiguration[Any]:
    configuration: RequestConfiguration[Any] = RequestConfiguration()
    configuration.headers.add("Prefer", PREFER)
    return configuration
