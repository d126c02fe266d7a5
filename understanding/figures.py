"""Numbers, dates and places as people write them: ages, children, postcodes, languages spoken."""
# ruff: noqa: E501 -- a pattern is easier to check on one line

import re
from datetime import date

from foundation.clock import to_london, utc_now

PEOPLE = (
    r"mum|mam|mom|mother|dad|father|nan|nana|gran|granny|grandma|grandad|grandpa|husband|wife|neighbour|sister|brother|"
    r"aunt|auntie|uncle|friend|partner|parents"
)
AGE = r"(?P<age>1[0-9]|[2-9][0-9]|10[0-9])"
NOT_MONEY = r"(?!\s*(?:%|quid|pounds|p\b|k\b|weeks|week|months|month|days|hours|hrs|mins|minutes|miles|of\b|st\b|stone|kg|kids|children|\d|:|am\b|pm\b|percent|payments|times|points|pence|grand))"
AGES = [
    re.compile(rf"\b(?:i'?m|i am|im|iam)\s+(?:only |just |now |nearly |about |a )?{AGE}\b{NOT_MONEY}", re.I),
    re.compile(rf"\b(?:{PEOPLE})(?:'?s| is| are)?\s+(?:who'?s |who is |now |nearly |about |is |aged |just turned )?{AGE}\b{NOT_MONEY}", re.I),
    re.compile(rf"\b(?:she|he)(?:'?s| is)\s+(?:only |just |now |nearly |about )?{AGE}\b{NOT_MONEY}", re.I),
    re.compile(rf"\b(?:aged?|just turned|turned|turning|i was) {AGE}\b{NOT_MONEY}", re.I),
    re.compile(rf"\b(?:a|an|am)\s+{AGE}[ -]?(?:year|yr)s?[ -]?old\b(?!\s+(?:son|daughter|boy|girl|child|kid|lad|car|boiler|dog|cat|baby))", re.I),
    re.compile(rf"\b{AGE}\s?(?:yo|y/o|yrs old|years old|years of age)\b(?!\s+(?:son|daughter|boy|girl|child|kid|lad))", re.I),
    re.compile(rf"^\s*{AGE}\s?[mf]?\s*[,.]", re.I),
    re.compile(rf"\bin (?:my|her|his) (?:early |mid |late )?{AGE}s\b", re.I),
]  # fmt: skip
BORN = re.compile(
    r"\b(?:d\.?o\.?b\.?|born|date of birth)\W{0,4}(?:is |in |on )?"
    r"(?:(\d{1,2})[/. -](\d{1,2})[/. -])?((?:19|20)?\d{2})\b",
    re.I,
)
BANDS = (
    (16, "under_16"), (18, "16_17"), (25, "18_24"), (35, "25_34"), (55, "35_54"), (65, "55_64"), (80, "65_79"),
)  # fmt: skip
POSTCODE = re.compile(r"\b([A-Z]{1,2}[0-9][0-9A-Z]?)\s?([0-9][ABD-HJLNP-UW-Z]{2})\b", re.I)
PART = re.compile(r"\b(CB|PE|SG|IP)\s?([0-9]{1,2})(?:\s([0-9])(?![0-9A-Z/]))?\b", re.I)
NUMBER_WORDS = {
    w: n
    for n, w in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    )
}
KIDS = r"(?:kids|children|kiddies|boys|girls|sons|daughters|little ones|bairns|child|kid|son|daughter|boy|girl|baby|toddler|lad)"
ONE_AGE = r"(?:1[0-7]|[0-9])"
KID_AGES = re.compile(
    rf"\b{KIDS}\W{{0,3}}(?:aged?|who are|who is|is|are|he'?s|she'?s|they'?re|ages)?\W{{0,3}}"
    rf"({ONE_AGE}(?:\s*(?:,|&|and|\+|n|/)\s*(?:and\s*)?{ONE_AGE})*)\b"
    rf"(?!\s*(?:%|weeks|week|months|month|mths|days|hours|times|miles|quid|pounds|:|am\b|pm\b|of\b|nights|kids|points|\d|/|\.))",
    re.I,
)
YEAR_OLD = re.compile(
    rf"\b({ONE_AGE}|{'|'.join(NUMBER_WORDS)})[ -]?(?:year|yr)s?[ -]?old\b(?=\W+(?:\w+\W+)?(?:{KIDS}|and\b))", re.I
)
MY_YEAR_OLD = re.compile(rf"\b(?:my|our|an?)\s+({ONE_AGE})[ -]?(?:(?:year|yr)s?[ -]?old|yo)\b", re.I)
MONTHS_OLD = re.compile(rf"\b(?:\d{{1,2}}|\w+)[ -](?:months?|weeks?)[ -]old\b(?=.{{0,15}}|$)(?:\W+{KIDS})?", re.I)
LANGUAGES = {
    "polish": "pl", "romanian": "ro", "ukrainian": "uk", "bengali": "bn", "arabic": "ar", "portuguese": "pt",
    "spanish": "es", "turkish": "tr", "chinese": "zh", "mandarin": "zh", "cantonese": "zh", "hungarian": "hu",
    "urdu": "ur", "punjabi": "pa", "farsi": "fa", "persian": "fa", "dari": "fa", "pashto": "ps", "french": "fr",
    "italian": "it", "lithuanian": "lt", "bulgarian": "bg", "russian": "ru", "somali": "so", "tigrinya": "ti",
    "kurdish": "ku", "albanian": "sq", "hindi": "hi", "gujarati": "gu", "tamil": "ta", "vietnamese": "vi",
    "sylheti": "bn", "amharic": "am", "german": "de", "greek": "el", "latvian": "lv", "slovak": "sk", "czech": "cs",
    "polski": "pl", "polsku": "pl", "română": "ro", "romana": "ro", "español": "es", "espanol": "es",
    "português": "pt", "portugues": "pt", "türkçe": "tr", "turkce": "tr", "magyar": "hu", "українська": "uk",
    "العربية": "ar", "中文": "zh", "বাংলা": "bn", "اردو": "ur", "فارسی": "fa", "русский": "ru", "français": "fr",
    "italiano": "it", "deutsch": "de", "lietuvių": "lt", "shqip": "sq", "soomaali": "so",
}  # fmt: skip
SPEAKS = re.compile(
    rf"\b(?:speaks?|speaking|language is|need an?|first language|only understands?|interpreter(?: in| for)?|in)\s+"
    rf"(?:only |some )?({'|'.join(LANGUAGES)})\b(?:\s+(?:interpreter|only|speaker|please|speaking))?",
    re.I,
)
NOT_LANGUAGE = re.compile(r"\bin (?:chinese|italian|spanish|french|german|polish)\b(?! please)", re.I)


def band_of(age: int) -> str:
    """The age band of `age` in years."""
    return next((band for limit, band in BANDS if age < limit), "80_plus")


def age_in(text: str, *, today: date | None = None) -> str | None:
    """The age band of the person helped: the writer's own age, else that of the one asked for."""
    for pattern in AGES:
        if found := pattern.search(text):
            return band_of(int(found["age"]))
    if found := BORN.search(text):
        return _band_of_birth(found, today or to_london(utc_now()).date())
    return None


def _band_of_birth(found: re.Match[str], today: date) -> str | None:
    day, month, year = (int(part) if part else 0 for part in found.groups())
    if year < 100:
        year += 2000 if year <= today.year % 100 else 1900
    age = today.year - year - ((today.month, today.day) < (month, day))
    return band_of(age) if 0 <= age <= 115 else None


def postcode_in(text: str) -> str | None:
    """A whole postcode ("CB4 3EH"), or a district or sector round here ("CB4", "CB4 3")."""
    if found := POSTCODE.search(text):
        return f"{found[1]} {found[2]}".upper()
    if found := PART.search(text):
        return f"{found[1]}{found[2]} {found[3]}".upper() if found[3] else f"{found[1]}{found[2]}".upper()
    return None


def children_in(text: str) -> list[int] | None:
    """The ages of children in years, youngest first; None where no age is said."""
    ages = [int(n) for found in KID_AGES.finditer(text) for n in re.findall(r"\d+", found[1])]
    ages += [_number(found[1]) for found in YEAR_OLD.finditer(text)]
    ages += [int(found[1]) for found in MY_YEAR_OLD.finditer(text)]
    if MONTHS_OLD.search(text):
        ages.append(0)
    return sorted(dict.fromkeys(ages))[:12] or None


def _number(word: str) -> int:
    return int(word) if word.isdigit() else NUMBER_WORDS[word.lower()]


def spoken_language_in(text: str) -> str | None:
    """The ISO 639-1 code of a language that the person says they speak."""
    found = SPEAKS.search(text)
    if not found or NOT_LANGUAGE.search(text):
        return None
    return LANGUAGES[found[1].lower()]
