"""The words of the browser's modules: what they say, and a module that says it in another language."""

import functools
import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from intercoder.language import LANGUAGES, TRANSLATIONS
from intercoder.paths import asset_dir

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
def sentences() -> frozenset[str]:
    """Return everything that the modules say, plurals by their singular."""
    folder = asset_dir("static") / "js"
    return frozenset(said[0] for file in folder.rglob("*.js") for _, said in sentences_in(file))


@functools.cache
def module(language: str) -> str:
    """Return the module that makes the others speak a language; nothing for English, which they speak by themselves."""
    compiled = TRANSLATIONS / LANGUAGES[language].locale / "LC_MESSAGES" / "messages.mo"
    # A checkout whose translations were not compiled speaks English on its pages too.
    if language == "en" or not compiled.is_file():
        return ""
    from babel.messages.mofile import read_mo

    with compiled.open("rb") as file:
        catalogue = read_mo(file)
    messages = {english: catalogue.get(english) for english in sorted(sentences())}
    words = {english: message.string for english, message in messages.items() if message is not None}
    # A plural rule of gettext is an expression that JavaScript reads as C does.
    rule = f"(n) => Number({catalogue.plural_expr})"
    return f'import {{ parts }} from "ic/parts.js";\nparts["lib/words.js"].speak({json.dumps(words, ensure_ascii=False)}, {rule});\n'


@functools.cache
def digest(language: str) -> str:
    """Return what stands in the address of the module, so that it can be kept for ever."""
    return hashlib.sha256(module(language).encode()).hexdigest()[:12]
