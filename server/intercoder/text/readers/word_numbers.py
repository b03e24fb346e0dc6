"""The numbers that Word makes itself: which one a paragraph has, and how it is written.

Rules: ISO/IEC 29500-1, 17.9 (numbering) and 17.18.59 (ST_NumberFormat). Word counts by the definition that several
lists share (abstractNum); a list that says where it starts does so at its first paragraph.
"""

import enum
from collections.abc import Callable, Mapping
from types import MappingProxyType

_ROMAN: tuple[tuple[int, str], ...] = (
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
)
_ROMAN += ((9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["-", "-", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_NTH = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth"}
_NTH |= {"twelve": "twelfth"}
_SIMPLE = ("〇一二三四五六七八九", "十百千", "万亿")
_LEGAL = ("零壹贰叁肆伍陆柒捌玖", "拾佰仟", "万亿")
_LEGAL_TRADITIONAL = ("零壹貳參肆伍陸柒捌玖", "拾佰仟", "萬億")
_LEGAL_JAPANESE = ("〇壱弐参四五六七八九", "拾百阡", "萬億")
_KOREAN = ("영일이삼사오육칠팔구", "십백천", "만억")


class _Ones(enum.Enum):
    """Whether the one of 一十, 一百 is written."""

    ALWAYS = enum.auto()
    USUAL = enum.auto()  #: not in 十 to 十九
    NEVER = enum.auto()


def _roman(n: int) -> str:
    written = ""
    for value, signs in _ROMAN:
        written += signs * (n // value)
        n %= value
    return written


def _letters(alphabet: str) -> Callable[[int], str]:
    """Return the writing in letters; after the last one they are doubled: Z, AA, BB, thirty times at most."""
    return lambda n: alphabet[(n - 1) % len(alphabet)] * ((n - 1) // len(alphabet) % 30 + 1)


def _signs(signs: str) -> Callable[[int], str]:
    """Return the writing in signs of a cycle; beyond the last of them in plain digits."""
    return lambda n: signs[n - 1] if n <= len(signs) else str(n)


def _digits(signs: str) -> Callable[[int], str]:
    return lambda n: "".join(signs[int(digit)] for digit in str(n))


def _series(first: str, count: int) -> Callable[[int], str]:
    """Return the writing in signs that follow one another in Unicode; beyond the last of them in plain digits."""
    return lambda n: chr(ord(first) + n - 1) if n <= count else str(n)


def _counting(signs: tuple[str, str, str], *, ones: _Ones = _Ones.USUAL, zero: str = "零") -> Callable[[int], str]:
    """Return the writing of East Asia by powers of ten: 三十六, 一百零五."""
    digits, powers, groups = signs

    def group(n: int, inner: bool) -> str:
        written, gap = "", False
        for place in (3, 2, 1, 0):
            digit = n // 10**place % 10
            if not digit:
                gap = bool(written) or inner
                continue
            if gap and zero and (written or inner):
                written += zero
            gap = False
            leading = place == 1 and not written and not inner
            bare = digit == 1 and place > 0 and (ones is _Ones.NEVER or (ones is _Ones.USUAL and leading))
            written += ("" if bare else digits[digit]) + (powers[place - 1] if place else "")
        return written

    def write(n: int) -> str:
        if n == 0:
            return digits[0]
        parts, at = "", 0
        while n:
            n, rest = divmod(n, 10_000)
            if rest:
                parts = group(rest, inner=n > 0 and rest < 1000) + (groups[at - 1] if at else "") + parts
            at += 1
        return parts

    return write


def _words(n: int) -> str:
    if n >= 1000:
        return _words(n // 1000) + " thousand" + (" " + _words(n % 1000) if n % 1000 else "")
    if n >= 100:
        return _ONES[n // 100] + " hundred" + (" " + _words(n % 100) if n % 100 else "")
    if n < 20:
        return _ONES[n]
    return _TENS[n // 10] + ("-" + _ONES[n % 10] if n % 10 else "")


def _ordinal(n: int) -> str:
    last = "th" if n // 10 % 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{last}"


def _ordinal_words(n: int) -> str:
    words = _words(n)
    cut = max(words.rfind("-"), words.rfind(" ")) + 1
    last = words[cut:]
    last = _NTH.get(last) or (last[:-1] + "ieth" if last.endswith("y") else last + "th")
    return (words[:cut] + last).capitalize()


def _abjad(signs: str) -> Callable[[int], str]:
    """Return the writing in letters that are numbers: nine ones, nine tens, four and more hundreds."""

    def write(n: int) -> str:
        if n >= 500:
            return str(n)
        hundreds, tens, ones = n // 100, n // 10 % 10, n % 10
        return "".join(
            signs[at] for at in (17 + hundreds if hundreds else -1, 8 + tens if tens else -1, ones - 1) if at >= 0
        )

    return write


_HEBREW = _abjad("אבגדהוזחטיכלמנסעפצקרשת")


def _hebrew(n: int) -> str:
    """Return Hebrew numerals; 15 and 16 are written 9 + 6 and 9 + 7, since 10 + 5 and 10 + 6 would be a name of God."""
    return _HEBREW(n).replace("יה", "טו").replace("יו", "טז")


_CHINESE = _counting(_SIMPLE)
_JAPANESE = _counting(_SIMPLE, ones=_Ones.NEVER, zero="")

#: ST_NumberFormat → how it writes a number from 1 on
FORMATS: Mapping[str, Callable[[int], str]] = MappingProxyType(
    {
        "decimal": str,
        "decimalHalfWidth": str,
        "decimalZero": lambda n: f"{n:02d}",
        "decimalFullWidth": _digits("０１２３４５６７８９"),
        "decimalFullWidth2": _digits("０１２３４５６７８９"),
        "decimalEnclosedCircle": _series("①", 20),
        "decimalEnclosedCircleChinese": _series("①", 20),
        "decimalEnclosedFullstop": _series("⒈", 20),
        "decimalEnclosedParen": _series("⑴", 20),
        "ideographEnclosedCircle": _series("㊀", 10),
        "numberInDash": lambda n: f"- {n} -",
        "hex": lambda n: f"{n:X}",
        "ordinal": _ordinal,
        "cardinalText": lambda n: _words(n).capitalize(),
        "ordinalText": _ordinal_words,
        "upperRoman": _roman,
        "lowerRoman": lambda n: _roman(n).lower(),
        "upperLetter": _letters("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        "lowerLetter": _letters("abcdefghijklmnopqrstuvwxyz"),
        "chicago": _letters("*†‡§"),
        "chineseCounting": _CHINESE,
        "chineseCountingThousand": _CHINESE,
        "taiwaneseCounting": _CHINESE,
        "taiwaneseCountingThousand": _CHINESE,
        "ideographDigital": _digits(_SIMPLE[0]),
        "taiwaneseDigital": _digits("○一二三四五六七八九"),
        "japaneseCounting": _JAPANESE,
        "japaneseDigitalTenThousand": _digits(_SIMPLE[0]),
        "chineseLegalSimplified": _counting(_LEGAL, ones=_Ones.ALWAYS),
        "ideographLegalTraditional": _counting(_LEGAL_TRADITIONAL, ones=_Ones.ALWAYS),
        "japaneseLegal": _counting(_LEGAL_JAPANESE, ones=_Ones.ALWAYS, zero=""),
        "ideographTraditional": _signs("甲乙丙丁戊己庚辛壬癸"),
        "ideographZodiac": _signs("子丑寅卯辰巳午未申酉戌亥"),
        "koreanDigital": _digits(_KOREAN[0]),
        "koreanDigital2": _digits("零一二三四五六七八九"),
        "koreanCounting": _counting(_KOREAN, ones=_Ones.NEVER, zero=""),
        "ganada": _letters("가나다라마바사아자차카타파하"),
        "chosung": _letters("ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ"),
        "aiueo": _letters("ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝ"),
        "aiueoFullWidth": _letters(
            "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
        ),
        "iroha": _letters("ｲﾛﾊﾆﾎﾍﾄﾁﾘﾇﾙｦﾜｶﾖﾀﾚｿﾂﾈﾅﾗﾑｳヰﾉｵｸﾔﾏｹﾌｺｴﾃｱｻｷﾕﾒﾐｼヱﾋﾓｾｽﾝ"),
        "irohaFullWidth": _letters(
            "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセスン"
        ),
        "russianUpper": _letters("АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЫЭЮЯ"),
        "russianLower": _letters("абвгдежзиклмнопрстуфхцчшщыэюя"),
        "arabicAlpha": _letters("أبتثجحخدذرزسشصضطظعغفقكلمنهوي"),
        "arabicAbjad": _letters("أبجدهوزحطيكلمنسعفصقرشتثخذضظغ"),
        "hebrew1": _hebrew,
        "hebrew2": _letters("אבגדהוזחטיכלמנסעפצקרשת"),
        "hindiNumbers": _digits("०१२३४५६७८९"),
        "thaiNumbers": _digits("๐๑๒๓๔๕๖๗๘๙"),
        "thaiLetters": _letters("กขคงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ"),
        "none": lambda _n: "",
    }
)


def written(kind: str, n: int) -> str:
    """Return a number in a format of Word's; in digits in a format that is not known, or where it cannot write it."""
    return FORMATS.get(kind, str)(n) if 0 < n < 1_000_000 or kind == "none" else str(n)
