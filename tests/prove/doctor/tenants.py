"""Faults in Entra, at Graph, and in the desired state."""

import datetime
import json
import uuid
from collections.abc import Callable

from local.ports import free_port
from local.subscriptions import kinds_of, wanted

from .case import Case
from .baseline import ROLES
from .stack_under_test import StackUnderTest

_CREDENTIALS = "CredentialsSecretArn"
_FILE = "subscriptions.toml"


def cases() -> list[Case]:
    """In the order in which they are broken."""
    return [
        *_of_the_file(),
        *_of_credentials(),
        *_of_entra(),
        *_of_permissions(),
        *_of_subscriptions(),
    ]


def _of_the_file() -> list[Case]:
    return [
        Case(
            "there is no subscriptions.toml",
            lambda stack: stack.file(_FILE, None),
            "desired-missing",
            (_FILE,),
            besides=("clock-unseen",),
        ),
        Case(
            "subscriptions.toml is no TOML",
            lambda stack: stack.file(_FILE, "[[tenants]\n" + stack.held(_FILE)),
            "desired-invalid",
            (_FILE, "line 1"),
            besides=("clock-unseen",),
        ),
        Case(
            "a resource is misspelt in subscriptions.toml",
            lambda stack: stack.file(
                _FILE, stack.held(_FILE).replace("chats/getAllMessages", "chat/getAllMessages", 1)
            ),
            "desired-invalid",
            (_FILE, "chat/getAllMessages", "line "),
            besides=("clock-unseen",),
        ),
        Case(
            "subscriptions.toml wants nothing",
            lambda stack: stack.file(_FILE, ""),
            "nothing-wanted",
            (_FILE,),
            besides=("clock-unseen",),
        ),
        Case(
            "a tenant's id is mistyped in subscriptions.toml",
            _mistype_tenant,
            "tenant-unknown",
            ("{mistyped}", "AADSTS90002"),
            besides=("tenant-not-served",),
        ),
        Case(
            "the config bucket is another's",
            lambda stack: stack.variables(
                "subscriptions", TEAMWIRE_CONFIG_BUCKET="teamwire-config-of-nobody"
            ),
            "config-unavailable",
            ("subscriptions.toml", "bucket teamwire-config-of-nobody"),
            besides=("certificates-unseen", "clock-unseen"),
        ),
        Case(
            "the subscriptions function does not start",
            lambda stack: stack.variables("subscriptions", TEAMWIRE_CLIENT_STATE_SECRET=None),
            "check-failed",
            ("teamwire-subscriptions",),
            besides=(
                "certificates-unseen",
                "client-state-unseen",
                "clock-unseen",
                "variable-missing",
            ),
        ),
    ]


def _of_credentials() -> list[Case]:
    return [
        Case(
            "the secret's id was given in place of its value",
            lambda stack: _credentials(stack, {"*": _client(stack, str(uuid.uuid4()))}),
            "app-secret-wrong",
            ("{tenant}", "AADSTS7000215"),
        ),
        Case(
            "the credentials are of another tenant alone",
            lambda stack: _credentials(
                stack,
                {
                    stack.values["other tenant"]: _client(
                        stack, stack.running.identities.client_secret
                    )
                },
            ),
            "credentials-missing",
            ("{tenant}", "CredentialsSecret"),
        ),
        Case(
            "the credentials are the client secret alone",
            lambda stack: _put_credentials(stack, "a client secret and no JSON"),
            "credentials-unusable",
            ("{tenant}", "CredentialsSecret"),
        ),
        Case(
            "the secret of the credentials was deleted",
            _delete_credentials,
            "credentials-unreadable",
            ("{tenant}", "CredentialsSecret"),
        ),
        Case(
            "the app is to be known by the role, and STS is unavailable",
            _no_identity,
            "no-identity",
            ("{tenant}",),
        ),
    ]


def _of_entra() -> list[Case]:
    refusals = (
        ("the client secret has ended", 7000222, "app-secret-expired"),
        ("the app was disabled in a tenant", 7000112, "app-disabled"),
        ("nobody consented to the app in a tenant", 700016, "app-not-in-tenant"),
        ("the app has another certificate", 700027, "app-certificate-unknown"),
    )
    return [
        *(
            Case(name, _refuse(code), finding, ("{tenant}", f"AADSTS{code}"))
            for name, code, finding in refusals
        ),
        Case(
            "Entra can't be reached",
            _entra_down,
            "entra-unavailable",
            ("{tenant}",),
        ),
    ]


def _of_permissions() -> list[Case]:
    return [
        Case(
            "a permission was not granted",
            lambda stack: _roles(stack, "Application.Read.All", "Chat.Read.All"),
            "permission-missing",
            ("{tenant}", "teams/getAllMessages", "ChannelMessage.Read.All"),
            besides=("gap-permission-missing",),
        ),
        Case(
            "who is in the tenant can't be listed",
            lambda stack: _roles(stack, *(role for role in ROLES if role != "User.ReadBasic.All")),
            "gap-permission-missing",
            ("{tenant}", "gaps of chats", "User.ReadBasic.All"),
        ),
        Case(
            "all consent was taken back in a tenant",
            _lose_consent,
            "subscriptions-refused",
            ("{tenant}",),
            besides=("permission-missing", "assignment-unseen"),
        ),
        Case(
            "the app demands assignments",
            _demand_assignments,
            "assignment-required",
            ("{tenant}", "appRoleAssignmentRequired"),
        ),
        Case(
            "ingest knows another app",
            lambda stack: stack.variables("ingest", TEAMWIRE_APP_IDS=str(uuid.uuid4())),
            "app-id-unexpected",
            ("{tenant}", "{app}", "TEAMWIRE_APP_IDS"),
        ),
        Case(
            "ingest does not serve a tenant",
            lambda stack: stack.variables(
                "ingest", TEAMWIRE_TENANTS=stack.values["other tenant"]
            ),
            "tenant-not-served",
            ("{tenant}", "TEAMWIRE_TENANTS"),
        ),
    ]


def _of_subscriptions() -> list[Case]:
    return [
        Case(
            "a subscription was removed at Graph",
            _remove,
            "subscription-missing",
            ("{tenant}", "teams/getAllMessages"),
        ),
        Case(
            "another installation of the app has the subscription",
            _take_over,
            "subscription-elsewhere",
            ("{tenant}", "teams/getAllMessages", "http://localhost"),
        ),
        Case(
            "a subscription was not renewed",
            _shorten,
            "subscription-ending",
            ("{tenant}", "teams/getAllMessages", "{ends}"),
        ),
        Case(
            "the file wants content, and nobody has applied it",
            _want_otherwise,
            "subscription-outdated",
            ("{tenant}", "teams/getAllMessages"),
        ),
    ]


def _mistype_tenant(stack: StackUnderTest) -> None:
    mistyped = stack.values["mistyped"] = str(uuid.uuid4())
    more = wanted({(mistyped, "chats"): "basic"})
    stack.file(_FILE, f"{stack.held(_FILE)}\n{more}")


def _client(stack: StackUnderTest, secret: str) -> dict[str, str]:
    return {"clientId": stack.values["app"], "clientSecret": secret}


def _credentials(stack: StackUnderTest, held: dict[str, dict[str, str]]) -> None:
    _put_credentials(stack, json.dumps(held))


def _put_credentials(stack: StackUnderTest, text: str) -> None:
    stack.start_anew_afterwards("subscriptions")
    stack.secret(_CREDENTIALS, text)
    stack.scene.restart("subscriptions")


def _delete_credentials(stack: StackUnderTest) -> None:
    stack.start_anew_afterwards("subscriptions")
    stack.delete_secret(_CREDENTIALS)
    stack.scene.restart("subscriptions")


def _no_identity(stack: StackUnderTest) -> None:
    federated = stack.running.identities.federated_credentials()
    for function in ("hydrate", "subscriptions", "backfill"):
        stack.variables(
            function,
            TEAMWIRE_CREDENTIALS_SECRET=None,
            TEAMWIRE_CREDENTIALS=federated,
            AWS_ENDPOINT_URL_STS=f"http://127.0.0.1:{free_port()}",
        )


def _refuse(code: int) -> Callable[[StackUnderTest], None]:
    def cause(stack: StackUnderTest) -> None:
        tenant = stack.values["tenant"]
        # What Entra refused is remembered for half a minute.
        stack.start_anew_afterwards("subscriptions")
        stack.fault("refusal", {"tenant": tenant}, tenant=tenant, code=code)
        stack.scene.restart("subscriptions")

    return cause


def _entra_down(stack: StackUnderTest) -> None:
    stack.fault("entra", {"down": False}, down=True)
    stack.scene.restart("subscriptions")


def _roles(stack: StackUnderTest, *roles: str) -> None:
    tenant = stack.values["tenant"]
    stack.principal({"tenant": tenant, "roles": list(ROLES)}, tenant=tenant, roles=list(roles))


def _lose_consent(stack: StackUnderTest) -> None:
    tenant = stack.values["tenant"]
    stack.fault("consent", {"tenant": tenant, "lost": False}, tenant=tenant, lost=True)


def _demand_assignments(stack: StackUnderTest) -> None:
    tenant = stack.values["tenant"]
    stack.principal(
        {"tenant": tenant, "appRoleAssignmentRequired": False},
        tenant=tenant,
        appRoleAssignmentRequired=True,
    )


def _one(stack: StackUnderTest) -> str:
    """One subscription of the tenant, which is without content."""
    tenant = stack.values["tenant"]
    report = stack.running.order({"action": "list", "tenant": tenant})
    (found,) = (
        each["subscriptionId"]
        for each in report["tenants"][0]["changes"]
        if each["resource"] == "teams/getAllMessages"
    )
    return str(found)


def _remove(stack: StackUnderTest) -> None:
    one = _one(stack)
    stack.renewed()
    stack.control.fault("remove", subscriptionId=one)


def _take_over(stack: StackUnderTest) -> None:
    one = _one(stack)
    stack.renewed()
    stack.control.fault("remove", subscriptionId=one)
    elsewhere = stack.proxy.url.replace("127.0.0.1", "localhost")
    stack.subscribe("teams/getAllMessages", elsewhere)


def _shorten(stack: StackUnderTest) -> None:
    one = _one(stack)
    stack.renewed()
    ends = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=50)
    stack.values["ends"] = ends.strftime("%Y-%m-%dT%H:%M")
    stack.renew(one, ends)


def _want_otherwise(stack: StackUnderTest) -> None:
    kinds = kinds_of(stack.running.identities.tenants)
    tenant = stack.values["tenant"]
    stack.file(_FILE, wanted(kinds | {(tenant, "teams/getAllMessages"): "rich"}))
