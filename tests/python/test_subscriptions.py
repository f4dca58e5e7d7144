"""The request of a run to the subscriptions function, and its reading of the answer."""

import io
import json
import unittest
from typing import Any

from local.deploy import Deployment
from local.demo import merge
from local.subscriptions import NotSubscribed, kinds_of, order, wanted


class Function:
    """The emulator, as far as it invokes a function that gives this answer."""

    def __init__(self, answer: dict[str, Any], failed: bool = False) -> None:
        self.answer = {"Payload": io.BytesIO(json.dumps(answer).encode())}
        if failed:
            self.answer["FunctionError"] = "Unhandled"
        self.orders: list[tuple[str, Any]] = []

    def client(self, _service: str) -> "Function":
        return self

    def invoke(self, **call: Any) -> dict[str, Any]:
        self.orders.append((call["FunctionName"], json.loads(call["Payload"])))
        return self.answer


DEPLOYMENT = Deployment({"SubscriptionsFunctionName": "teamwire-subscriptions"})


def give(function: Function) -> dict[str, Any]:
    return order(function, DEPLOYMENT, {"action": "plan"})  # type: ignore[arg-type]


class TheWantedSubscriptions(unittest.TestCase):
    kinds = kinds_of(("a", "b"))

    def test_are_rich_in_one_tenant_and_basic_in_the_other(self) -> None:
        for (tenant, resource), kind in self.kinds.items():
            if tenant == "a":
                self.assertEqual({kind, self.kinds["b", resource]}, {"rich", "basic"})

    def test_are_all_in_the_file_below_their_tenant(self) -> None:
        tenants = wanted(self.kinds).split("[[tenants]]\n")[1:]
        self.assertEqual([each.splitlines()[0] for each in tenants], ['id = "a"', 'id = "b"'])
        for (tenant, resource), kind in self.kinds.items():
            stated = f'resource = "{resource}"\npayload = "{kind}"\n'
            self.assertIn(stated, tenants["ab".index(tenant)])


class AnOrder(unittest.TestCase):
    def test_goes_to_the_function_and_comes_back_as_its_report(self) -> None:
        function = Function({"tenants": [], "faults": []})
        self.assertEqual(give(function), {"tenants": [], "faults": []})
        self.assertEqual(function.orders, [("teamwire-subscriptions", {"action": "plan"})])

    def test_that_was_not_carried_out_says_why(self) -> None:
        fault = {"reason": "no-consent", "message": "403 Forbidden"}
        with self.assertRaisesRegex(NotSubscribed, "no-consent: 403 Forbidden"):
            give(Function({"tenants": [], "faults": [fault]}))
        with self.assertRaisesRegex(NotSubscribed, "out of memory"):
            give(Function({"errorMessage": "out of memory"}, failed=True))


class SeveralJobs(unittest.TestCase):
    def test_are_done_when_all_are_and_their_numbers_add_up(self) -> None:
        one = {"done": True, "posts": 2, "accepted": 2, "retried": 1, "changes": ["a"]}
        other = {"done": False, "posts": 3, "accepted": 1, "retried": 0, "changes": ["b", "c"]}
        self.assertEqual(
            merge([one, other]),
            {"done": False, "posts": 5, "accepted": 3, "retried": 1, "changes": ["a", "b", "c"]},
        )


if __name__ == "__main__":
    unittest.main()
