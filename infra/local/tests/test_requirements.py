"""requirements.txt can only ever install what was looked at."""

import re
import unittest

from local import checkout

REQUIREMENTS = checkout.ROOT / "infra" / "local" / "requirements.txt"


class TheRequirements(unittest.TestCase):
    def test_are_all_pinned_to_a_version_and_to_hashes(self) -> None:
        text = re.sub(r"#.*", "", REQUIREMENTS.read_text()).replace("\\\n", " ")
        requirements = [line.split() for line in text.splitlines() if line.strip()]
        self.assertTrue(requirements)
        for requirement in requirements:
            with self.subTest(requirement[0]):
                self.assertRegex(requirement[0], r"^[a-z0-9-]+==[0-9][0-9a-z.]*$")
                self.assertRegex(requirement[-1], r"^--hash=sha256:[0-9a-f]{64}$")

    def test_name_no_place_to_fetch_from(self) -> None:
        for forbidden in ("http", "--index-url", "--extra-index-url", "--find-links"):
            self.assertNotIn(forbidden, REQUIREMENTS.read_text())


if __name__ == "__main__":
    unittest.main()
