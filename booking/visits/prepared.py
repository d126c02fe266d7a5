"""Statements that are compiled once for each database and then handed to its driver as they are.

SQLAlchemy writes them, but its way from there to the driver and back costs more than SQLite's work on them. What goes
wrong is the driver's own error; `refusals` names those that mean that somebody else was first.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

DEADLOCK = "40P01"  # SQLSTATE
type Processor = Callable[[Any], Any] | None

# A list as one parameter, however long: JSON for SQLite, an array for PostgreSQL.
TEXTS = sa.JSON().with_variant(postgresql.ARRAY(sa.String), "postgresql")
INTEGERS = sa.JSON().with_variant(postgresql.ARRAY(sa.Integer), "postgresql")


class any_of(FunctionElement[Any]):  # noqa: N801  reads as SQL does, like SQLAlchemy's own
    """`any_of(column, "names")`: whether the column's value is in the list of texts that is the parameter `names`."""

    type = sa.types.NULLTYPE  # as a Boolean, SQLite would be asked whether it equals 1, and use no index
    inherit_cache = True

    def __init__(self, column: sa.ColumnElement[str], names: str) -> None:
        super().__init__(column, sa.bindparam(names, type_=TEXTS))


@compiles(any_of, "sqlite")
def _in_json(element: any_of, compiler: SQLCompiler, **kw: Any) -> str:
    column, names = element.clauses
    return f"{compiler.process(column, **kw)} IN (SELECT value FROM json_each({compiler.process(names, **kw)}))"  # noqa: S608


@compiles(any_of, "postgresql")
def _in_array(element: any_of, compiler: SQLCompiler, **kw: Any) -> str:
    column, names = element.clauses
    return f"{compiler.process(column, **kw)} = ANY ({compiler.process(names, **kw)})"


@dataclass(frozen=True)
class _Ready:
    """A statement as one driver takes it."""

    text: str
    order: Sequence[str] | None  # None: by name
    processors: Mapping[str, Processor]
    constants: Mapping[str, Any]

    def values(self, values: Mapping[str, object]) -> Any:
        """These values as the driver takes them."""
        found = dict(self.constants)
        for key, process in self.processors.items():
            found[key] = values[key] if process is None else process(values[key])
        return found if self.order is None else tuple([found[key] for key in self.order])


class Prepared:
    """A statement with named parameters, the same on both databases or written once for each.

    Its rows come as the driver gives them: a select names plain texts and numbers, not JSON or instants.
    """

    def __init__(self, both: sa.ClauseElement | None = None, **each: sa.ClauseElement) -> None:
        self._each = {"sqlite": both, "postgresql": both} if both is not None else each
        self._ready: dict[str, _Ready] = {}

    def rows(self, db: sa.Connection, **values: object) -> list[tuple[Any, ...]]:
        """What it answers, in the transaction of `db`; values that it has no use for are left out."""
        return self.given(db, **values).rows(db)

    def count(self, db: sa.Connection, **values: object) -> int:
        """How many rows it wrote."""
        return self.given(db, **values).count(db)

    def given(self, db: sa.Connection, **values: object) -> "Given":
        """It with these values, to be run later on the same kind of database: all that need not wait for a lock."""
        ready = self._for(db)
        return Given(ready.text, ready.values(values))

    def given_each(self, db: sa.Connection, several: Iterable[Mapping[str, object]]) -> "Given":
        """It once for each of `several` sets of values."""
        ready = self._for(db)
        return Given(ready.text, [ready.values(values) for values in several], several=True)

    def _for(self, db: sa.Connection) -> _Ready:
        name = db.dialect.name
        ready = self._ready.get(name)
        if ready is None:
            ready = self._ready[name] = _compile(self._each[name], db.dialect)
        return ready


@dataclass(frozen=True)
class Given:
    """A statement with its values, as the driver takes both."""

    text: str
    values: Any
    several: bool = False

    def rows(self, db: sa.Connection) -> list[tuple[Any, ...]]:
        """Run it; what it answers."""
        found: list[tuple[Any, ...]] = self.run(db).fetchall()
        return found

    def count(self, db: sa.Connection) -> int:
        """Run it; how many rows it wrote."""
        return int(self.run(db).rowcount)

    def run(self, db: sa.Connection) -> Any:
        """Run it in the transaction of `db`; the driver's cursor."""
        if not db.in_transaction():
            db.begin()  # what SQLAlchemy does at its first statement: else its commit would do nothing
        cursor = db.connection.cursor()
        if not self.several:
            cursor.execute(self.text, self.values)
        elif self.values:
            cursor.executemany(self.text, self.values)
        return cursor


def _compile(clause: sa.ClauseElement, dialect: Dialect) -> _Ready:
    compiled = clause.compile(dialect=dialect)
    assert isinstance(compiled, SQLCompiler)
    processors, constants = {}, {}
    for bind, name in compiled.bind_names.items():
        process = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if bind.required or bind.value is None:
            processors[name] = process
        else:
            constants[name] = bind.value if process is None else process(bind.value)
    order = compiled.positiontup if compiled.positional else None
    return _Ready(text=str(compiled), order=order, processors=processors, constants=constants)


def refusals(db: sa.Connection) -> tuple[type[Exception], ...]:
    """What SQLAlchemy and this database's driver raise when a key, or the order of locks, refuses a statement."""
    driver: Any = db.dialect.loaded_dbapi
    return sa.exc.IntegrityError, sa.exc.OperationalError, driver.IntegrityError, driver.OperationalError


def is_refusal(error: BaseException) -> bool:
    """Whether the error says that a row is somebody else's, not that the database is ill."""
    of_driver = error.orig if isinstance(error, sa.exc.DBAPIError) and error.orig is not None else error
    named = {each.__name__ for each in type(of_driver).__mro__}
    return "IntegrityError" in named or getattr(of_driver, "sqlstate", None) == DEADLOCK
