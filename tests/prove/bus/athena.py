"""Queries in Athena's dialect over the files of an archive: sqlglot reads them, DuckDB answers.

It runs in an environment of its own, .venv-archive: a JSON object with `folder`, `columns`, `view` and
`queries` on standard input, the rows of each query by its name on standard output.
"""

import json
import sys

import duckdb
import sqlglot


def main() -> None:
    asked = json.load(sys.stdin)
    engine = duckdb.connect()
    # As OpenX's SerDe does: what is an object in a column of text is its JSON.
    columns = ", ".join(f"'{name}': 'JSON'" for name in asked["columns"])
    texts = ", ".join(
        name if name == "data" else f"{name} ->> '$' AS {name}" for name in asked["columns"]
    )
    engine.execute(
        f"CREATE VIEW events AS SELECT {texts}, tenantid, day, filename AS \"$path\" "
        f"FROM read_json('{asked['folder']}/*/*/*', format = 'newline_delimited', columns = {{{columns}}}, "
        "hive_partitioning = true, hive_types = {'tenantid': VARCHAR, 'day': VARCHAR}, filename = true, "
        "maximum_object_size = 8000000, compression = 'none')"
    )
    engine.execute(_read(asked["view"]))
    answers = {name: engine.execute(_read(query)).fetchall() for name, query in asked["queries"].items()}
    json.dump(answers, sys.stdout)


def _read(query: str) -> str:
    (statement,) = sqlglot.transpile(query, read="athena", write="duckdb")
    return statement


if __name__ == "__main__":
    main()
