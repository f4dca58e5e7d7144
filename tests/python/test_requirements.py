"""The pins: only what was looked at can ever be installed."""

import re
import unittest

from local import checkout

_INFRA = checkout.ROOT / "infra"
_ORACLES = checkout.ROOT / "tests" / "prove" / "oracles"
LISTS = (
    _INFRA / "local" / "requirements.txt",
    _INFRA / "checkov-requirements.txt",
    _INFRA / "package-requirements.txt",
    _ORACLES / "aws" / "requirements.txt",
    _ORACLES / "sdk" / "requirements.txt",
)


class TheRequirements(unittest.TestCase):
    def test_are_all_pinned_to_a_version_and_to_hashes(self) -> None:
        for path in LISTS:
            text = re.sub(r"#.*", "", path.read_text()).replace("\\\n", " ")
            requirements = [line.split() for line in text.splitlines() if line.strip()]
            self.assertTrue(requirements)
            for requirement in requirements:
                with self.subTest(path.name, of=requirement[0]):
                    self.assertRegex(requirement[0], r"^[a-z0-9-]+==[0-9][0-9a-z.]*$")
                    self.assertRegex(requirement[-1], r"^--hash=sha256:[0-9a-f]{64}$")

    def test_name_no_place_to_fetch_from(self) -> None:
        for path in LISTS:
            text = path.read_text()
            named = [each for each in ("://", "index-url", "--find-links") if each in text]
            self.assertEqual(named, [], path.name)


if __name__ == "__main__":
    unittest.main()
