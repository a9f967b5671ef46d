"""What the database says, asked in SQL of our own and without the server."""
import psycopg
from psycopg.rows import dict_row


class Database:
    """A laboratory's database."""

    def __init__(self, url):
        self._connection = psycopg.connect(url, autocommit=True, row_factory=dict_row)
        self._connection.execute("set time zone 'UTC'")

    def rows(self, sql, *values):
        """All rows, as dictionaries."""
        return self._connection.execute(sql, values).fetchall()

    def row(self, sql, *values):
        """The one row that there must be."""
        rows = self.rows(sql, *values)
        assert len(rows) == 1, f'{len(rows)} rows instead of one: {sql} {values}'
        return rows[0]

    def value(self, sql, *values):
        """The one value of the one row that there must be."""
        (value,) = self.row(sql, *values).values()
        return value

    def column(self, sql, *values):
        """The first value of each row."""
        return [next(iter(row.values())) for row in self.rows(sql, *values)]

    def count(self, table, condition='true', *values):
        """How many rows of a table meet a condition."""
        return self.value(f'select count(*) from {table} where {condition}', *values)

    def execute(self, sql, *values):
        """Changes what clients cannot change."""
        self._connection.execute(sql, values)
