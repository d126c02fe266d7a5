"""Words of a message, made comparable, each with its place in the text as it was written."""

import re
from dataclasses import dataclass

WORD = re.compile(r"[^\W_]+(?:['’`´][^\W_]+)*|[^\w\s]|_", re.UNICODE)
CLAUSE_END = re.compile(r"[.!?;\n…]+|,|\s[-–—]\s|\b(?:and|but|so|because|cos|then)\b", re.IGNORECASE)
APOSTROPHES = str.maketrans("", "", "'’`´")
LONGEST_WORD = 40

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


def words_of(text: str) -> Words:
    """Cut `text` into words and signs; time is proportional to its length."""
    norms, starts, ends = [], [], []
    for found in WORD.finditer(text):
        norm = found.group()[:LONGEST_WORD].lower().translate(APOSTROPHES)
        if not norm:
            continue
        norms.append(SAME_AS.get(norm, norm))
        starts.append(found.start())
        ends.append(found.end())
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
