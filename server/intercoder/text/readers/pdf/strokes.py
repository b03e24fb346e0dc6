"""Strokes that only widen a line: glyphs that writers of Arabic put between joined letters, under any number."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from intercoder.text.readers.pdf.lines import Line

# Letters that join the one after them, so that a stroke can follow; and letters that join the one before.
_BEFORE = "[بتثجحخسشصضطظعغفقكلمنهيئپچکگی]"
_AFTER = "[\u0622-\u064a\u067e-\u06d3]"
_BETWEEN = re.compile(f"({_BEFORE})([!-~\u0640])\\2*(?={_AFTER})")
# As often, and between as many pairs of letters, no sign stands in words by chance: "yes/no" is one pair.
_OFTEN, _PAIRS = 3, 3


def without_strokes(lines: Sequence[Line]) -> None:
    """Take from right-to-left lines the sign that stands for a stroke, where the document has one.

    Some writers give the glyph no meaning, and pdfium then gives the sign that has its number, which may be any.
    A sign is a stroke when it stands again and again between letters that join, and hardly ever elsewhere.
    """
    counts: Counter[str] = Counter()
    pairs: dict[str, set[str]] = defaultdict(set)
    rtl = [line for line in lines if line.rtl]
    for line in rtl:
        for run in _BETWEEN.finditer(line.text):
            counts[run[2]] += run[0].count(run[2])
            pairs[run[2]].add(run[1] + line.text[run.end()])
    for sign, count in counts.items():
        everywhere = sum(line.text.count(sign) for line in rtl)
        if count >= _OFTEN and len(pairs[sign]) >= _PAIRS and count >= 0.8 * everywhere:
            stroke = re.compile(f"({_BEFORE}){re.escape(sign)}+(?={_AFTER})")
            for line in rtl:
                line.text = stroke.sub(r"\1", line.text)
