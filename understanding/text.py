"""Words of a message, made comparable, each with its place in the text as it was written.

The tokenizer is spaCy's for English without its exceptions ("don't" stays one word), so that a phrase is written as it
is said.
"""

import re
from dataclasses import dataclass
from functools import cache
from threading import Lock

from spacy.tokenizer import Tokenizer
from spacy.vocab import Vocab

QUOTE = "['’`´]"
SIGN = r"[^\w\s]|_"
INSIDE = rf"[^\w\s'’`´]|_|{QUOTE}(?={QUOTE})|(?<={QUOTE}){QUOTE}"
CLAUSE_END = re.compile(r"[.!?;\n…]+|,|\s[-–—]\s|\b(?:and|but|so|because|cos|then)\b", re.IGNORECASE)
APOSTROPHES = str.maketrans("", "", "'’`´")
LONGEST_WORD = 40
ONE_AT_A_TIME = Lock()
ENDLESS, RUN = re.compile(r"\S{201}"), re.compile(r"\S{1,200}")

SAME_AS = {
    "u": "you", "ur": "your", "r": "are", "bc": "because", "cuz": "because", "coz": "because", "cos": "because",
    "pls": "please", "plz": "please", "ppl": "people", "w": "with", "wiv": "with", "me": "me", "mi": "my",
    "mam": "mum", "mom": "mum", "mums": "mum", "mother": "mum", "ma": "mum", "father": "dad", "da": "dad",
    "nan": "nan", "nana": "nan", "gran": "nan", "grandma": "nan", "granny": "nan", "grandmother": "nan",
    "grandad": "grandad", "grandpa": "grandad", "grandfather": "grandad", "hubby": "husband", "missus": "wife",
    "bf": "boyfriend", "gf": "girlfriend", "kid": "child", "kiddo": "child", "kids": "children",
    "bairns": "children", "bairn": "child", "weans": "children", "little": "little", "lil": "little",
    "landloard": "landlord", "lanlord": "landlord", "landlady": "landlord", "landlords": "landlord",
    "council": "council", "counsil": "council", "councel": "council", "benifits": "benefits", "benifit": "benefit",
    "benefts": "benefits", "gonna": "gonna", "wanna": "wanna", "dnt": "dont", "didnt": "didnt", "cnt": "cant",
    "wont": "wont", "rnt": "rent", "eletric": "electric", "electicity": "electricity", "leccy": "leccy",
    "lecky": "leccy", "lekky": "leccy", "hav": "have", "av": "have", "ave": "have", "wen": "when", "wid": "with",
    "cannot": "cant", "couldn": "couldnt", "depresed": "depressed", "depresion": "depression", "anxity": "anxiety",
    "sucide": "suicide", "suicde": "suicide", "sucidal": "suicidal", "suicidle": "suicidal", "homless": "homeless",
    "evicted": "evicted", "eviced": "evicted", "morgage": "mortgage", "univeral": "universal", "unversal": "universal",
    "n": "and", "thats": "thats", "abt": "about", "tho": "though", "tmrw": "tomorrow", "tmr": "tomorrow",
    "2nite": "tonight", "2night": "tonight", "tonite": "tonight", "2day": "today", "2moro": "tomorrow",
    "bcuz": "because", "yr": "year", "yrs": "years", "wk": "week", "wks": "weeks", "mth": "month", "mths": "months",
    "appt": "appointment", "appts": "appointments", "docs": "doctors", "dr": "doctor", "gp": "gp", "ive": "ive",
    "uni": "university", "tho'": "though", "sumone": "someone", "some1": "someone", "no1": "noone", "nowt": "nothing",
    "owt": "anything", "summat": "something", "skool": "school", "adhd": "adhd", "partners": "partner",
}  # fmt: skip


@dataclass(frozen=True)
class Words:
    """The words of `text`: `norms[i]` is word i made comparable, `starts[i]:ends[i]` its place in `text`."""

    text: str
    norms: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def quote(self, first: int, after: int) -> str:
        """Words `first` to `after` (exclusive), exactly as written."""
        return self.text[self.starts[first] : self.ends[after - 1]]


@cache
def tokenizer() -> Tokenizer:
    """A tokenizer of spaCy's with rules of our own: it does not cut at apostrophes inside a word."""
    return Tokenizer(
        Vocab(),  # nothing is asked of a word but its letters, and English's whole vocabulary takes 0.3 s to set up
        prefix_search=re.compile(rf"^(?:{SIGN})").search,
        suffix_search=re.compile(rf"(?:{SIGN})$").search,
        infix_finditer=re.compile(INSIDE).finditer,
    )


def _runs(text: str) -> list[tuple[int, str]]:
    """`text` with its start; in pieces of 200 where something very long has no blank, as spaCy is slow with that."""
    if not ENDLESS.search(text):
        return [(0, text)]
    return [(found.start(), found.group()) for found in RUN.finditer(text)]


def words_of(text: str) -> Words:
    """Cut `text` into words and signs; time is proportional to its length. What spaCy keeps of it is forgotten."""
    norms, starts, ends = [], [], []
    clean = text.encode("utf-8", "replace").decode("utf-8")
    with ONE_AT_A_TIME, tokenizer().vocab.memory_zone():
        cut = [
            (begin + token.idx, token.text)
            for begin, piece in _runs(clean)
            for token in tokenizer()(piece)
            if not token.text.isspace()
        ]
    for start, word in cut:
        norm = word[:LONGEST_WORD].lower().translate(APOSTROPHES)
        if not norm:
            continue
        norms.append(SAME_AS.get(norm, norm))
        starts.append(start)
        ends.append(start + len(word))
    return Words(text, tuple(norms), tuple(starts), tuple(ends))


def clauses_of(text: str) -> list[tuple[int, int]]:
    """The clauses of `text` as (start, end) places, without blanks at either end and without empty ones."""
    clauses, start = [], 0
    for end, after in [*((m.start(), m.end()) for m in CLAUSE_END.finditer(text)), (len(text), len(text))]:
        piece = text[start:end]
        if piece.strip():
            clauses.append((start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())))
        start = after
    return clauses


def pieces_of(text: str, *, longest: int = 600) -> list[tuple[int, int]]:
    """`text` in (start, end) pieces of at most `longest` characters, cut at blanks where there are any."""
    pieces, start = [], 0
    while len(text) - start > longest:
        cut = max(text.rfind(sign, start + longest // 2, start + longest) for sign in (". ", "\n", " "))
        cut = cut + 1 if cut > start else start + longest
        pieces.append((start, cut))
        start = cut
    if start < len(text) or not pieces:
        pieces.append((start, len(text)))
    return pieces
