"""How soon a password is guessed: by the lists and patterns of zxcvbn, and by what belongs to its person.

Nothing is asked outside: the lists (the most used passwords of known breaches, names, words of English) come with the package.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from intercoder.errors import InvalidInput, marked

SHORTEST = 10
LONGEST = 1000
#: of 0 to 4: from here on a hundred million guesses are needed
ENOUGH = 3
#: what is looked at; a password may be longer
LOOKED_AT = 72
#: signs that stand for letters, and how many different ones zxcvbn may try beside the digits: with all it takes two seconds
_SIGNS, _DIFFERENT = frozenset("@({[<!|$+%"), 3
_PRODUCT = ("intercoder", "intercoding", "coding", "编码")

_NAMED = marked("it is made of your name, your address or the name of this program")
_NUMBERS = marked("it is only numbers")
_COMMON = marked("it is on the list of passwords that everybody tries first, or close to one")
_KEYS = marked("its keys lie beside one another")
_REPEATED = marked("it repeats itself or counts on")
_DATE = marked("it is a date or a year")
_FEW = marked("it is too few words or signs")


@dataclass(frozen=True)
class Strength:
    """What is thought of a password: a level of 0 to 4, and why it is not higher where it is not enough."""

    level: int
    because: str | None = None

    @property
    def enough(self) -> bool:
        """Whether it may be used."""
        return self.because is None


def check(password: str, *personal: str) -> None:
    """Refuse a new password with ``InvalidInput`` that is too short, too long or guessed soon.

    ``personal`` is what an acquaintance would try: the name and the address of its person.
    """
    if len(password) < SHORTEST:
        raise InvalidInput("short_password", "A password needs at least {n} characters.", n=SHORTEST)
    if len(password) > LONGEST:
        raise InvalidInput("long_password", "A password has at most {n} characters.", n=LONGEST)
    strength = judge(password, *personal)
    if strength.because is not None:
        raise InvalidInput(
            "weak_password",
            "This password is too easy to guess: {because}. Use several words that do not belong together.",
            because=strength.because,
        )


def judge(password: str, *personal: str) -> Strength:
    """Return how soon a password is guessed, whatever its length."""
    from zxcvbn import zxcvbn  # its lists take a while to load

    looked_at = _bounded(unicodedata.normalize("NFKC", password)[:LOOKED_AT])
    if not looked_at:
        return Strength(0, _FEW)
    result = zxcvbn(looked_at, user_inputs=_pieces((*personal, *_PRODUCT)), max_length=LOOKED_AT)
    level: int = result["score"]
    if looked_at.isdecimal():
        return Strength(min(level, 1), _NUMBERS)
    if _stripped(looked_at, personal) < 4:
        return Strength(min(level, 1), _NAMED)
    if len(set(looked_at.casefold())) < 5:
        return Strength(min(level, 1), _REPEATED)
    if level >= ENOUGH:
        return Strength(level)
    return Strength(level, _why(result["sequence"]))


def _bounded(password: str) -> str:
    """Return a password in which no more signs than zxcvbn can try stand for letters; nobody writes a word with more."""
    signs = Counter(sign for sign in password if sign in _SIGNS).most_common()[_DIFFERENT:]
    return password.translate({ord(sign): "~" for sign, _ in signs})


def _pieces(texts: Iterable[str]) -> list[str]:
    """Return texts and their parts, as people put them into passwords."""
    pieces: dict[str, None] = {}
    for text in texts:
        plain = unicodedata.normalize("NFKC", text)[:200].casefold()
        parts = re.findall(r"\w+", plain)
        for piece in (
            plain,
            plain.partition("@")[0],
            "".join(parts),
            *parts,
            *(p for w in parts for p in w.split("_")),
        ):
            if len(piece) >= 3 or (len(piece) >= 2 and not piece.isascii()):
                pieces[piece] = None
    return list(pieces)


def _stripped(password: str, personal: Iterable[str]) -> int:
    """Return how many characters are left of a password without what is personal, and without what joins it."""
    rest = password.casefold()
    for piece in sorted(_pieces((*personal, *_PRODUCT)), key=len, reverse=True):
        rest = rest.replace(piece, "")
    return len(re.sub(r"[\W\d_]", "", rest)) if rest != password.casefold() else len(password)


def _why(sequence: Sequence[dict[str, object]]) -> str:
    """Return why a password is guessed soon, from the patterns that it consists of: what covers most of it counts."""
    covered: dict[str, int] = {}
    for part in sequence:
        reason = _reason(str(part["pattern"]), str(part.get("dictionary_name", "")))
        covered[reason] = covered.get(reason, 0) + len(str(part["token"]))
    return max(covered, key=lambda reason: (covered[reason], reason != _FEW))


def _reason(pattern: str, dictionary: str) -> str:
    if pattern == "dictionary":
        return {"user_inputs": _NAMED, "passwords": _COMMON}.get(dictionary, _FEW)
    if pattern in {"repeat", "sequence"}:
        return _REPEATED
    return {"spatial": _KEYS, "date": _DATE, "regex": _DATE}.get(pattern, _FEW)
