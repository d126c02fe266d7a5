"""The root of every error that Front Door raises on purpose."""


class FrontDoorError(Exception):
    """An error named by the domain. Its text is one plain-English sentence that a person may read."""
