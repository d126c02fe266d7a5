"""Words into needs, crisis and circumstances. Pure: no I/O beyond loading the models."""

from understanding.answers import read_answer
from understanding.heads import models_ready
from understanding.languages import language_of
from understanding.reading import understand
from understanding.results import Crisis, Heard, ModelsMissing, Understanding

__all__ = [
    "Crisis",
    "Heard",
    "ModelsMissing",
    "Understanding",
    "language_of",
    "models_ready",
    "read_answer",
    "understand",
]
