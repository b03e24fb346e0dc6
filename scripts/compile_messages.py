"""Compile catalogues of translations: each FILE.po given becomes FILE.mo beside it.

Not pybabel: it takes "95 % interval" for a place of the old style of formatting, and refuses a translation without it.
"""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

for name in sys.argv[1:]:
    source = Path(name)
    with source.open("rb") as text, source.with_suffix(".mo").open("wb") as compiled:
        write_mo(compiled, read_po(text))
