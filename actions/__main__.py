"""The action server, on loopback alone: `python -m actions`.

rasa-sdk's own runner listens on every interface and forks a worker; its application is an ASGI one, so uvicorn serves
it in this process, on 127.0.0.1.
"""

import logging
import sys

import uvicorn
from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor

from actions.steps import all_actions
from foundation.memory import settle
from foundation.settings import SettingsError, get_settings


def main() -> None:
    """Serve the actions until stopped."""
    logging.basicConfig(level=logging.WARNING)
    executor = ActionExecutor()
    for action in all_actions():
        executor.register_action(action)
    settle()
    try:
        port = get_settings().actions_port
    except SettingsError as error:
        sys.exit(str(error))
    uvicorn.run(create_app(executor), host="127.0.0.1", port=port, log_level="warning", lifespan="on")


if __name__ == "__main__":
    main()
