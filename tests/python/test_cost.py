"""The figures of COST.md, SCALE.md and BENCHMARKS.md are those of the recorded measurements."""

import json
import re
import tempfile
import unittest
from pathlib import Path

import yaml

from cost import documents, inputs, plots, tables
from cost.model import Model, Volume
from local.checkout import ROOT

DOCS = ROOT / "docs"


class Documents(unittest.TestCase):
    """The pages beside the command."""

    def test_every_table_is_what_the_command_prints(self) -> None:
        made = documents.blocks(inputs.read())
        for name in documents.DOCUMENTS:
            text = (DOCS / name).read_text()
            with self.subTest(name):
                self.assertEqual(text, documents.filled(text, made), "make cost-docs writes it")

    def test_every_table_stands_on_a_page(self) -> None:
        pages = "".join((DOCS / name).read_text() for name in documents.DOCUMENTS)
        shown = {block[2] for block in documents.BLOCK.finditer(pages)}
        self.assertEqual(shown, set(documents.blocks(inputs.read())))

    def test_every_plot_is_what_the_command_draws_and_stands_on_the_page(self) -> None:
        drawn = plots.made(inputs.read().measured)
        page = (DOCS / "BENCHMARKS.md").read_text()
        for name, image in drawn.items():
            with self.subTest(name):
                self.assertEqual((documents.IMAGES / name).read_text(), image, "make cost-docs draws it")
                self.assertIn(f"images/{name}", page)
                self.assertIn("prefers-color-scheme:dark", image)
        self.assertEqual(set(drawn), {f"{name}.svg" for name in plots.MADE})

    def test_the_record_names_no_folder_of_a_machine(self) -> None:
        for line in inputs.MEASURED.read_text().splitlines():
            self.assertNotRegex(line, r'"/(work|home|root|tmp)/')

    def test_a_block_is_replaced_and_what_is_around_it_stays(self) -> None:
        text = "a\n<!-- cost: x -->\nold\n<!-- cost: end -->\nb\n"
        filled = documents.filled(text, {"x": "new"})
        self.assertEqual(filled, "a\n<!-- cost: x -->\nnew\n<!-- cost: end -->\nb\n")


class Prices(unittest.TestCase):
    """The file of prices."""

    def test_each_says_what_for_from_which_page_and_how_it_was_come_by(self) -> None:
        prices = yaml.safe_load((inputs.HERE / "prices.yaml").read_text())
        for name, entry in prices.items():
            with self.subTest(name):
                self.assertEqual(set(entry), {"price", "unit", "page", "seen"})
                self.assertTrue(entry["page"].startswith("https://aws.amazon.com/"))

    def test_each_is_used(self) -> None:
        code = "".join(path.read_text() for path in inputs.HERE.glob("*.py"))
        prices = yaml.safe_load((inputs.HERE / "prices.yaml").read_text())
        self.assertEqual([name for name in prices if f'"{name}"' not in code], [])

    def test_the_metrics_that_are_counted_are_those_of_the_configuration(self) -> None:
        known = set(re.findall(r"^\| `(\w+)` \|", (DOCS / "CONFIGURATION.md").read_text(), re.MULTILINE))
        metrics = inputs.read().given["metrics"]
        for name in metrics["common"] + metrics["rich"] + metrics["basic"]:
            self.assertIn(name.split()[0], known)


class TheModel(unittest.TestCase):
    """The arithmetic, by examples that a person can follow."""

    def setUp(self) -> None:
        self.inputs = inputs.read()
        self.model = Model(self.inputs.but(cpu_factor=1, aws_wait_ms=10, graph_wait_ms=100))

    def test_waiting_takes_as_long_on_any_memory_and_computing_does_not(self) -> None:
        each = inputs.Invocation(2.0, 1, 1, 0, 0, 0, 0, 0, 0)
        whole = self.inputs.given["whole_vcpu_mb"]
        self.assertEqual(self.model.milliseconds(each, whole), 112)
        self.assertEqual(self.model.milliseconds(each, 2 * whole), 112)
        self.assertEqual(self.model.milliseconds(each, whole // 2), 115)

    def test_a_gigabyte_second_is_1024_mb_for_a_second(self) -> None:
        price = self.inputs.price
        dollars = self.model.invocation_dollars(1_000, 1_024) - price["lambda_request"]
        self.assertAlmostEqual(dollars, price["lambda_gb_second"])

    def test_ten_changes_that_travel_together_cost_less_than_ten_alone(self) -> None:
        for kind in tables.KINDS:
            alone = self.model.bill(Volume(1_000_000, 1, 1, kind)).month
            together = self.model.bill(Volume(1_000_000, 10, 10, kind)).month
            self.assertLess(together, alone / 2)

    def test_more_than_the_measured_kinds_of_posts_lie_between_two_of_them(self) -> None:
        measured = self.inputs.measured
        one, some, ten = (measured.post("rich", items).sent_bytes for items in (1, 4, 10))
        self.assertAlmostEqual(some, one + (ten - one) / 3)

    def test_what_is_quiet_pays_for_metrics_alarms_and_polling(self) -> None:
        bill = self.model.bill(Volume(1, 1, 1, "rich"))
        fixed = ("metrics", "alarms", "asking", "Secrets", "subscriptions")
        dollars = sum(line.dollars for line in bill.lines if any(name in line.name for name in fixed))
        self.assertGreater(dollars / bill.month, 0.98)

    def test_a_measurement_that_is_missing_is_named(self) -> None:
        with self.assertRaisesRegex(inputs.Missing, "make bench"):
            inputs.Measured('{"machine": {}}').of("ingest", "POST of 1 rich")

    def test_the_figures_of_the_template_are_read_from_it(self) -> None:
        stack = self.inputs.stack
        facts = yaml.safe_load((ROOT / "infra/contract/facts.yaml").read_text())
        self.assertEqual(stack.rate, facts["api"]["rate"])
        functions = facts["function"].items()
        self.assertEqual(stack.memory, {name: each["memory"] for name, each in functions})
        for queue, function in (("decrypt", "decrypt"), ("hydrate", "hydrate"), ("events", "relay")):
            self.assertEqual(stack.concurrency[function], facts["mapping"][queue]["concurrency"])
        self.assertGreaterEqual(stack.alarm_metrics, len(facts["alarm"]) - 1)

    def test_the_benchmark_measures_against_what_the_template_gives(self) -> None:
        source = (ROOT / "tests" / "bench" / "src" / "function.rs").read_text()
        given = re.findall(r'^    \("(\w+)", (\d+), (\d+)\),$', source, re.MULTILINE)
        stack = self.inputs.stack
        self.assertEqual({name: int(seconds) for name, seconds, _ in given}, stack.timeouts)
        self.assertEqual({name: int(memory) for name, _, memory in given}, stack.memory)


class Taking(unittest.TestCase):
    """A run of the benchmark becomes the recorded one."""

    def test_the_folder_of_the_binaries_is_left_out_and_the_commit_is_put_in(self) -> None:
        record = '{"machine": {"cpu": "x", "cores": 2, "binaries": "/somewhere/target/release"}}'
        with tempfile.TemporaryDirectory() as folder:
            recorded, measured = Path(folder) / "bench.json", Path(folder) / "measured.json"
            recorded.write_text(record + "\n")
            documents.take(recorded, measured)
            commit, machine = map(json.loads, measured.read_text().splitlines())
        self.assertRegex(commit["commit"], r"^[0-9a-f]{7,}$")
        self.assertEqual(machine["machine"]["binaries"], "target/release")

    def test_figures_show_three_digits_that_count(self) -> None:
        shown = [documents.short(value) for value in (0, 0.000294, 0.0572, 1, 94.04, 3829.3, 0.0146)]
        self.assertEqual(shown, ["0", "0.000294", "0.0572", "1.00", "94.0", "3829", "0.0146"])


if __name__ == "__main__":
    unittest.main()
