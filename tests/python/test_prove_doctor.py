"""What `prove-doctor` breaks, against docs/DOCTOR.md; and that it sees what doctor gets wrong."""

import re
import string
import unittest
from collections.abc import Mapping

from local.checkout import ROOT
from prove.doctor.case import Case, is_in_order, judge
from prove.doctor.proof import every_case

CASES = every_case()
VALUES = {"tenant", "other tenant", "app", "kms", "front", "processor", "mistyped", "ends"}
_ROW = re.compile(r"^\| `([a-z-]+)` \| (ok|warning|fault|unknown) \|", re.MULTILINE)


def documented() -> dict[str, tuple[str, str]]:
    """Station and verdict of each code of the page."""
    found = {}
    page = (ROOT / "docs" / "DOCTOR.md").read_text()
    for section in page.split("\n## ")[1:]:
        station = section.split("\n", 1)[0]
        found |= {code: (station, verdict) for code, verdict in _ROW.findall(section)}
    return found


def case(says: tuple[str, ...] = ("teamwire-decrypt",), besides: tuple[str, ...] = ()) -> Case:
    return Case("it is broken", lambda _: None, "queue-missing", says, besides)


def finding(
    code: str, what: str, verdict: str = "fault", remedy: str = "do it"
) -> Mapping[str, str]:
    return {"code": code, "what": what, "verdict": verdict, "do": remedy}


class TheCases(unittest.TestCase):
    def test_are_about_codes_that_are_documented_and_not_ok(self) -> None:
        codes = documented()
        self.assertGreater(len(codes), 100)
        for each in CASES:
            for code in (each.code, *each.besides):
                self.assertIn(code, codes, each.name)
                self.assertNotEqual(codes[code][1], "ok", each.name)
            # What names a misconfiguration is something to be seen to.
            self.assertIn(codes[each.code][1], ("fault", "warning"), each.name)
            self.assertNotIn(each.code, each.besides, each.name)

    def test_are_at_least_twenty_different_faults(self) -> None:
        codes = documented()
        faults = {each.code for each in CASES if codes[each.code][1] == "fault"}
        self.assertGreaterEqual(len(faults), 20)

    def test_leave_no_station_out(self) -> None:
        codes = documented()
        stations = {station for station, _ in codes.values()}
        self.assertEqual({codes[each.code][0] for each in CASES}, stations)

    def test_have_names_of_their_own_and_say_what_is_to_be_named(self) -> None:
        names = [each.name for each in CASES]
        self.assertEqual(len(names), len(set(names)))
        for each in CASES:
            self.assertTrue(each.says, each.name)
            for part in each.says:
                wanted = {name for _, name, _, _ in string.Formatter().parse(part) if name}
                self.assertLessEqual(wanted, VALUES, each.name)


class TheJudgement(unittest.TestCase):
    def test_wants_the_fault_named_with_what_it_is_of(self) -> None:
        right = finding("queue-missing", "there is no queue teamwire-decrypt")
        outcome = judge(case(), 1, [right], {})
        self.assertEqual((outcome.named, outcome.problems, outcome.false), (True, (), ()))
        other = finding("queue-missing", "there is no queue teamwire-hydrate")
        outcome = judge(case(), 1, [other], {})
        self.assertFalse(outcome.named)
        self.assertIn("does not name ['teamwire-decrypt']", outcome.problems[0])

    def test_sees_that_doctor_is_silent(self) -> None:
        outcome = judge(case(), 0, [finding("queues-in-order", "all is well", "ok")], {})
        self.assertFalse(outcome.named)
        self.assertEqual(outcome.problems, ("queue-missing was not found",))

    def test_sees_what_nothing_explains(self) -> None:
        right = finding("queue-missing", "there is no queue teamwire-decrypt")
        also = finding("alarm-ringing", "one rings")
        unknown = finding("age-unseen", "no age", "unknown")
        outcome = judge(case(besides=("age-unseen",)), 1, [right, also, unknown], {})
        self.assertEqual(outcome.false, ("alarm-ringing: one rings",))

    def test_misses_what_should_follow(self) -> None:
        right = finding("queue-missing", "there is no queue teamwire-decrypt")
        outcome = judge(case(besides=("age-unseen",)), 1, [right], {})
        self.assertEqual(outcome.problems, ("age-unseen was not found",))

    def test_holds_the_exit_status_against_the_findings(self) -> None:
        right = finding("queue-missing", "there is no queue teamwire-decrypt")
        self.assertEqual(judge(case(), 0, [right], {}).problems, ("exit status 0, with a fault",))
        warning = finding("queue-missing", "there is no queue teamwire-decrypt", "warning")
        self.assertEqual(
            judge(case(), 1, [warning], {}).problems, ("exit status 1, without a fault",)
        )

    def test_fills_in_what_the_run_knows(self) -> None:
        right = finding("queue-missing", "tenant 42: no queue")
        self.assertTrue(judge(case(says=("{tenant}",)), 1, [right], {"tenant": "42"}).named)
        self.assertFalse(judge(case(says=("{tenant}",)), 1, [right], {"tenant": "43"}).named)

    def test_sees_advice_that_leaves_something_open(self) -> None:
        what = "there is no queue teamwire-decrypt"
        right = finding("queue-missing", what, remedy="deploy <stack> again")
        self.assertEqual(
            judge(case(), 1, [right], {}).problems, ("queue-missing leaves ['<stack>']",)
        )

    def test_of_a_stack_that_is_in_order_nothing_is_to_be_said(self) -> None:
        self.assertEqual(is_in_order(0, [finding("queues-in-order", "well", "ok")]), [])
        self.assertEqual(
            is_in_order(1, [finding("dead-letters", "3 of them")]),
            ["dead-letters: 3 of them", "exit status 1"],
        )


if __name__ == "__main__":
    unittest.main()
