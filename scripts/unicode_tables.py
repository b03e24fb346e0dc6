#!/usr/bin/env python
"""Write server/intercoder/text/unicode_tables.py from the Unicode Character Database.

    pip install regex && scripts/unicode_tables.py > server/intercoder/text/unicode_tables.py

Sentence_Terminal (UAX 29) comes from the package regex, EquivalentUnifiedIdeograph (UAX 38), for Kangxi radicals and
the CJK Radicals Supplement, from Perl's Unicode::UCD.
"""

import subprocess

import regex  # type: ignore[import-untyped]

PERL = """
use Unicode::UCD qw(charprop);
for my $radical (0x2E80 .. 0x2FDF) {
    my $same = charprop($radical, "Equivalent_Unified_Ideograph");
    printf "    0x%04X: 0x%04X,\\n", $radical, ord $same if defined $same && length $same == 1;
}
"""


def main() -> None:
    """Print the module."""
    print('"""Made by scripts/unicode_tables.py from the Unicode Character Database; not edited by hand."""\n')
    print("#: Sentence_Terminal (PropList.txt, UAX 29)")
    print("SENTENCE_TERMINALS: frozenset[int] = frozenset(\n    (")
    for code in range(0x110000):
        if not 0xD800 <= code <= 0xDFFF and regex.match(r"\p{Sentence_Terminal=Yes}", chr(code)):
            print(f"        0x{code:04X},")
    print("    )\n)\n\n#: EquivalentUnifiedIdeograph.txt (UAX 38): a radical and the ideograph that it looks like")
    # The database of this machine; the command is fixed.
    radicals = subprocess.run(["perl", "-e", PERL], capture_output=True, text=True, check=True).stdout  # noqa: S607
    print(f"RADICALS: dict[int, int] = {{\n{radicals}}}")


if __name__ == "__main__":
    main()
