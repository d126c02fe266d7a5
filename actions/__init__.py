"""Rasa's actions: translate between dialogue and use cases. They decide nothing."""
