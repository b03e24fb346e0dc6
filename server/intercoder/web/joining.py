"""The modules of ``static/js`` joined into a few files when the server starts: no build, and one request in place of twenty.

What every page needs is one file. A folder of modules for one page (``coding/``, ``board/``) is a file of its own, with the
controllers that import from it; a page loads it when a controller of its own asks for it.

Each module becomes a function of its own that runs once, in the order of its imports, so that no name of one can meet
a name of another. What a module may say for that is little, and checked here:

    import { gettext, ngettext } from "ic/lib/words.js";     each import on a line of its own, first thing on it
    import { load } from "ic/parts.js";                      to fetch what only some pages need
    export function name… / export class Name… / export const NAME… / export default function name…
"""

import json
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from graphlib import CycleError, TopologicalSorter
from pathlib import Path, PurePosixPath

#: what every page needs
PARTS = "js/parts.js"
#: folders whose modules every page needs
_EVERYWHERE = frozenset({"", "controllers", "lib"})
#: what is joined to nothing: the start, what the parts begin with, a script that is no module, and a worker
APART = frozenset({"app.js", "parts.js", "theme-boot.js", "coding/searching.js", "offline.js"})
_IMPORT = re.compile(r'^import \{ (\w+(?:, \w+)*) \} from "ic/([\w/-]+\.js)";', re.MULTILINE)
_EXPORT = re.compile(r"^export (default )?((?:async )?function|class|const) (\w+)", re.MULTILINE)
_LEFT = re.compile(r"^\s*(?:import|export)\b(?!\()", re.MULTILINE)


def joined(folder: Path) -> Mapping[str, bytes]:
    """Return path → content of the joined files; ``RuntimeError`` names the module that cannot be joined."""
    sources = {
        name: path.read_text("utf-8")
        for path in sorted(folder.rglob("*.js"))
        if (name := path.relative_to(folder).as_posix()) not in APART and not name.startswith("vendor/")
    }
    imported = {name: _imported(text) for name, text in sources.items()}
    try:
        order = list(TopologicalSorter(imported).static_order())
    except CycleError as error:
        raise RuntimeError(f"static/js: modules import one another in a circle: {' ← '.join(error.args[1])}") from error
    if unknown := [name for name in order if name not in sources]:
        raise RuntimeError(f"static/js: there is no module {unknown[0]}")
    homes: dict[str, str] = {}
    for name in order:
        homes[name] = _home(name, {homes[other] for other in imported[name]})
    begun = dict.fromkeys(homes.values(), 'import { load, parts } from "ic/parts.js";\n')
    elsewhere = {name: f"ic/{home.removeprefix('js/')}" for name, home in homes.items() if home != PARTS}
    begun[PARTS] = (folder / "parts.js").read_text("utf-8") + f"Object.assign(homes, {json.dumps(elsewhere)});\n"
    for name in order:
        begun[homes[name]] += _part(name, sources[name])
    return {name: text.encode() for name, text in begun.items()}


def _home(name: str, imported: AbstractSet[str]) -> str:
    """Return the file that a module is joined to; ``imported``: the files of what it imports."""
    folder = PurePosixPath(name).parts[0] if "/" in name else ""
    homes = {*imported, f"js/{folder}.js"} if folder not in _EVERYWHERE else set(imported)
    homes.discard(PARTS)
    if len(homes) > 1 or (homes and folder in _EVERYWHERE - {"controllers"}):
        raise RuntimeError(f"static/js/{name}: it imports what another page has alone")
    return homes.pop() if homes else PARTS


def _imported(text: str) -> list[str]:
    return [name for _, name in _IMPORT.findall(text) if name not in APART]


def _part(name: str, text: str) -> str:
    """Return a module as a function that gives what it exports."""
    exported = [f"default: {said}" if default else said for default, _, said in _EXPORT.findall(text)]
    text = _IMPORT.sub(_taken, text)
    text = _EXPORT.sub(r"\2 \3", text)
    if left := _LEFT.search(text):
        line = text.count("\n", 0, left.end()) + 1
        raise RuntimeError(f"static/js/{name}, line {line}: an import or export in a form that cannot be joined")
    return f'\n// {name}\nparts["{name}"] = (() => {{\n{text}\nreturn {{ {", ".join(exported)} }};\n}})();\n'


def _taken(said: re.Match[str]) -> str:
    """Return what stands in the place of an import; what ``parts.js`` exports is there already."""
    return "" if said[2] in APART else f'const {{ {said[1]} }} = parts["{said[2]}"];'
