"""The faults of `prove-doctor`, against docs/DOCTOR.md."""

import re
import string
import unittest

from local.checkout import ROOT
from prove.doctor.proof import every_case

CASES = every_case()
VALUES = {"tenant", "other tenant", "app", "kms", "proxy", "processor", "mistyped", "ends"}
_ROW = re.compile(r"^\| `([a-z-]+)` \| (ok|warning|fault|unknown) \|", re.MULTILINE)


def documented() -> dict[str, tuple[str, str]]:
    """Station and verdict of each code of the page."""
    found = {}
    page = (ROOT / "docs" / "DOCTOR.md").read_text()
    for section in page.split("\n## ")[1:]:
        station = section.split("\n", 1)[0]
        found |= {code: (station, verdict) for code, verdict in _ROW.findall(section)}
    return found


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


if __name__ == "__main__":
    unittest.main()
