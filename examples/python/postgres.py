"""States in PostgreSQL: ../sql/schema.sql does it all."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
from teamwire import Event

SCHEMA = Path(__file__).parent.parent / "sql" / "schema.sql"


class Postgres:
    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True)

    def create(self) -> None:
        """Makes the tables and functions."""
        self.connection.execute(SCHEMA.read_bytes())

    def apply(self, event: Event) -> bool:
        """Keeps what the event says; whether it was news."""
        row = self.connection.execute("select apply(%s)", [json.dumps(event)]).fetchone()
        return bool(row and row[0])
