"""A run: one in a checkout, the line of an event, and the times it is made from."""

import datetime
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from local.checkout import AlreadyRunning, only_run
from local.queues import Arrival
from local.run import line
from local.times import parse_time


class ARun(unittest.TestCase):
    def test_is_alone_in_its_checkout_until_it_ends(self) -> None:
        with tempfile.TemporaryDirectory() as root, mock.patch("local.checkout.ROOT", Path(root)):
            with only_run(), self.assertRaisesRegex(AlreadyRunning, "make urls"), only_run():
                self.fail("a second run began")
            with only_run():
                pass


class ALine(unittest.TestCase):
    arrival = Arrival(
        {
            "type": "microsoft.graph.chatMessage.created",
            "tenantid": "11111111-2222-3333-4444-555555555555",
            "origin": "decrypted",
            "subject": "chats('19:secret')/messages('1')",
            "data": {"body": {"content": "private"}},
        },
        datetime.datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=datetime.timezone.utc),
    )

    def test_tells_time_type_tenant_origin_and_latency(self) -> None:
        self.assertEqual(
            line(self.arrival, 43.4).split(),
            "03:04:05.678 chatMessage.created tenant 11111111 decrypted 43 ms".split(),
        )

    def test_has_a_dash_for_what_was_announced_by_somebody_else(self) -> None:
        self.assertTrue(line(self.arrival, None).endswith("- ms"))

    def test_shows_nothing_of_the_content(self) -> None:
        self.assertNotIn("private", line(self.arrival, None))
        self.assertNotIn("secret", line(self.arrival, None))


class ATime(unittest.TestCase):
    def test_is_read_with_any_number_of_fraction_digits(self) -> None:
        for text, microsecond in (
            ("2026-01-02T03:04:05Z", 0),
            ("2026-01-02T03:04:05.6Z", 600000),
            ("2026-01-02T03:04:05.678Z", 678000),
            ("2026-01-02T03:04:05.1234567Z", 123456),
        ):
            with self.subTest(text):
                self.assertEqual(
                    parse_time(text),
                    datetime.datetime(
                        2026, 1, 2, 3, 4, 5, microsecond, tzinfo=datetime.timezone.utc
                    ),
                )


if __name__ == "__main__":
    unittest.main()
