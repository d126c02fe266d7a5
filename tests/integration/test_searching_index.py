"""The index of a database's services: made once, made again when they change."""

from directory.keeping.searching import current_index
from directory.searching.finding import Asked, answer
from foundation.clock import utc_now
from foundation.database import Database
from tests.integration.directory_writing import keep, remove
from tests.unit.directory_fixtures import made


def _found(database: Database, text: str) -> list[str]:
    return [one.service.name for one in answer(current_index(database), Asked(text=text, now=utc_now())).found]


def test_the_index_is_kept_until_services_change(database: Database) -> None:
    keep(database, made("knitting"))
    first = current_index(database)
    assert _found(database, "knitting") == ["Knitting"]
    assert current_index(database) is first
    keep(database, {**made("knitting"), "name": "Crochet"}, made("juggling"))
    assert _found(database, "knitting organisation") == ["Crochet", "Juggling"]
    assert _found(database, "juggling") == ["Juggling"]
    assert current_index(database) is not first


def test_what_was_removed_is_not_found(database: Database) -> None:
    keep(database, made("knitting"), made("juggling"))
    assert _found(database, "knitting") == ["Knitting"]
    remove(database, made("knitting"))
    assert _found(database, "knitting") == []
