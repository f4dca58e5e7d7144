"""`make fuzz`: each parser of what others wrote under libFuzzer, as many at once as there are processors.

It begins with the corpus of tests/fuzz and with what former runs found to go a new way through the code,
which is kept in target/fuzz-corpus. An input that breaks a target is a file in target/fuzz-broken.
"""

import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from local.checkout import ROOT

CORPUS = ROOT / "tests" / "fuzz" / "corpus"
FOUND = ROOT / "target" / "fuzz-corpus"
BROKEN = ROOT / "target" / "fuzz-broken"
# A hang, and memory without end, break a target as a panic does.
ARGUMENTS = ("-max_len=16384", "-timeout=10", "-rss_limit_mb=2048", "-reload=0", "-print_final_stats=1")


@dataclass(frozen=True)
class Outcome:
    """What became of a target."""

    executions: int
    is_broken: bool


def main(program: str, runs: int, only: str) -> int:
    """Prints a line for each target and one for all of them; 1 if any is broken."""
    names = sorted(folder.name for folder in CORPUS.iterdir() if folder.is_dir())
    if only and only not in names:
        print(f"ONLY={only} is no target: there are {', '.join(names)}")
        return 2
    began = time.monotonic()
    BROKEN.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(_run, program, name, runs) for name in names if name == only or not only]
        try:
            outcomes = [job.result() for job in jobs]
        finally:
            pool.shutdown(cancel_futures=True)
    broken = sum(outcome.is_broken for outcome in outcomes)
    executions = sum(outcome.executions for outcome in outcomes)
    print(f"executions {executions}, broken {broken}, in {time.monotonic() - began:.0f} s")
    return int(broken > 0)


def _run(program: str, name: str, runs: int) -> Outcome:
    found = FOUND / name
    found.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    # What it finds goes to the first folder.
    done = subprocess.run(
        [program, f"-runs={runs}", *ARGUMENTS, f"-artifact_prefix={BROKEN}/{name}-", found, CORPUS / name],
        env={**os.environ, "FUZZED": name},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    executions = int(_last(r"^stat::number_of_executed_units: *(\d+)$", done.stdout) or 0)
    if done.returncode == 0:
        edges = _last(r" cov: (\d+) ", done.stdout)
        print(f"{name}: {executions} executions in {time.monotonic() - began:.0f} s, {edges} edges", flush=True)
    else:
        why = _last(r" panicked at (.*\n.*)$", done.stdout) or _last(r"ERROR: libFuzzer: (.*)$", done.stdout)
        where = _last(r"Test unit written to (.*)$", done.stdout)
        print(f"{name}: broken by {where}: {why or done.stdout[-2000:]}", flush=True)
    return Outcome(executions, done.returncode != 0)


def _last(pattern: str, text: str) -> str:
    found = re.findall(pattern, text, re.MULTILINE)
    return found[-1] if found else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
