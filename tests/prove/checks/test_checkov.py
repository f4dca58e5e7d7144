"""The findings of checkov in both stacks are known, with a reason, and no others are let through.
"""

import unittest

from contract import checkov
from contract.checkov import Finding

_LEAST_WORDS = 8


class TheSkips(unittest.TestCase):
    def test_each_has_a_reason_and_a_stack(self) -> None:
        for check, skip in checkov.skips().items():
            with self.subTest(check):
                self.assertRegex(check, r"^CKV2?_AWS_\d+$")
                self.assertGreaterEqual(len(skip["why"].split()), _LEAST_WORDS)
                self.assertTrue(skip["where"])
                self.assertLessEqual(set(skip["where"]), {"sam", "terraform"})
                self.assertLessEqual(set(skip), {"where", "why", "only"})

    def test_one_that_nothing_needs_is_told(self) -> None:
        left = checkov.unneeded([])
        self.assertEqual(len(left), sum(len(skip["where"]) for skip in checkov.skips().values()))

    def test_one_for_some_resources_covers_no_others(self) -> None:
        claims = Finding("CKV_AWS_21", "versioning", "sam", "AWS::S3::Bucket.ClaimBucket")
        config = Finding("CKV_AWS_21", "versioning", "sam", "AWS::S3::Bucket.ConfigBucket")
        self.assertEqual(checkov.unexplained([claims]), [])
        self.assertEqual(len(checkov.unexplained([config])), 1)


class BothStacks(unittest.TestCase):
    findings: list[Finding]

    @classmethod
    def setUpClass(cls) -> None:
        cls.findings = [*checkov.of_sam(), *checkov.of_terraform()]

    def test_fail_only_what_has_a_reason(self) -> None:
        self.assertEqual(checkov.unexplained(self.findings), [])

    def test_need_every_skip(self) -> None:
        self.assertEqual(checkov.unneeded(self.findings), [])


if __name__ == "__main__":
    unittest.main()
