"""Of whom a message speaks: the writer, or somebody the writer asks for."""

import re

PERSON = (
    r"(?:mum|mam|mom|mother|dad|father|nan|nana|gran|granny|grandma|grandad|grandpa|grandmother|grandfather|sister|"
    r"brother|aunt|auntie|uncle|son|daughter|grandson|granddaughter|husband|wife|partner|boyfriend|girlfriend|friend|"
    r"mate|neighbour|cousin|niece|nephew|parents|flatmate|housemate|colleague|client|tenant|stepson|stepdaughter|"
    r"mother[- ]in[- ]law|father[- ]in[- ]law|lad|little one|toddler|baby|eldest|youngest|teenager)"
)
ON_BEHALF = re.compile(
    rf"\b(?:(?:my|our|me)\s+(?:\w+\s+){{0,2}}{PERSON}(?:'?s)?\b(?!\s+(?:hit|beat|punched|slapped|threatens|threw|kicked|"
    rf"left|died|passed|wants me|kick|won'?t let me|says i|said i|hits|chucked)\w*)|"
    rf"\b(?:on behalf of|asking for (?:a|my)|writing for (?:my|a))\b|"
    rf"\b(?:the|an?|this) (?:old|elderly|young) (?:lady|man|woman|neighbour|gentleman)\b)",
    re.IGNORECASE,
)
WITH_ME = re.compile(
    r"\b(?:i'?m|i am|im)\b.{0,40}\b(?:looking after|caring for|worn out|exhausted|struggling|living with|staying with)",
    re.IGNORECASE,
)
SELF = re.compile(
    r"\b(?:i|i'?m|i'?ve|my (?:rent|job|flat|landlord|benefits|money|anxiety|depression)|me)\b", re.IGNORECASE
)


def is_on_behalf(text: str, place: int) -> bool:
    """Whether what stands at `place` in `text` is about somebody the writer asks for."""
    start = max((text.rfind(sign, 0, place) for sign in ".!?\n;"), default=-1) + 1
    stops = [end for sign in ".!?\n;" if (end := text.find(sign, place)) >= 0]
    sentence = text[start : min(stops, default=len(text))]
    found = ON_BEHALF.search(sentence)
    if not found:
        return False
    own = SELF.search(sentence)
    return own is None or found.start() < own.start()
