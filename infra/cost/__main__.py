"""Prints what docs/COST.md and docs/SCALE.md state, or writes it into them.

python -m cost                     every table, from docs/measured.json
python -m cost --from FILE         from another run of teamwire-bench --record FILE
python -m cost --write             into the documents
python -m cost --take FILE         FILE becomes docs/measured.json, its table goes into
                                   docs/BENCHMARKS.md, and --write
"""

import argparse
from pathlib import Path

from . import documents, inputs


def main() -> None:
    """Writes, takes over or prints the tables, as asked."""
    parser = argparse.ArgumentParser(prog="python -m cost", description=__doc__.splitlines()[0])
    parser.add_argument("--from", dest="source", type=Path, default=inputs.MEASURED)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--take", type=Path)
    arguments = parser.parse_args()
    if arguments.take:
        documents.take(arguments.take)
    if arguments.take or arguments.write:
        for changed in documents.write(inputs.read()):
            print(f"{changed} is as measured")
        return
    for name, text in documents.blocks(inputs.read(arguments.source)).items():
        print(f"{name}\n\n{text}\n")


if __name__ == "__main__":
    main()
