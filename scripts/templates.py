"""Templates are formatted by one tool, markup_fmt, which leaves what is Jinja's as it is; no line is longer than 160.

    scripts/templates.py          put them right
    scripts/templates.py check    fail where that would change one, or a line is too long

White space counts where the style sheets keep it (the text that coders code): such an element has to fit on one line.
"""

import re
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "server" / "intercoder" / "web" / "templates"
WIDTH = 140
LONGEST = 160
#: the beginning of an element whose white space is kept, when its text does not begin on the same line
SPACE_ADDED = re.compile(r'class="(?:[^"]*[ "])?(?:annotated-text|keep-lines)\b[^>]*>\s*\n|<p class="quote">\s*\n')


def formatted(text: str) -> str:
    """Return a template as it should be."""
    from django_prettify_html import format as prettify

    written: str = prettify(text, language="jinja", print_width=WIDTH, closing_bracket_same_line=True)
    return written


def complaints(file: Path) -> list[str]:
    """Return what is wrong with a template, with its place."""
    text = file.read_text("utf-8")
    place = file.relative_to(FOLDER.parents[3])
    lines = text.splitlines()
    complaints_here = [f"{place}:{n}: longer than {LONGEST}" for n, line in enumerate(lines, 1) if len(line) > LONGEST]
    for added in SPACE_ADDED.finditer(text):
        line = text.count("\n", 0, added.start()) + 1
        complaints_here.append(f"{place}:{line}: its white space is kept, so it has to fit on one line")
    if formatted(text) != text:
        complaints_here.append(f"{place}: `make format` puts this right")
    return complaints_here


def main() -> int:
    """Do what the command line asks; 1 when the check finds something."""
    try:
        import django_prettify_html  # noqa: F401 - asked for, so that its absence can be said
    except ImportError:
        print("Templates are not looked at: the formatter has no wheel for this Python.")
        return 0
    templates = sorted(FOLDER.rglob("*.html"))
    if sys.argv[1:] != ["check"]:
        for file in templates:
            file.write_text(formatted(file.read_text("utf-8")), "utf-8")
        return 0
    complaints_of_all = [complaint for file in templates for complaint in complaints(file)]
    print(*complaints_of_all, sep="\n", end="\n" if complaints_of_all else "")
    return 1 if complaints_of_all else 0


if __name__ == "__main__":
    sys.exit(main())
