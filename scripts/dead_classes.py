"""Every class of the style sheets is used by a template, a module of the browser or a figure: fails with the dead ones.

    scripts/dead_classes.py    print a line for each dead class

A class is used where it stands in a ``class`` attribute or in the argument ``kind`` of a macro, in a module where an
element gets its classes (``class: "btn"``, ``classList.add("over")``, a constant ``…_CLASS``), or in a string of the
figures. A class that is put together (``k{{ colour }}``, ``f"band-{n}"``) uses every class that begins like it and
goes on with a number, or with anything after a hyphen.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHEETS = ROOT / "static" / "css"
MODULES = ROOT / "static" / "js"
SERVER = ROOT / "server" / "intercoder"
TEMPLATES = SERVER / "web" / "templates"
#: where Python writes classes
FIGURES = (*(SERVER / "charts").glob("*.py"), SERVER / "web" / "figures.py", SERVER / "web" / "marks.py")

#: what stands for the part of a class that is only known later
LATER = "\0"
CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
ATTRIBUTE = re.compile(r'class="((?:[^"{]|\{\{.*?\}\}|\{%.*?%\})*)"', re.DOTALL)
EXPRESSION = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
ARGUMENT = re.compile(r"\bkind=(\"[^\"]*\"|'[^']*')")
IN_MODULE = re.compile(
    r"(?:\bclass: |\bclassName = |\bclassList\.\w+\(|\b\w*(?:CLASS|Class) = )((?:`[^`]*`|\{[^}]*\}|[^`,}\n])*)"
)
BLOCK = re.compile(r"\{% block \w*class %\}(.*?)\{% endblock %\}")
PUT_IN = re.compile(r"\$\{.*?\}")
QUOTED = re.compile(r"\"([^\"\n]*)\"|'([^'\n]*)'|`([^`]*)`")


def sheets() -> dict[str, Path]:
    """Return each class of the style sheets with the first sheet that has it."""
    classes: dict[str, Path] = {}
    for sheet in sorted(SHEETS.glob("*.css")):
        text = re.sub(r"/\*.*?\*/|\"[^\"]*\"", "", sheet.read_text("utf-8"), flags=re.DOTALL)
        for selector in re.findall(r"[^{};]+(?=\{)", text):
            for name in CLASS.findall(selector):
                classes.setdefault(name, sheet)
    return classes


def written() -> Iterator[str]:
    """Return every string that holds classes, with LATER where something is put in."""
    for template in sorted(TEMPLATES.rglob("*.html")):
        text = template.read_text("utf-8")
        for attribute in [*ATTRIBUTE.findall(text), *BLOCK.findall(text)]:
            yield from EXPRESSION.sub(put_in, attribute).split()
            for expression in EXPRESSION.findall(attribute):
                yield from strings_of(expression)
        for argument in ARGUMENT.findall(text):
            yield from strings_of(argument)
    for module in sorted(MODULES.rglob("*.js")):
        for place in IN_MODULE.findall(module.read_text("utf-8")):
            yield from strings_of(place)
    for file in FIGURES:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
            elif isinstance(node, ast.JoinedStr):
                yield "".join(str(part.value) if isinstance(part, ast.Constant) else LATER for part in node.values)


def put_in(expression: re.Match[str]) -> str:
    """Return what stands for an expression in an attribute: a blank where it adds classes of its own, else LATER."""
    whole = expression[0]
    of_its_own = whole.startswith("{%") or any(
        next(filter(None, quoted), "").startswith(" ") for quoted in QUOTED.findall(whole)
    )
    return " " if of_its_own else LATER


def strings_of(code: str) -> Iterator[str]:
    """Return the strings of an expression of Jinja or JavaScript, also those inside of a template literal."""
    for quoted in QUOTED.findall(code):
        text = next(filter(None, quoted), "")
        yield from PUT_IN.sub(LATER, text).split()
        for inner in PUT_IN.findall(text):
            yield from strings_of(inner)


def dead() -> dict[str, Path]:
    """Return the classes that nothing uses."""
    left = sheets()
    known = frozenset(left)
    used: set[str] = set()
    for text in written():
        words = text.split()
        if all(word in known or LATER in word for word in words):
            used.update(words)
    beginnings = {word.partition(LATER)[0] for word in used if LATER in word} - {""}
    for name in known:
        rests = [name.removeprefix(begin) for begin in beginnings if name.startswith(begin)]
        made = any(rest.isdigit() or name[: -len(rest) or None].endswith("-") for rest in rests)
        if name in used or made:
            del left[name]
    return left


def main() -> int:
    """Name the dead classes; 1 when there are any."""
    unused = dead()
    for name, sheet in sorted(unused.items()):
        print(f"{sheet.relative_to(ROOT)}: .{name} is used by nothing")
    return 1 if unused else 0


if __name__ == "__main__":
    sys.exit(main())
