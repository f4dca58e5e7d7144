"""The developer's own AWS account is out of reach."""

import os
import unittest
from unittest import mock

import boto3

from local.environment import REGION, leave_the_real_account


class TheRealAccount(unittest.TestCase):
    def test_is_left_behind_whatever_the_caller_had_set(self) -> None:
        planted = {
            "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_SESSION_TOKEN": "token",
            "AWS_PROFILE": "production",
            "AWS_ENDPOINT_URL": "https://elsewhere.example",
        }
        with mock.patch.dict(os.environ, planted):
            leave_the_real_account()
            self.assertFalse(set(planted) & set(os.environ))
            session = boto3.session.Session()
            self.assertIsNone(session.get_credentials())
            self.assertEqual(session.region_name, REGION)


if __name__ == "__main__":
    unittest.main()
