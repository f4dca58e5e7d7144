"""What `prove-resources` concludes from: each cell holds by what is right, and by nothing else."""

import base64
import contextlib
import io
import json
import unittest
from typing import Any
from unittest.mock import MagicMock, patch

from local.problem import NotProven
from local.simulator import SimulatorRefused
from local.verdict import Change, Event
from prove.resources import proof
from prove.resources.outcomes import shared_ids
from prove.resources.proof import Seen, Stated, cells_of, is_kept

TENANT = "11111111-2222-3333-4444-555555555555"
EITHER = "tombstone, or decrypted"


def change(number: int = 1, **different: Any) -> Change:
    usual = {
        "subscriptionId": "s1",
        "tenantId": TENANT,
        "resource": f"chats('c')/messages('{number}')",
        "changeType": "created",
        "kind": "rich",
        "version": str(number),
        "data": {"id": str(number)},
    }
    return usual | different


def deletion(number: int = 1, **different: Any) -> Change:
    """Told without content."""
    return change(number, changeType="deleted", kind="basic", version=None, data=None) | different


def event(of: Change, **different: Any) -> Event:
    """The right one."""
    subject = of["resource"]
    usual = {
        "id": f"{subject} {of['changeType']} {of['version']}",
        "type": f"microsoft.graph.chatMessage.{of['changeType']}",
        "subject": subject,
        "tenantid": TENANT,
        "subscriptionid": "s1",
    }
    if of["data"] is None:
        usual |= {"origin": "reference", "referencereason": "deleted", "data": {"@odata.id": subject}}
    else:
        usual |= {"origin": "decrypted" if of["kind"] == "rich" else "hydrated", "data": of["data"]}
        usual |= {"contentversion": of["version"]} if of["version"] else {}
    return usual | different


def failing(changes: list[Change], *events: Event, **different: Any) -> list[str]:
    """The columns that do not hold: of one path, each kind of which the page says the usual."""
    told = ", ".join(
        kind
        for kind in ("created", "updated", "deleted")
        if kind in {change["changeType"] for change in changes}
    )
    page = {
        "subscribed": "v1.0",
        "announced_rich": told,
        "announced_basic": told,
        "decrypted": "decrypted",
        "hydrated": "hydrated",
        "deleted": EITHER,
    }
    api, table = different.pop("api", "v1.0"), different.pop("table", "v1.0")
    kind, can_be_rich = different.pop("kind", "rich"), different.pop("can_be_rich", True)
    stated = {"chats": Stated(**(page | different))}
    rows = [{"path": "chats", "api": table, "richNotifications": can_be_rich}]
    seen = {"chats": Seen(api, changes, list(events))}
    cells = cells_of(rows, stated, kind, seen, shared_ids(events))
    return [cell.column for cell in cells if not cell.holds]


def rich(*different: dict[str, Any]) -> list[str]:
    """What fails of a rich path of which all is right but what is `different` with its creation."""
    made, gone = change(1), change(2, changeType="deleted")
    return failing([made, gone], *(event(made, **each) for each in different), event(gone))


def basic(*different: dict[str, Any]) -> list[str]:
    """The same of a basic one."""
    made, gone = change(1, kind="basic"), deletion(2)
    its = [event(made, **each) for each in different]
    return failing([made, gone], *its, event(gone), kind="basic")


class ASubscription(unittest.TestCase):
    made, gone = change(1), change(2, changeType="deleted")

    def seen(self, **different: Any) -> list[str]:
        return failing([self.made, self.gone], event(self.made), event(self.gone), **different)

    def test_is_made_by_the_api_that_page_and_table_name(self) -> None:
        self.assertEqual(self.seen(), [])
        self.assertEqual(self.seen(api="beta", table="beta", subscribed="beta"), [])

    def test_by_another_api_than_the_page_s_fails(self) -> None:
        self.assertEqual(self.seen(api="beta"), ["subscribed rich"])
        self.assertEqual(self.seen(api="beta", table="beta"), ["subscribed rich"])
        self.assertEqual(self.seen(table="beta", subscribed="beta"), ["subscribed rich"])

    def test_of_what_is_never_rich_is_refused_with_its_data(self) -> None:
        self.assertEqual(failing([], api="refused", can_be_rich=False), [])
        self.assertEqual(failing([], api="v1.0", can_be_rich=False), ["subscribed rich"])

    def test_by_an_application_alone_is_refused_where_a_user_has_to_be_signed_in(self) -> None:
        never = dict.fromkeys(("announced_rich", "decrypted", "deleted"), "not announced")
        refused = never | {"subscribed": "refused"}
        self.assertEqual(failing([], api="refused", **refused), [])
        self.assertEqual(failing([], api="v1.0", **refused), ["subscribed rich"])

    def test_by_another_api_than_the_table_s_fails(self) -> None:
        self.assertEqual(self.seen(api="beta", subscribed="beta"), ["subscribed rich"])
        self.assertEqual(self.seen(table="beta"), ["subscribed rich"])

    def test_goes_to_beta_only_if_v1_says_that_the_request_is_wrong(self) -> None:
        for status, expected in ((400, ("beta", "id")), (403, None)):
            graph = Refusing(status)
            if expected:
                self.assertEqual(proof._subscribe(graph, TENANT, {}), expected)
            else:
                with self.assertRaises(SimulatorRefused):
                    proof._subscribe(graph, TENANT, {})


class Refusing:
    """A Graph that takes what is asked of beta."""

    def __init__(self, status: int) -> None:
        self.status = status

    def subscribe(self, tenant: str, request: dict[str, Any], api: str = "v1.0") -> dict[str, Any]:
        if api == "v1.0":
            raise SimulatorRefused(f"POST /v1.0/subscriptions -> {self.status} {{}}")
        return {"id": "id"}


class WhatIsAnnounced(unittest.TestCase):
    def test_with_content_is_decrypted_once_however_often_it_is_delivered(self) -> None:
        self.assertEqual(rich({}), [])
        self.assertEqual(rich({}, {}), [])

    def test_without_content_is_hydrated_once_however_often_it_is_delivered(self) -> None:
        self.assertEqual(basic({}), [])
        self.assertEqual(basic({}, {}), [])

    def test_with_anything_else_in_its_event_fails(self) -> None:
        wrong: list[dict[str, Any]] = [
            {"data": {"id": "other"}},
            {"data": None},
            {"contentversion": "0"},
            {"contentversion": None},
            {"origin": "backfilled"},
            {"subject": "chats('other')/messages('1')"},
            {"tenantid": "other"},
            {"type": "microsoft.graph.chatMessage.updated"},
        ]
        for different in wrong:
            with self.subTest(different):
                self.assertIn("decrypted", rich(different))
                self.assertIn("hydrated", basic(different))
                # A second delivery too.
                self.assertIn("decrypted", rich({}, different))
                self.assertIn("hydrated", basic({}, different))

    def test_fails_without_an_event(self) -> None:
        self.assertEqual((rich(), basic()), (["decrypted"], ["hydrated"]))

    def test_fails_by_a_second_id(self) -> None:
        second = {"id": "second"}
        self.assertEqual((rich({}, second), basic({}, second)), (["decrypted"], ["hydrated"]))

    def test_fails_by_the_id_of_another(self) -> None:
        for kind, column in (("rich", "decrypted"), ("basic", "hydrated")):
            changes = [change(1, kind=kind), change(2, kind=kind)]
            events = [event(each, id="same") for each in changes]
            self.assertIn(column, failing(changes, *events, kind=kind, deleted="not announced"))

    def test_fails_by_the_same_id_for_two_kinds_of_change(self) -> None:
        changes = [change(), change(changeType="updated")]
        events = [event(each, id="same") for each in changes]
        self.assertEqual(failing(changes, *events, deleted="not announced"), ["decrypted"])

    def test_fails_by_an_event_that_nothing_was_announced_of(self) -> None:
        more = event(change(9))
        made = change(1)
        found = failing([made], event(made), more, deleted="not announced")
        self.assertEqual(found, ["decrypted"])

    def test_and_can_not_be_read_becomes_a_reference_to_itself(self) -> None:
        made = change(kind="basic", version=None)
        text = "reference, `needs-scope`"
        told = {
            "origin": "reference",
            "referencereason": "needs-scope",
            "data": {"@odata.id": made["resource"]},
        }
        wrong = [{"referencereason": "list-only"}, {"data": {"@odata.id": "chats('c')"}}]
        for different, fails in ({}, []), (wrong[0], ["hydrated"]), (wrong[1], ["hydrated"]):
            its = event(made, **(told | different))
            found = failing([made], its, kind="basic", hydrated=text, deleted="not announced")
            self.assertEqual(found, fails)


class WhatChangesAgainAndAgain(unittest.TestCase):
    def again(self, kind: str, *events: Event, versions: bool = True) -> list[str]:
        changes = self.changes(kind, versions)
        return failing(changes, *events, kind=kind, deleted="not announced")

    def changes(self, kind: str, versions: bool = True) -> list[Change]:
        return [
            change(1, kind=kind, data={"text": n}, version=str(n) if versions else None)
            for n in range(3)
        ]

    def test_is_decrypted_as_often_as_it_was_sealed(self) -> None:
        for versions in (True, False):
            sealed = self.changes("rich", versions)
            events = [event(one, id=str(n)) for n, one in enumerate(sealed)]
            self.assertEqual(self.again("rich", *events, versions=versions), [])
            self.assertEqual(self.again("rich", *events[1:], versions=versions), ["decrypted"])
            one_id = [one | {"id": "1"} for one in events]
            self.assertEqual(self.again("rich", *one_id, versions=versions), ["decrypted"])

    def test_may_be_read_in_any_state_that_it_had(self) -> None:
        states = self.changes("basic")
        self.assertEqual(self.again("basic", event(states[2])), [])
        self.assertEqual(self.again("basic", event(states[0]), event(states[2])), [])
        never = event(states[2], data={"text": "never"})
        self.assertEqual(self.again("basic", never), ["hydrated"])
        mixed = event(states[2], contentversion="1")
        self.assertEqual(self.again("basic", mixed), ["hydrated"])

    def test_has_one_id_for_one_version_that_is_read(self) -> None:
        last = self.changes("basic")[2]
        events = [event(last), event(last, id="other")]
        self.assertEqual(self.again("basic", *events), ["hydrated"])

    def test_has_no_more_ids_than_changes_where_it_has_no_version(self) -> None:
        last = self.changes("basic", versions=False)[2]
        events = [event(last, id=str(n)) for n in range(4)]
        self.assertEqual(self.again("basic", *events[:3], versions=False), [])
        self.assertEqual(self.again("basic", *events, versions=False), ["hydrated"])


class ADeletion(unittest.TestCase):
    def run_of(self, kind: str, gone: list[Change], *events: Event, **page: str) -> list[str]:
        made = change(9, kind=kind)
        return failing([made, *gone], event(made), *events, kind=kind, **page)

    def test_is_decrypted_where_it_was_sealed_and_a_tombstone_where_not(self) -> None:
        gone = [change(1, changeType="deleted"), deletion(2)]
        self.assertEqual(self.run_of("rich", gone, *map(event, gone)), [])
        self.assertEqual(self.run_of("basic", gone[1:], event(gone[1])), [])

    def test_that_was_sealed_and_is_a_tombstone_fails(self) -> None:
        gone = [change(1, changeType="deleted"), deletion(2)]
        tombstones = [event(deletion(1)), event(gone[1])]
        self.assertEqual(self.run_of("rich", gone, *tombstones), ["deleted (rich)"])

    def test_that_was_not_sealed_and_is_decrypted_fails(self) -> None:
        opened = event(change(1, changeType="deleted"))
        self.assertEqual(self.run_of("rich", [deletion(1)], opened), ["deleted (rich)"])
        self.assertEqual(self.run_of("basic", [deletion(1)], opened), ["deleted (basic)"])

    def test_that_is_found_by_a_get_instead_fails(self) -> None:
        gone = event(deletion(1), referencereason="gone")
        self.assertEqual(self.run_of("basic", [deletion(1)], gone), ["deleted (basic)"])

    def test_of_one_resource_by_turns_sealed_and_not_is_both(self) -> None:
        gone = [change(1, changeType="deleted", version=None), deletion(1), deletion(1)]
        opened, tombstone = event(gone[0], id="own"), event(gone[1])
        self.assertEqual(self.run_of("rich", gone, opened, tombstone), [])
        for events in ([opened], [tombstone], [tombstone, opened | {"id": tombstone["id"]}]):
            self.assertEqual(self.run_of("rich", gone, *events), ["deleted (rich)"])

    def test_has_one_tombstone_however_often_it_is_announced(self) -> None:
        gone = [deletion(1), deletion(1)]
        events = [event(each, id=str(n)) for n, each in enumerate(gone)]
        self.assertEqual(self.run_of("basic", gone, *events), ["deleted (basic)"])
        self.assertEqual(self.run_of("basic", gone, events[0], events[0]), [])

    def test_that_the_page_does_not_expect_fails(self) -> None:
        found = self.run_of("basic", [deletion(1)], event(deletion(1)), deleted="not announced")
        self.assertEqual(found, ["deleted (basic)"])

    def test_that_never_comes_fails(self) -> None:
        self.assertEqual(self.run_of("basic", []), ["deleted (basic)"])


class TheContentOfAMeeting(unittest.TestCase):
    meeting = base64.b64encode(b"1*organizer*0**thread").decode()
    told = change(
        resource=f"communications/onlineMeetings('{meeting}')/transcripts('i')", kind="basic"
    )
    right = event(told, contentref="s3://bucket/content/x.vtt")

    def kept(self, *events: Event, shared: set[str] | None = None) -> bool:
        def stored(bucket: str, key: str) -> bytes:
            return b"words" if (bucket, key) == ("bucket", "content/x.vtt") else b"other"

        return is_kept(events, shared or set(), self.read, stored)

    def read(self, path: str) -> bytes:
        self.assertTrue(path.startswith("users/organizer/onlineMeetings/"))
        return b"words" if path.endswith("/content") else json.dumps(self.told["data"]).encode()

    def test_is_kept_where_it_is_delivered_and_stored_as_graph_has_it(self) -> None:
        self.assertTrue(self.kept(self.right))
        self.assertTrue(self.kept(self.right, self.right))

    def test_is_not_kept_by_the_events_of_another(self) -> None:
        self.assertFalse(self.kept())

    def test_is_not_kept_under_two_ids_or_under_that_of_another(self) -> None:
        self.assertFalse(self.kept(self.right, self.right | {"id": "other"}))
        self.assertFalse(self.kept(self.right, shared={self.right["id"]}))

    def test_is_not_kept_by_anything_else(self) -> None:
        for different in (
            {"contentref": "s3://bucket/content/other.vtt"},
            {"contentref": "s3://bucket/events/x.vtt"},
            {"origin": "decrypted"},
            {"data": {"id": "other"}},
        ):
            with self.subTest(different):
                self.assertFalse(self.kept(self.right | different))
                self.assertFalse(self.kept(self.right, self.right | different))


class TheIds(unittest.TestCase):
    def test_that_two_resources_or_kinds_of_change_have_are_known(self) -> None:
        one = event(change(), id="same")
        for other in (event(change(2)), event(change(changeType="updated"))):
            self.assertEqual(shared_ids([one, one, other | {"id": "same"}]), {"same"})
        self.assertEqual(shared_ids([one, one, event(change(2))]), set())


class TheAnnouncements(unittest.TestCase):
    def test_a_kind_of_change_that_was_never_announced_fails_its_cell(self) -> None:
        made = change(1)
        found = failing([made], event(made), announced_rich="created, deleted", deleted="not announced")
        self.assertEqual(found, ["announced rich"])


class ThePage(unittest.TestCase):
    def test_says_of_each_path_by_which_api_it_is_subscribed_to(self) -> None:
        stated = proof._stated()
        self.assertGreater(len(stated), 30)
        self.assertEqual(stated["chats"].subscribed, "v1.0")
        self.assertEqual(stated["users/{user-id}/chats"].subscribed, "beta")


class TheRun(unittest.TestCase):
    """All but the stack: what was seen comes in, and it proves it or does not."""

    whole = {
        "specversion": "1.0",
        "id": "x" * 43,
        "source": f"https://graph.microsoft.com/{TENANT}",
        "time": "2026-11-21T09:00:00.123Z",
        "datacontenttype": "application/json",
        "receivedat": "2026-11-21T09:00:00.840Z",
    }

    def proves(
        self, kept: int = 1, of_content: dict[str, Any] | None = None, **different: Any
    ) -> bool:
        told = {kind: change(1, kind=kind) for kind in ("rich", "basic")}
        events = {
            kind: event(one) | self.whole | {"id": kind.ljust(43, "x")} | different
            for kind, one in told.items()
        }
        content = events["basic"] | {"id": "c" * 43, "subject": "other"} | (of_content or {})

        def prove(_: Any, __: Any, kind: str) -> tuple[dict[str, Seen], list[Event]]:
            return {"chats": Seen("v1.0", [told[kind]], [events[kind]])}, [events[kind]]

        stated = {"chats": Stated("v1.0", "created", "created", "decrypted", "hydrated", "not announced")}
        with (
            patch.multiple(
                proof,
                stack=MagicMock(),
                _rows=lambda: [{"path": "chats", "api": "v1.0", "richNotifications": True}],
                _stated=lambda: stated,
                _prove=prove,
                _prove_content=lambda _: (kept, 1, [content]),
                _prove_sizes=lambda _: (1, 1, []),
            ),
            contextlib.redirect_stdout(io.StringIO()),
        ):
            try:
                return proof.main(0) == 0
            except NotProven:
                return False

    def test_proves_it_if_all_is_right(self) -> None:
        self.assertTrue(self.proves())

    def test_does_not_if_a_cell_does_not_hold(self) -> None:
        self.assertFalse(self.proves(data={"id": "other"}))

    def test_does_not_if_content_is_missing(self) -> None:
        self.assertFalse(self.proves(kept=0))

    def test_does_not_if_an_event_is_not_of_the_schema(self) -> None:
        self.assertFalse(self.proves(receivedat="yesterday"))

    def test_does_not_if_an_event_with_content_is_not(self) -> None:
        self.assertFalse(self.proves(of_content={"contentref": "elsewhere"}))

    def test_does_not_if_an_event_with_content_has_the_id_of_another(self) -> None:
        self.assertFalse(self.proves(of_content={"id": "basic".ljust(43, "x")}))


if __name__ == "__main__":
    unittest.main()
