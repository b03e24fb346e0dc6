"""The modules of ``static/js`` joined into a few files when the server starts: no build, and one request in place of twenty.

What every page needs is one file, the controllers that only some pages name are another. A folder of modules for one page
(``coding/``, ``board/``) is a file of its own, with the controllers that import from it; a page loads it when a controller of its
own asks for it. What no controller imports there, but asks for when it is wanted, comes later, in one more file of that folder.
What people read in the sources (comments, indents) stays there.

Each module becomes a function of its own that runs once, in the order of its imports, so that no name of one can meet
a name of another. What a module may say for that is little, and checked here:

    import { gettext, ngettext } from "ic/lib/words.js";     each import on a line of its own, first thing on it
    import { load } from "ic/parts.js";                      to fetch what only some pages need, or all of them later
    export function name… / export class Name… / export const NAME… / export default function name…
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from graphlib import CycleError, TopologicalSorter
from pathlib import Path, PurePosixPath

#: what every page needs
PARTS = "js/parts.js"
#: folders whose modules every page needs
_EVERYWHERE = frozenset({"", "controllers", "lib"})
#: what controllers are in that only some pages name
SOME = "js/some.js"
#: the controllers of the frame of every page
_FRAME = frozenset({"confirm", "dialog", "leaving", "live", "menu", "theme", "time", "waiting"})
#: what is joined to nothing: the start, what the parts begin with, a script that is no module, and a worker
APART = frozenset({"app.js", "parts.js", "boot.js", "coding/searching.js", "offline.js"})
#: how the file of what comes later is called, after its folder
LATER = "-later"
# Each line begins with the end of the one before: a search for fixed characters is ten times as fast as one for any line.
_IMPORT = re.compile(r'\nimport \{ (\w+(?:, \w+)*) \} from "ic/([\w/-]+\.js)";')
_EXPORT = re.compile(r"\nexport (default )?((?:async )?function|class|const) (\w+)")
_LEFT = re.compile(r"\n[ \t]*(?:import|export)\b(?!\()")
_BLOCK = re.compile(r"^[ \t]*/\*[\s\S]*?\*/[ \t]*$\n?", re.MULTILINE)


def joined(folder: Path) -> Mapping[str, bytes]:
    """Return path → content of the joined files; ``RuntimeError`` names the module that cannot be joined."""
    sources = _sources(folder)
    homes = _homes(sources)
    begun = {home: _begun(home, homes.values()) for home in homes.values()}
    elsewhere = {name: f"ic/{home.removeprefix('js/')}" for name, home in homes.items() if home != PARTS}
    begun[PARTS] = bare((folder / "parts.js").read_text("utf-8")) + f"Object.assign(homes, {json.dumps(elsewhere)});\n"
    for name, home in homes.items():
        begun[home] += _part(name, sources[name])
    return {name: text.encode() for name, text in begun.items()}


def homes(folder: Path) -> Mapping[str, str]:
    """Return module → the joined file that it is in, both as paths, in the order in which they run."""
    return _homes(_sources(folder))


def _sources(folder: Path) -> Mapping[str, str]:
    return {
        name: path.read_text("utf-8")
        for path in sorted(folder.rglob("*.js"))
        if (name := path.relative_to(folder).as_posix()) not in APART and not name.startswith("vendor/")
    }


def _homes(sources: Mapping[str, str]) -> Mapping[str, str]:
    imported = {name: _imported(text) for name, text in sources.items()}
    try:
        order = list(TopologicalSorter(imported).static_order())
    except CycleError as error:
        raise RuntimeError(f"static/js: modules import one another in a circle: {' ← '.join(error.args[1])}") from error
    if unknown := [name for name in order if name not in sources]:
        raise RuntimeError(f"static/js: there is no module {unknown[0]}")
    at_once = _at_once(order, imported)
    found: dict[str, str] = {}
    for name in order:
        found[name] = _home(name, {found[other] for other in imported[name]}, at_once)
    return found


def _at_once(order: Sequence[str], imported: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Return the modules of folders that come with a controller, because it imports them itself or by others."""
    found: set[str] = set()
    for name in reversed(order):
        if name in found or _folder(name) in _EVERYWHERE:
            found.update(imported[name])
    return frozenset(found)


def _folder(name: str) -> str:
    return PurePosixPath(name).parts[0] if "/" in name else ""


def _home(name: str, imported: AbstractSet[str], at_once: AbstractSet[str]) -> str:
    """Return the file that a module is joined to; ``imported``: the files of what it imports."""
    folder = _folder(name)
    own = f"js/{folder}.js"
    if folder not in _EVERYWHERE:
        begins = any(_folder(other) == folder for other in at_once)
        home = own if name in at_once or not begins else f"js/{folder}{LATER}.js"
        wanted = {own, home}
    else:
        home = next(iter(imported - {PARTS}), SOME if folder == "controllers" and _named(name) not in _FRAME else PARTS)
        wanted = {home}
    if imported - {PARTS} - wanted or (home not in {PARTS, SOME} and folder in _EVERYWHERE - {"controllers"}):
        raise RuntimeError(f"static/js/{name}: it imports what another page has alone")
    return home


def _named(name: str) -> str:
    return PurePosixPath(name).stem


def _begun(home: str, homes: Iterable[str]) -> str:
    """Return how a file begins: what comes later comes after what is there at once."""
    first = home.replace(f"{LATER}.js", ".js")
    before = f'import "ic/{first.removeprefix("js/")}";\n' if first != home and first in set(homes) else ""
    return f'import {{ load, parts }} from "ic/parts.js";\n{before}'


def bare(text: str) -> str:
    """Return a module or a style sheet without the comments that have lines of their own, and without indents."""
    if "/*" in text:
        text = _BLOCK.sub("", text)
    lines = (line.lstrip(" \t") for line in text.split("\n"))
    return "".join(f"{line}\n" for line in lines if line and not line.startswith("//"))


def _imported(text: str) -> list[str]:
    return [name for _, name in _IMPORT.findall(f"\n{text}") if name not in APART]


def _part(name: str, text: str) -> str:
    """Return a module as a function that gives what it exports."""
    text = f"\n{text}"
    exported = [f"default: {said}" if default else said for default, _, said in _EXPORT.findall(text)]
    text = _IMPORT.sub(_taken, text)
    text = _EXPORT.sub(r"\n\2 \3", text)
    made = bare(text)
    if any(line.count("`") % 2 for line in made.splitlines() if "`" in line):
        raise RuntimeError(f"static/js/{name}: a text in backticks that goes over lines would lose its indents")
    if left := _LEFT.search(text):
        line = text.count("\n", 0, left.end())
        raise RuntimeError(f"static/js/{name}, line {line}: an import or export in a form that cannot be joined")
    return f'\n// {name}\nparts["{name}"] = (() => {{\n{made}return {{ {", ".join(exported)} }};\n}})();\n'


def _taken(said: re.Match[str]) -> str:
    """Return what stands in the place of an import; what ``parts.js`` exports is there already."""
    return "\n" if said[2] in APART else f'\nconst {{ {said[1]} }} = parts["{said[2]}"];'
