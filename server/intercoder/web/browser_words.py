"""The words of the browser's modules: what they say, and a module that says it in another language."""

import functools
import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from intercoder.language import LANGUAGES, TRANSLATIONS
from intercoder.paths import asset_dir
from intercoder.web.joining import homes

#: function of static/js/lib/words.js → which of its arguments are sentences
SPOKEN: Mapping[str, tuple[int, ...]] = {"gettext": (1,), "ngettext": (1, 2)}


def sentences_in(file: Path) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Return (line, sentence or its singular and plural) for what a module says in literals."""
    from babel.messages.extract import extract_javascript

    with file.open("rb") as source:
        for line, function, given, _ in extract_javascript(source, SPOKEN, [], {}):
            wanted = len(SPOKEN[str(function)])
            said = [text for text in ((given,) if isinstance(given, str) else given)[:wanted] if text]
            if len(said) == wanted:
                yield line, tuple(said)


@functools.cache
def sentences() -> Mapping[str, frozenset[str]]:
    """Return what the modules say, plurals by their singular, by the joined file that they are in: ``parts`` for js/parts.js."""
    folder = asset_dir("static") / "js"
    found: dict[str, set[str]] = {}
    for name, home in homes(folder).items():
        found.setdefault(PurePosixPath(home).stem, set()).update(said[0] for _, said in sentences_in(folder / name))
    return {part: frozenset(said) for part, said in found.items()}


@functools.cache
def modules(language: str) -> Mapping[str, str]:
    """Return the modules that make the joined files speak a language, by file; none for English, which they speak by themselves."""
    compiled = TRANSLATIONS / LANGUAGES[language].locale / "LC_MESSAGES" / "messages.mo"
    # A checkout whose translations were not compiled speaks English on its pages too.
    if language == "en" or not compiled.is_file():
        return {}
    from babel.messages.mofile import read_mo

    with compiled.open("rb") as file:
        catalogue = read_mo(file)
    # A plural rule of gettext is an expression that JavaScript reads as C does.
    rule = f"(n) => Number({catalogue.plural_expr})"
    made = {}
    for part, wanted in sentences().items():
        messages = {english: catalogue.get(english) for english in sorted(wanted)}
        words = {english: message.string for english, message in messages.items() if message is not None}
        said = json.dumps(words, ensure_ascii=False, separators=(",", ":"))
        made[part] = f'import {{ parts }} from "ic/parts.js";\nparts["lib/words.js"].speak({said}, {rule});\n'
    return made


@functools.cache
def digest(language: str) -> str:
    """Return what stands in the addresses of the modules, so that they can be kept for ever."""
    return hashlib.sha256("".join(modules(language).values()).encode()).hexdigest()[:12]
