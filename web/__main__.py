"""The web edge: `python -m web`."""

import sys

import uvicorn

from foundation.settings import SettingsError, get_settings
from web.app import make_app


def main() -> None:
    """Serve the edge until stopped."""
    try:
        settings = get_settings()
        app = make_app(settings)
    except SettingsError as error:
        sys.exit(str(error))
    # While some threads reckon, those that only pass things on get their turn sooner than Python's 5 ms.
    sys.setswitchinterval(0.001)
    uvicorn.run(app, host=settings.host, port=settings.web_port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
