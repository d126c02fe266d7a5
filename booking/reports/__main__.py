"""`python -m booking.reports RUN`: works a simulation out, beside the web edge and never in its way."""

import os
import sys

from booking.reports.runs import work
from foundation.clock import utc_now
from foundation.database import Database
from foundation.settings import get_settings

KINDLY = 10  # whoever answers people goes first


def main(number: str) -> None:
    """Work out the run with this number."""
    os.nice(KINDLY)
    database = Database(get_settings().database_url)
    work(database, number, clock=utc_now)
    database.close()


if __name__ == "__main__":
    main(sys.argv[1])
