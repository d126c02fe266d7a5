"""Rasa's command line, with one library loaded before the others: run by `.venv-bot/bin/python`.

Rasa's classifiers load skops, which on import looks every NumPy function up in every module loaded so far. After
TensorFlow those are thousands (11 s of a start); before it they are few (under 1 s). Nothing else is changed.
"""

import sys

sys.path.pop(0)  # this folder is not Rasa's

import skops.io  # noqa: F401 - see above
from rasa.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
