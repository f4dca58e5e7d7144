"""What `prove-resources` counts of messages of every size."""

import unittest
from typing import Any

from prove.resources.sizes import READ, SEALED, arrived

_CHANGE = {"resource": "chats('c')/messages('1')", "data": {"id": "1"}}
_EVENT = {"id": "e", "subject": "chats('c')/messages('1')", "data": {"id": "1"}}
_CLAIMED = {"id": "e", "subject": "chats('c')/messages('1')", "dataref": "s3://b/k"}


def _stored(reference: str) -> Any:
    return {"s3://b/k": {"id": "1"}}.get(reference)


class AMessageOfAnySize(unittest.TestCase):
    def test_arrives_in_the_event_or_beside_it(self) -> None:
        for events in ([_EVENT], [_CLAIMED], [_EVENT, _EVENT]):
            self.assertEqual(arrived([_CHANGE], events, _stored), 1)

    def test_has_not_arrived_where_anything_is_missing_or_wrong(self) -> None:
        for events in (
            [],
            [_EVENT | {"data": {"id": "2"}}],
            [_CLAIMED | {"dataref": "s3://b/other"}],
            [_EVENT, _EVENT | {"id": "another"}],
            [_EVENT | {"subject": "chats('c')/messages('2')"}],
        ):
            self.assertEqual(arrived([_CHANGE], events, _stored), 0)

    def test_is_on_both_sides_of_what_fits_a_queue(self) -> None:
        for sizes in (SEALED, READ):
            self.assertTrue(min(sizes) < 1024 * 1024 - 3000 < 1024 * 1024 <= max(sizes))
            self.assertIn(1024 * 1024, sizes)


if __name__ == "__main__":
    unittest.main()
