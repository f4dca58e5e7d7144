"""`prove-page`: a person with a browser before `make run`, once with the mouse and once by keyboard."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from selenium.webdriver.common.keys import Keys

from local.checkout import ROOT, run_directory
from local.child import Child
from local.problem import NotProven
from local.wait import wait_until

from ..findings import Findings
from . import looks
from .browser import Browser, browser

_PYTHON = ROOT / ".venv" / "bin" / "python"
_PICTURES = ROOT / "docs" / "images"
_SENDS = ("rich", "basic", "large", "deleted", "tampered", "unknown", "forged")
_MOST_TABS = 200


class Person:
    """A person with the page: each act, and what is seen of it."""

    def __init__(self, page: Browser, findings: Findings) -> None:
        self.page, self.expect = page, findings.expect

    def sees_events_arrive(self) -> None:
        """Without doing anything."""
        first = self._wait("events are listed", lambda: self.page.rows("#events tr"))
        self._wait("another comes", lambda: self.page.rows("#events tr")[0] != first[0])
        self.expect("events arrive", True)

    def reads_an_event(self) -> None:
        """A click shows it whole; Escape puts it away, and the focus is where it was."""
        self._wait("a few are there", lambda: len(self._events()) > 3)
        self.page.find("#events tr:nth-child(3) button").click()
        self._wait("it is shown", lambda: self.page.text("#content[open] #data").startswith("{"))
        names = self.page.rows("#parts dt")
        self.page.type(Keys.ESCAPE)
        self._wait("it is put away", lambda: not self.page.text("#content[open]"))
        is_back = self.page.script("return document.activeElement.closest('#events') !== null")
        self.expect(
            "a click shows an event whole, Escape puts it away",
            {"id", "type", "subject", "source", "specversion"} <= set(names) and is_back,
            f"{len(names)} attributes",
        )
        self.page.script("document.activeElement.blur()")
        self.page.leave()

    def sends_each(self) -> None:
        """Every button, and what comes of it."""
        dropped = self.page.counters()["dropped"]
        for name in _SENDS:
            self.page.press(f"[data-send={name}]")
        for name, end in (
            ("rich", "decrypted"),
            ("basic", "hydrated"),
            ("large", "decrypted"),
            ("deleted", "reference"),
        ):
            row = self._wait(f"the {name} one arrives", partial(self._mine, name))
            self.expect(f"{name}: its event arrives, {end}", end in row, row)
        for reason, queue in (("tampered", "decrypt"), ("client-state", "quarantine")):
            row = self._wait(f"there is {reason}", partial(self._letter, reason))
            self.expect(f"{reason}: a letter of {queue} with its reason", queue in row, row)
        self._wait("one is dropped", lambda: self.page.counters()["dropped"] == dropped + 1)
        self.expect("forged: ingest drops it", True)

    def opens_the_large_one(self) -> None:
        """Its data is elsewhere."""
        self.page.script(
            "[...document.querySelectorAll('#events tr')]"
            ".find((row) => row.innerText.includes('yours: large')).querySelector('button').click()"
        )
        said = self._wait("it is shown", lambda: self.page.text("#content[open] #parts"))
        self.page.type(Keys.ESCAPE)
        self.expect("large: its data waits in S3", "dataref" in said and "s3://" in said)

    def replays(self) -> None:
        """A message that can never succeed stays, is forced, and is back with another id."""
        before = self._wait("a tampered one is there", lambda: self._letter("tampered"))
        self._press_letter("tampered")
        said = self._wait("it says why not", lambda: self.page.text("#output"))
        command = self.page.text("#command")
        self.expect(
            "a replay says that it can't help, and the command that was run",
            "never succeed" in said and "--local replay --queue decrypt --id" in command,
            command,
        )
        self._wait("it can be forced", lambda: "Force" in self._letter("tampered"))
        self._press_letter("tampered")
        after = self._wait("it comes back", lambda: self._letter("replayed 1×"))
        self.expect("forced, it goes and comes back", _id(before) != _id(after), after)
        self._press_letter("client-state")
        self._wait("it is gone", lambda: not self._letter("client-state"))
        row = self._wait("its event arrives", lambda: self._mine("unknown"))
        self.expect("what was in quarantine is let out, and its event arrives", True, row)

    def cuts_graph_off(self) -> None:
        """A change that has to be read waits, and arrives once it can be."""
        self.page.press("[data-cut=graph]")
        self._wait("it says so", lambda: "503" in self.page.text("[data-node=graph]"))
        before = self._mine("basic")
        self.page.press("[data-send=basic]")
        waiting = self._wait(
            "what hydrate has to read waits",
            lambda: self.page.counters()["hydrate depth"],
            lambda count: count >= 3,
        )
        stuck = self._mine("basic") == before
        self.page.press("[data-cut=graph]")
        self._wait("nothing waits", lambda: self.page.counters()["hydrate depth"] <= 1)
        self._wait("it arrives", lambda: self._mine("basic") not in ("", before))
        self.expect("Graph cut off: reads wait, and arrive after", stuck, f"{waiting} waited")

    def cuts_sqs_off(self) -> None:
        """Graph is sent back and delivers again."""
        before = self.page.counters()
        self.page.press("[data-cut=sqs]")
        self._wait("it says so", lambda: "denied" in self.page.text("[data-node=ingest]"))
        mine = self._mine("rich")
        self.page.press("[data-send=rich]")
        self._wait("some are sent back", lambda: self.page.counters()["sent-back"] >= 3)
        stuck = self._mine("rich") == mine
        counters = self._wait("the counters agree", self._agreeing)
        self.expect("while nothing comes in, the counters agree", True, _told(counters))
        self.page.press("[data-cut=sqs]")
        self._wait("it arrives", lambda: self._mine("rich") not in ("", mine))
        after = self._wait(
            "all that was announced is accepted", self.page.counters, _everything_accepted
        )
        self.expect(
            "SQS cut off: Graph is sent back, delivers again, and nothing is lost",
            stuck,
            f"{after['sent-back'] - before['sent-back']} sent back",
        )

    def _agreeing(self) -> dict[str, int]:
        """The counters, once as much has gone on as has come in."""
        now = self.page.counters()
        routes = ("to-decrypt", "to-hydrate", "to-events", "to-lifecycle", "quarantined", "dropped")
        ends = ("decrypt-events", "hydrate-events", "to-events", "backfill-events")
        came = now["accepted"] == sum(now[route] for route in routes)
        made = now["events depth"] == sum(now[end] for end in ends)
        return now if came and made else {}

    def drops_a_subscription(self) -> None:
        """It is made again, and what was missed is read."""
        self.page.press("#subscriptions li:nth-child(2) button")
        self._wait("backfill reads", lambda: self.page.counters()["backfill-events"] > 0)
        self._wait("all are there", lambda: self.page.text("#held") == "6")
        lives = self.page.rows("#subscriptions .life")
        self.expect(
            "a dropped subscription is made again, and backfilled",
            len(lives) == 6 and all(re.fullmatch(r"\d d \d+ h left", life) for life in lives),
            lives[0],
        )

    def works_it_by_keyboard(self) -> None:
        """Every control is reached by Tab, shows that it is, and does what it does by Enter."""
        self.page.open(self.page.driver.current_url)
        self._wait("letters are there", lambda: self.page.rows("#letters li"))
        reached, unseen = [], []
        for _ in range(_MOST_TABS):
            at = self.page.tab()
            if at["tag"] == "BODY":
                break
            reached.append(at)
            unseen += [at["text"]] * (not at["shows"])
        controls = {at["send"] or at["cut"] for at in reached} - {None}
        labels = [at["label"] or "" for at in reached]
        self.expect(
            "Tab reaches every control, and shows where it is",
            controls == {*_SENDS, "graph", "sqs"}
            and not unseen
            and "Skip" in reached[0]["text"]
            and sum(label.startswith("Have Graph drop") for label in labels) == 6
            and any(label.startswith("Replay") for label in labels),
            f"{len(reached)} stops",
        )
        self.page.script("document.querySelector('[data-send=rich]').focus()")
        mine = self._mine("rich")
        self.page.type(Keys.ENTER)
        self._wait("it arrives", lambda: self._mine("rich") not in ("", mine))
        self.page.script("document.querySelector('#events button').focus()")
        self.page.type(Keys.TAB, Keys.ENTER)
        self._wait("it is shown", lambda: self.page.text("#content[open] #data"))
        self.page.type(Keys.ESCAPE)
        self._wait("it is put away", lambda: not self.page.text("#content[open]"))
        self.page.script("document.activeElement.blur()")
        self.expect("Enter sends, and shows an event", True)

    def meets_hostile_content(self) -> None:
        """Markup in whatever a stranger may write stays text."""
        settings = (ROOT / ".local" / "env").read_text()
        values = dict(re.findall(r"^export (\w+)='?([^'\n]*)'?$", settings, re.MULTILINE))
        subprocess.run(
            [
                str(_PYTHON),
                str(Path(__file__).with_name("hostile.py")),
                values["AWS_ENDPOINT_URL"],
                values["TEAMWIRE_EVENTS_QUEUE_URL"],
            ],
            check=True,
        )
        self._wait("its row is there", lambda: any("<img" in row for row in self._events()))
        self.page.script(
            "[...document.querySelectorAll('#events tr')]"
            ".find((row) => row.innerText.includes('<img')).querySelector('button').click()"
        )
        shown = self._wait("it is shown", lambda: self.page.text("#content[open] #data"))
        self.page.type(Keys.ESCAPE)
        letter = self._wait("its letter is there", lambda: self._letter("<script>"))
        made = self.page.script(
            "return [window.hacked, document.querySelectorAll('main img, dialog img, main script').length]"
        )
        self.expect(
            "hostile content is text, in a row, whole, and as a reason",
            made == [None, 0] and "<script>" in shown and "onerror" in letter,
        )

    def complains_of_nothing(self) -> None:
        """Chromium had no error, and asked nobody else for anything."""
        elsewhere = self.page.script(
            "return performance.getEntriesByType('resource').map((each) => each.name)"
            ".filter((name) => !name.startsWith(location.origin))"
        )
        said = self.page.complaints()
        self.expect("no error, nothing refused, nobody else asked", not said and not elsewhere)
        for line in said:
            print(f"      {line}")

    def _press_letter(self, reason: str) -> None:
        self.page.script(
            "[...document.querySelectorAll('#letters li')]"
            ".find((row) => row.innerText.includes(arguments[0])).querySelector('button').click()",
            reason,
        )

    def _events(self) -> list[str]:
        return self.page.rows("#events tr")

    def _mine(self, name: str) -> str:
        """The newest event that comes of this button."""
        return next((row for row in self._events() if f"yours: {name}" in row), "")

    def _letter(self, text: str) -> str:
        return next((row for row in self.page.rows("#letters li") if text in row), "")

    _wait = staticmethod(wait_until)


def main() -> int:
    """Starts `make run` and does all of it; raises NotProven where something was not as it should be."""
    started, findings = time.monotonic(), Findings()
    with run_directory("prove-page") as directory, browser() as page:
        with _run(directory) as url:
            print(f"the page is there after {time.monotonic() - started:.1f} s: {url}", flush=True)
            page.open(url)
            person = Person(page, findings)
            for act in (
                person.sees_events_arrive,
                person.reads_an_event,
                person.sends_each,
                person.opens_the_large_one,
            ):
                _do(findings, act)
            with findings.part("pictures"):
                looks.picture(page, directory)
            for act in (
                person.replays,
                person.cuts_graph_off,
                person.cuts_sqs_off,
                person.drops_a_subscription,
                person.works_it_by_keyboard,
                person.meets_hostile_content,
            ):
                _do(findings, act)
            with findings.part("looks"):
                looks.judge(page, findings)
            _do(findings, person.complains_of_nothing)
        said = wait_until(
            "it says so", lambda: page.text("#connection"), lambda text: text != "live"
        )
        findings.expect("a run that has ended is said to have", said == "make run has ended", said)
        if os.environ.get("WRITE") and not findings.failed:
            _PICTURES.mkdir(exist_ok=True)
            for picture in directory.glob("page-*.png"):
                shutil.copy(picture, _PICTURES)
    findings.conclude()
    print(f"the page holds, in {time.monotonic() - started:.0f} s")
    return 0


@contextlib.contextmanager
def _run(directory: Path) -> Iterator[str]:
    """The program of `make run`, and the URL that it prints first."""
    command = [str(_PYTHON), "-m", "local", "run"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "infra")}
    child = Child("run", command, directory, environment)

    def url() -> str:
        child.check()
        found = re.search(r"http://127\.0\.0\.1:\d+/", (directory / "run.out").read_text())
        return found.group(0) if found else ""

    try:
        yield wait_until("it prints the page's URL", url)
    finally:
        child.stop()


def _do(findings: Findings, act: Callable[[], None]) -> None:
    with findings.part(act.__name__.replace("_", " ")):
        act()


def _everything_accepted(now: dict[str, int]) -> bool:
    return now["announced"] == now["accepted"]


def _id(letter: str) -> str:
    return re.findall(r"\b[0-9a-f]{8}\b", letter)[-1]


def _told(counters: dict[str, int]) -> str:
    return f"{counters['accepted']} accepted, {counters['events depth']} on the events queue"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except NotProven as fault:
        sys.exit(f"teamwire prove-page: {fault}")
