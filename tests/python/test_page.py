"""The server of the page that `make run` has: what it serves, to whom, and what it refuses."""

import datetime
import http.client
import json
import re
import socket
import unittest
from typing import Any

from local.checkout import ROOT
from local.page.actions import Impossible, Ran
from local.page.server import BODY_BYTES, page
from local.queues import Arrival, Depth
from local.watch import Held, Seen, State

_AT = datetime.datetime(2026, 11, 28, 9, 0, 0, 250_000, tzinfo=datetime.timezone.utc)
_HOSTILE = "</script><img src=x onerror=alert(1)>\u202e\u0000"
_FILES = ROOT / "infra" / "local" / "page" / "files"


class Recorded:
    """Actions that only note what they were asked for."""

    def __init__(self) -> None:
        self.cut = {"graph": False, "sqs": True}
        self.asked: list[tuple[Any, ...]] = []

    def send(self, what: str) -> None:
        if what == "impossible":
            raise Impossible("not now")
        self.asked.append(("send", what))

    def cut_off(self, what: str, off: bool) -> None:
        self.asked.append(("cut", what, off))

    def remove(self, subscription: str) -> None:
        self.asked.append(("remove", subscription))

    def replay(self, queue: str, letter: str, force: bool) -> Ran:
        self.asked.append(("replay", queue, letter, force))
        return Ran("teamwire replay", 1, _HOSTILE)


def seen(number: int, event: dict[str, Any]) -> Seen:
    return Seen(number, Arrival(event, _AT), 12.4, None)


class ThePage(unittest.TestCase):
    def setUp(self) -> None:
        self.actions, self.looks = Recorded(), 0
        self.state = State()
        served = self.enterContext(
            page(self.actions, lambda: self.state, self.look)  # type: ignore[arg-type]
        )
        self.port = int(served.url.rsplit(":", 1)[1].strip("/"))
        self.host = f"127.0.0.1:{self.port}"
        self.token = re.search(r'name="token" content="([^"]+)"', self.get("/")[2]).group(1)  # type: ignore[union-attr]

    def enterContext(self, manager: Any) -> Any:
        """As Python 3.11 has it."""
        value = manager.__enter__()
        self.addCleanup(manager.__exit__, None, None, None)
        return value

    def look(self) -> None:
        self.looks += 1

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str | None
    ) -> tuple[int, dict[str, str], str]:
        """Status, headers and text; a header of None is not sent."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        self.addCleanup(connection.close)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        sent = {"host": self.host, **headers}
        if body is not None:
            sent = {"content_length": str(len(body)), **sent}
        for name, value in sent.items():
            if value is not None:
                connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        if body is not None:
            connection.send(body)
        answer = connection.getresponse()
        told = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, told, answer.read().decode()

    def get(self, path: str, **headers: str | None) -> tuple[int, dict[str, str], str]:
        return self.ask("GET", path, **headers)

    def post(self, path: str, wish: Any, **headers: str | None) -> tuple[int, str]:
        """As the page itself does, but for what is said otherwise."""
        usual = {
            "origin": f"http://{self.host}",
            "content_type": "application/json",
            "x_token": self.token,
        }
        body = wish if isinstance(wish, bytes) else json.dumps(wish).encode()
        status, _, text = self.ask("POST", path, body, **{**usual, **headers})
        return status, text

    def test_is_on_loopback_alone(self) -> None:
        with self.assertRaises(OSError):
            socket.create_connection((_other_address(), self.port), timeout=2).close()

    def test_is_served_with_all_that_it_names_and_nothing_from_elsewhere(self) -> None:
        _, _, markup = self.get("/")
        named = re.findall(r'(?:href|src)="(/[^"]+)"', markup)
        self.assertGreaterEqual(len(named), 4)
        for name in named:
            status, _, text = self.get(name)
            self.assertEqual(status, 200, name)
            # What it names is looked at in its turn.
            named += [
                f"/{each}"
                for each in re.findall(r'from "\./([^"]+)"', text)
                if f"/{each}" not in named
            ]
            self.assertNotRegex(text.replace("http://www.w3.org/2000/svg", ""), "https?://", name)
        self.assertEqual(
            {f"/{file.name}" for file in _FILES.iterdir()} - set(named), {"/index.html"}
        )

    def test_has_no_code_and_no_style_in_its_markup(self) -> None:
        _, _, markup = self.get("/")
        self.assertNotRegex(
            markup, r"(?i)\son\w+=|\sstyle=|<style|javascript:|<script(?![^>]*src=)"
        )

    def test_never_makes_markup_of_text(self) -> None:
        for file in _FILES.glob("*.js"):
            self.assertNotRegex(
                file.read_text(),
                r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|Function\(",
                file.name,
            )

    def test_says_in_every_answer_what_a_browser_may_do_with_it(self) -> None:
        asked = [
            self.get("/"),
            self.get("/state"),
            self.get("/nothing"),
            self.get("/", host="elsewhere.example"),
            self.ask("PUT", "/"),
            self.ask("POST", "/send", b""),
        ]
        for status, headers, _ in asked:
            policy = headers["content-security-policy"]
            self.assertIn("default-src 'none'", policy, status)
            self.assertIn("script-src 'self';", policy)
            self.assertIn("frame-ancestors 'none'", policy)
            self.assertIn("require-trusted-types-for 'script'", policy)
            self.assertNotIn("unsafe", policy)
            self.assertEqual(headers["x-content-type-options"], "nosniff")
            self.assertEqual(headers["cross-origin-resource-policy"], "same-origin")
            self.assertEqual(headers["cache-control"], "no-store")
            self.assertNotIn("access-control-allow-origin", headers)
            self.assertEqual(headers["server"], "teamwire")

    def test_is_for_who_asks_for_it_by_an_address_of_this_machine(self) -> None:
        self.assertEqual(self.get("/state", host=f"localhost:{self.port}")[0], 200)
        for host in (
            "rebound.example",
            f"rebound.example:{self.port}",
            "127.0.0.1",
            f"127.0.0.1:{self.port}.example",
            "",
            None,
        ):
            for path in ("/", "/state", "/page.js", "/events/1"):
                status, _, text = self.get(path, host=host)
                self.assertEqual(status, 421, (host, path))
                self.assertNotIn(self.token, text)
            self.assertEqual(self.post("/send", {"what": "rich"}, host=host)[0], 421, host)
        self.assertEqual(self.actions.asked, [])

    def test_answers_no_other_page(self) -> None:
        for origin in (
            "http://evil.example",
            f"https://{self.host}",
            "null",
            f"http://127.0.0.1:{self.port + 1}",
            f"http://localhost:{self.port}",
            "",
        ):
            self.assertEqual(self.post("/send", {"what": "rich"}, origin=origin)[0], 403, origin)
            self.assertEqual(self.get("/state", origin=origin)[0], 403, origin)
        self.assertEqual(self.post("/send", {"what": "rich"}, origin=None)[0], 403)
        self.assertEqual(self.actions.asked, [])

    def test_does_nothing_without_its_token(self) -> None:
        for token in (None, "", "x", self.token[:-1], self.token + "x", "\u00e9"):
            self.assertEqual(self.post("/send", {"what": "rich"}, x_token=token)[0], 403, token)
        self.assertEqual(self.actions.asked, [])

    def test_has_another_token_in_each_run(self) -> None:
        other = self.enterContext(page(self.actions, lambda: self.state, self.look))  # type: ignore[arg-type]
        connection = http.client.HTTPConnection(other.url.split("/")[2])
        self.addCleanup(connection.close)
        connection.request("GET", "/")
        self.assertNotIn(self.token, connection.getresponse().read().decode())

    def test_takes_json_and_of_a_form_nothing(self) -> None:
        form = "application/x-www-form-urlencoded"
        for kind in (form, "text/plain", "multipart/form-data", None):
            self.assertEqual(self.post("/send", {"what": "rich"}, content_type=kind)[0], 415, kind)
        self.assertEqual(self.actions.asked, [])

    def test_refuses_what_is_no_wish(self) -> None:
        for name, body in (
            ("nothing", b""),
            ("no JSON", b"{"),
            ("not UTF-8", b"\xff\xfe"),
            ("nested for ever", b"[" * 1000),
            ("a list", b"[]"),
            ("no member", b"{}"),
            ("a member more", b'{"what":"rich","seed":1}'),
            ("another type", b'{"what":1}'),
            ("null", b'{"what":null}'),
        ):
            self.assertEqual(self.post("/send", body)[0], 400, name)
        self.assertEqual(self.post("/cut", {"what": "graph", "off": 1})[0], 400)
        self.assertEqual(self.actions.asked, [])

    def test_reads_no_more_than_a_wish_has(self) -> None:
        twice = {"content-length": "2", "content_length": "2"}
        self.assertEqual(self.post("/send", b"{}", **twice)[0], 411)
        long = json.dumps({"what": "x" * BODY_BYTES}).encode()
        self.assertEqual(self.post("/send", long)[0], 413)
        for length in ("99999999999999999999", "-1", "1e3", "", "\u00b2", None):
            status, _ = self.post("/send", b"", content_length=length)
            self.assertIn(status, (411, 413), length)
        self.assertEqual(
            self.post("/send", b"", content_length=None, transfer_encoding="chunked")[0], 411
        )
        self.assertEqual(self.actions.asked, [])

    def test_has_nothing_at_any_other_path(self) -> None:
        for path in (
            "/index.html",
            "/../server.py",
            "/..%2fserver.py",
            "/page.js?x",
            "/events/",
            "/events/9",
            "/events/-1",
            "/events/%C2%B2",
            "/events/0x1",
            "/send",
            "/files/page.js",
        ):
            self.assertEqual(self.get(path)[0], 404, path)
        self.assertEqual(self.post("/events/1", {})[0], 404)
        self.assertEqual(self.ask("PUT", "/send")[0], 501)
        self.assertEqual(self.ask("OPTIONS", "/send")[0], 501)

    def test_does_what_a_button_asks_for_and_has_the_result_looked_for(self) -> None:
        for path, wish in (
            ("/send", {"what": "rich"}),
            ("/cut", {"what": "sqs", "off": True}),
            ("/remove", {"subscription": "s"}),
        ):
            self.assertEqual(self.post(path, wish), (200, "{}"), path)
        self.assertEqual(
            self.actions.asked, [("send", "rich"), ("cut", "sqs", True), ("remove", "s")]
        )
        self.assertEqual(self.looks, 3)

    def test_says_which_command_it_ran_and_what_came_of_it(self) -> None:
        status, text = self.post("/replay", {"queue": "decrypt", "id": "i", "force": False})
        self.assertEqual(status, 200)
        self.assertEqual(
            json.loads(text), {"command": "teamwire replay", "status": 1, "output": _HOSTILE}
        )

    def test_says_why_it_can_t_do_something(self) -> None:
        status, text = self.post("/send", {"what": "impossible"})
        self.assertEqual((status, json.loads(text)), (409, {"error": "not now"}))
        self.assertEqual(self.looks, 0)

    def test_lists_events_without_content_and_has_each_whole(self) -> None:
        event = {"type": "microsoft.graph.chatMessage.created", "data": {"body": _HOSTILE}}
        self.state = State(last=[seen(1, event)])
        _, headers, text = self.get("/state")
        self.assertEqual(headers["content-type"], "application/json; charset=utf-8")
        listed = json.loads(text)["events"][0]
        self.assertEqual((listed["type"], listed["milliseconds"]), ("chatMessage.created", 12))
        self.assertNotIn("onerror", text)
        self.assertEqual(json.loads(self.get("/events/1")[2]), event)

    def test_shows_an_event_whoever_made_it_up(self) -> None:
        self.state = State(
            last=[
                seen(1, {"type": {"a": [1]}, "origin": _HOSTILE, "tenantid": "t" * 5000}),
                seen(2, {}),
            ]
        )
        second, first = json.loads(self.get("/state")[2])["events"]
        self.assertEqual(second["type"], "")
        self.assertEqual(first["origin"], _HOSTILE)
        self.assertLessEqual(len(first["tenant"]), 200)

    def test_has_queues_and_subscriptions_as_they_are(self) -> None:
        self.state = State(
            depths={"hydrate": Depth(1, 2, 4)},
            flows={"accepted": 3},
            held=[Held("s", "t", "chats", True, "2026-11-28T10:00:00Z", 59.6)],
        )
        state = json.loads(self.get("/state")[2])
        self.assertEqual(state["depths"], {"hydrate": {"total": 7, "delayed": 4}})
        self.assertEqual(state["flows"], {"accepted": 3})
        self.assertEqual(state["cut"], {"graph": False, "sqs": True})
        self.assertEqual(state["subscriptions"][0]["secondsLeft"], 60)


def _other_address() -> str:
    """An address that reaches this machine by another way than 127.0.0.1."""
    return "127.0.0.2"


if __name__ == "__main__":
    unittest.main()
