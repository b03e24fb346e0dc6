"""What views read from an address behind the question mark: by their signatures, and by the source itself."""

import ast
import enum
import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations, product
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints
from urllib.parse import urlencode
from uuid import UUID

from flask import Flask
from pydantic import BaseModel

import intercoder

SOURCE = Path(intercoder.__file__).parent
IN_TEMPLATES = re.compile(r"""request\.(?:args|values)(?:\.get\(\s*["'](\w+)|\[\s*["'](\w+)|\.(?!get\b)(\w+))""")


@cache
def names_in_addresses() -> frozenset[str]:
    """Return every name that the source reads from an address by itself, without a model."""
    names = {name for name, _ in readings() if name}
    for template in SOURCE.rglob("*.html"):
        names |= {name for match in IN_TEMPLATES.findall(template.read_text("utf-8")) for name in match if name}
    return frozenset(names)


def readings() -> Iterator[tuple[str, str]]:
    """Yield the name that is read from an address, or nothing where all of it is read, and where that stands."""
    for file in sorted(SOURCE.rglob("*.py")):
        text = file.read_text("utf-8")
        if "request" in text:
            for name, where in read_in(ast.parse(text)):
                yield name, f"{file.relative_to(SOURCE).as_posix()}:{where}"


def read_in(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield the same for one module; where is the name of the function."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            parents = {child: node for node in ast.walk(function) for child in ast.iter_child_nodes(node)}
            for node in ast.walk(function):
                if isinstance(node, ast.Attribute) and _of_the_request(node):
                    yield _name_read(node, parents), function.name


def _of_the_request(node: ast.Attribute) -> bool:
    reads = node.attr in {"args", "values", "query_string"}
    return reads and isinstance(node.value, ast.Name) and node.value.id == "request"


def _name_read(node: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> str:
    """Return the constant that is looked up in ``request.args``; nothing when it is none."""
    parent = parents.get(node)
    looked_up: ast.AST | None = None
    if isinstance(parent, ast.Subscript):
        looked_up = parent.slice
    elif isinstance(parent, ast.Compare):
        looked_up = parent.left
    elif isinstance(parent, ast.Attribute):
        call = parents.get(parent)
        if parent.attr in {"get", "getlist"} and isinstance(call, ast.Call) and call.args:
            looked_up = call.args[0]
    return looked_up.value if isinstance(looked_up, ast.Constant) and isinstance(looked_up.value, str) else ""


# --- signatures ----------------------------------------------------------------------------------


def query_model(app: Flask, endpoint: str) -> type[BaseModel] | None:
    """Return the model of what a view takes from its address."""
    view = inspect.unwrap(app.view_functions[endpoint])
    hint = get_type_hints(view).get("query") if inspect.isfunction(view) else None
    return hint if isinstance(hint, type) and issubclass(hint, BaseModel) else None


def queries_of(
    app: Flask, endpoint: str, places: Mapping[str, object], words: Sequence[str], *, pairs: bool = True
) -> list[str]:
    """Return queries with each value of each name that a view knows; with ``pairs`` also such that any two of its choices meet."""
    model = query_model(app, endpoint)
    if model is None:
        return []
    values = {
        name: list(dict.fromkeys(_values(name, about.rebuild_annotation(), places, words)))
        for name, about in model.model_fields.items()
    }
    alone = [{name: value} for name, all_ in values.items() for value in all_]
    choices = {name: values[name] for name, about in model.model_fields.items() if len(_members(about.annotation)) > 1}
    return [urlencode(query) for query in (*alone, *(any_two(choices) if pairs else ()))]


def any_two(choices: Mapping[str, Sequence[str]]) -> Iterator[dict[str, str]]:
    """Yield choices of several names so that any two values of different names stand together at least once.

    A name that is left out counts as a value of its own. What two choices do together is seen in far fewer questions than
    there are pairs: each question holds a pair of any two names. What each choice asks alone, and none, is taken as
    asked.
    """
    every: dict[str, list[str | None]] = {name: [*values, None] for name, values in choices.items()}
    open_ = {
        frozenset({(one, a), (other, b)})
        for one, other in combinations(every, 2)
        for a, b in product(every[one], every[other])
    }
    nothing: dict[str, str | None] = dict.fromkeys(every)
    for query in (nothing | {name: value} for name, values in every.items() for value in values):
        open_ -= _pairs(query)
    while open_:
        query = dict(min(open_, key=lambda pair: sorted(map(str, pair))))
        for name, values in every.items():
            if name not in query:
                query[name] = max(
                    values, key=lambda value: sum(frozenset({(name, value), said}) in open_ for said in query.items())
                )
        open_ -= _pairs(query)
        yield {name: value for name, value in query.items() if value is not None}


def _pairs(query: Mapping[str, str | None]) -> set[frozenset[tuple[str, str | None]]]:
    return {frozenset(pair) for pair in combinations(query.items(), 2)}


def _values(name: str, hint: object, places: Mapping[str, object], words: Sequence[str]) -> Iterator[str]:
    """Yield what stands for a name of an address; ``places`` are identifiers of what Bo made, by kind."""
    members = _members(hint)
    if members:
        yield from members
        return
    kinds = set(_plain(hint))
    if name in places and kinds & {UUID, str}:
        yield str(places[name])
    elif UUID in kinds:
        yield from (str(places[kind]) for kind in ("event", "code", "document"))
    elif int in kinds:
        yield from "123"
    elif float in kinds:
        yield from ("0.5", "0.9")
    elif bool in kinds:
        yield from ("true", "false")
    else:
        yield from words


def _plain(hint: object) -> Iterator[Any]:
    """Yield the types that a hint is made of."""
    if get_origin(hint) in {Union, UnionType}:
        for part in get_args(hint):
            yield from _plain(part)
    elif get_origin(hint) is Annotated:
        yield from _plain(get_args(hint)[0])
    else:
        yield hint


def _members(hint: object) -> list[str]:
    """Return the choices of an enumeration or of literals."""
    found: list[str] = []
    for part in _plain(hint):
        if isinstance(part, type) and issubclass(part, enum.Enum):
            found += [str(member.value) for member in part]
        elif get_origin(part) is Literal:
            found += [str(getattr(value, "value", value)) for value in get_args(part)]
    return found
