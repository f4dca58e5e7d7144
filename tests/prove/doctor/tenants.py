"""What can be wrong in Entra, at Graph, and with what is wanted."""

import datetime
import json
import uuid
from collections.abc import Callable

from local.ports import free_port
from local.subscriptions import kinds_of, wanted

from .case import Case
from .healthy import ROLES
from .patient import Patient

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
            lambda patient: patient.file(_FILE, None),
            "desired-missing",
            (_FILE,),
            besides=("clock-unseen",),
        ),
        Case(
            "subscriptions.toml is no TOML",
            lambda patient: patient.file(_FILE, "[[tenants]\n" + patient.held(_FILE)),
            "desired-invalid",
            (_FILE, "line 1"),
            besides=("clock-unseen",),
        ),
        Case(
            "a resource is misspelt in subscriptions.toml",
            lambda patient: patient.file(
                _FILE, patient.held(_FILE).replace("chats/getAllMessages", "chat/getAllMessages", 1)
            ),
            "desired-invalid",
            (_FILE, "chat/getAllMessages", "line "),
            besides=("clock-unseen",),
        ),
        Case(
            "subscriptions.toml wants nothing",
            lambda patient: patient.file(_FILE, ""),
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
            lambda patient: patient.variables(
                "subscriptions", TEAMWIRE_CONFIG_BUCKET="teamwire-config-of-nobody"
            ),
            "config-unavailable",
            ("subscriptions.toml", "bucket teamwire-config-of-nobody"),
            besides=("certificates-unseen", "clock-unseen"),
        ),
        Case(
            "the subscriptions function does not start",
            lambda patient: patient.variables("subscriptions", TEAMWIRE_CLIENT_STATE_SECRET=None),
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
            lambda patient: _credentials(patient, {"*": _client(patient, str(uuid.uuid4()))}),
            "app-secret-wrong",
            ("{tenant}", "AADSTS7000215"),
        ),
        Case(
            "the credentials are of another tenant alone",
            lambda patient: _credentials(
                patient,
                {
                    patient.values["other tenant"]: _client(
                        patient, patient.running.identities.client_secret
                    )
                },
            ),
            "credentials-missing",
            ("{tenant}", "CredentialsSecret"),
        ),
        Case(
            "the credentials are the client secret alone",
            lambda patient: _put_credentials(patient, "a client secret and no JSON"),
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
            "the app is to be known by the role, and STS can't be had",
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
            lambda patient: _roles(patient, "Application.Read.All", "Chat.Read.All"),
            "permission-missing",
            ("{tenant}", "teams/getAllMessages", "ChannelMessage.Read.All"),
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
            lambda patient: patient.variables("ingest", TEAMWIRE_APP_IDS=str(uuid.uuid4())),
            "app-id-unexpected",
            ("{tenant}", "{app}", "TEAMWIRE_APP_IDS"),
        ),
        Case(
            "ingest does not serve a tenant",
            lambda patient: patient.variables(
                "ingest", TEAMWIRE_TENANTS=patient.values["other tenant"]
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


def _mistype_tenant(patient: Patient) -> None:
    mistyped = patient.values["mistyped"] = str(uuid.uuid4())
    more = wanted({(mistyped, "chats"): "basic"})
    patient.file(_FILE, f"{patient.held(_FILE)}\n{more}")


def _client(patient: Patient, secret: str) -> dict[str, str]:
    return {"clientId": patient.values["app"], "clientSecret": secret}


def _credentials(patient: Patient, held: dict[str, dict[str, str]]) -> None:
    _put_credentials(patient, json.dumps(held))


def _put_credentials(patient: Patient, text: str) -> None:
    patient.start_anew_afterwards("subscriptions")
    patient.secret(_CREDENTIALS, text)
    patient.scene.restart("subscriptions")


def _delete_credentials(patient: Patient) -> None:
    patient.start_anew_afterwards("subscriptions")
    patient.delete_secret(_CREDENTIALS)
    patient.scene.restart("subscriptions")


def _no_identity(patient: Patient) -> None:
    federated = patient.running.identities.federated_credentials()
    for function in ("hydrate", "subscriptions", "backfill"):
        patient.variables(
            function,
            TEAMWIRE_CREDENTIALS_SECRET=None,
            TEAMWIRE_CREDENTIALS=federated,
            AWS_ENDPOINT_URL_STS=f"http://127.0.0.1:{free_port()}",
        )


def _refuse(code: int) -> Callable[[Patient], None]:
    def cause(patient: Patient) -> None:
        tenant = patient.values["tenant"]
        # What Entra refused is remembered for half a minute.
        patient.start_anew_afterwards("subscriptions")
        patient.fault("refusal", {"tenant": tenant}, tenant=tenant, code=code)
        patient.scene.restart("subscriptions")

    return cause


def _entra_down(patient: Patient) -> None:
    patient.fault("entra", {"down": False}, down=True)
    patient.scene.restart("subscriptions")


def _roles(patient: Patient, *roles: str) -> None:
    tenant = patient.values["tenant"]
    patient.principal({"tenant": tenant, "roles": list(ROLES)}, tenant=tenant, roles=list(roles))


def _lose_consent(patient: Patient) -> None:
    tenant = patient.values["tenant"]
    patient.fault("consent", {"tenant": tenant, "lost": False}, tenant=tenant, lost=True)


def _demand_assignments(patient: Patient) -> None:
    tenant = patient.values["tenant"]
    patient.principal(
        {"tenant": tenant, "appRoleAssignmentRequired": False},
        tenant=tenant,
        appRoleAssignmentRequired=True,
    )


def _one(patient: Patient) -> str:
    """One subscription of the tenant, which is without content."""
    tenant = patient.values["tenant"]
    report = patient.running.order({"action": "list", "tenant": tenant})
    (found,) = (
        each["subscriptionId"]
        for each in report["tenants"][0]["changes"]
        if each["resource"] == "teams/getAllMessages"
    )
    return str(found)


def _remove(patient: Patient) -> None:
    one = _one(patient)
    patient.renewed()
    patient.control.fault("remove", subscriptionId=one)


def _take_over(patient: Patient) -> None:
    one = _one(patient)
    patient.renewed()
    patient.control.fault("remove", subscriptionId=one)
    elsewhere = patient.front.url.replace("127.0.0.1", "localhost")
    patient.subscribe("teams/getAllMessages", elsewhere)


def _shorten(patient: Patient) -> None:
    one = _one(patient)
    patient.renewed()
    ends = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=50)
    patient.values["ends"] = ends.strftime("%Y-%m-%dT%H:%M")
    patient.renew(one, ends)


def _want_otherwise(patient: Patient) -> None:
    kinds = kinds_of(patient.running.identities.tenants)
    tenant = patient.values["tenant"]
    patient.file(_FILE, wanted(kinds | {(tenant, "teams/getAllMessages"): "rich"}))
