"""The pins: only what was looked at can ever be installed."""

import re
import unittest

import yaml
from local.checkout import ROOT
from python.test_docs import files

LISTS = sorted(path for path in files(".txt") if path.name.endswith("requirements.txt"))


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


class TheBot(unittest.TestCase):
    def test_proposes_updates_of_all_that_is_locked(self) -> None:
        config = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text())
        watched = {
            (update["package-ecosystem"], directory)
            for update in config["updates"]
            for directory in update.get("directories", [update.get("directory")])
        }
        # The module in a proof's folder is one of former days, and stays as it was.
        modules = files(".tf", ROOT / "infra")
        required = [path for path in modules if "required_providers" in path.read_text()]
        locks = {"package-lock.json": "npm", "Cargo.lock": "cargo"}
        locked = [("pip", path) for path in LISTS] + [("terraform", path) for path in required]
        for suffix in (".json", ".lock"):
            there = [path for path in files(suffix) if path.name in locks]
            locked += [(locks[path.name], path) for path in there]
        self.assertGreater(len(locked), 12)
        below = {(kind, "/" + path.parent.relative_to(ROOT).as_posix()) for kind, path in locked}
        below = {(kind, folder.removesuffix(".")) for kind, folder in below}
        self.assertEqual(watched, below | {("github-actions", "/")})


if __name__ == "__main__":
    unittest.main()
