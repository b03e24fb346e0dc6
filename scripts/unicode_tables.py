#!/usr/bin/env python
"""Write server/intercoder/text/unicode_tables.py from the Unicode Character Database.

    pip install regex && scripts/unicode_tables.py > server/intercoder/text/unicode_tables.py

Sentence_Terminal (UAX 29) comes from the package regex, EquivalentUnifiedIdeograph (UAX 38), for Kangxi radicals and
the CJK Radicals Supplement, from Perl's Unicode::UCD.
"""

import subprocess
import textwrap

import regex  # type: ignore[import-untyped]

PERL = """
use Unicode::UCD qw(charprop);
for my $radical (0x2E80 .. 0x2FDF) {
    my $same = charprop($radical, "Equivalent_Unified_Ideograph");
    printf "%04X %04X\\n", $radical, ord $same if defined $same && length $same == 1;
}
"""


def main() -> None:
    """Print the module."""
    print('"""Made by scripts/unicode_tables.py from the Unicode Character Database; not edited by hand."""\n\n')
    print("def _codes(written: str) -> list[int]:\n    return [int(code, 16) for code in written.split()]\n\n")
    codes = (code for code in range(0x110000) if not 0xD800 <= code <= 0xDFFF)
    ends = [code for code in codes if regex.match(r"\p{Sentence_Terminal=Yes}", chr(code))]
    print("#: Sentence_Terminal (PropList.txt, UAX 29)")
    print(f"SENTENCE_TERMINALS: frozenset[int] = frozenset(\n{_lines(ends)}\n)\n")
    print("#: EquivalentUnifiedIdeograph.txt (UAX 38): radicals, and the ideographs that they look like")
    # The database of this machine; the command is fixed.
    radicals = subprocess.run(["perl", "-e", PERL], capture_output=True, text=True, check=True).stdout  # noqa: S607
    pairs = [tuple(int(code, 16) for code in line.split()) for line in radicals.splitlines()]
    print(f"RADICALS: dict[int, int] = dict(\n    zip(\n{_lines([radical for radical, _ in pairs])},")
    print(f"{_lines([same for _, same in pairs])},\n        strict=True,\n    )\n)")


def _lines(codes: list[int]) -> str:
    """Return code points as a list that the formatter leaves alone: hexadecimal words in a text."""
    words = textwrap.wrap(" ".join(f"{code:04X}" for code in codes), 100)
    return "    _codes(\n" + "\n".join(f'        "{line} "' for line in words) + "\n    )"


if __name__ == "__main__":
    main()
