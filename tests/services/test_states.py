"""A state, a kind, a level is a member of its enum everywhere: nobody compares one with a string or stores one."""

import ast
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, nodes

import intercoder
from intercoder.models.states import STATES

PROGRAM = Path(intercoder.__file__).parent
VALUES = frozenset(member.value for kind in STATES for member in kind)
#: where a state stands in a row, in a command or among the arguments of a function
PLACES = frozenset({"state", "kind", "policy", "level", "unit", "role", "roles", "source_type", "section"})
TEMPLATE_PLACES = PLACES | {"language"}
#: floors below the tables, which have words of their own
BELOW = frozenset({"charts", "interchange", "stats", "text"})


def places(tree: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield each place of a state with what it is compared with, or what is put there."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare():
                sides = [node.left, *node.comparators]
                yield from ((place, other) for place in sides for other in sides if other is not place)
            case ast.Assign():
                yield from ((target, node.value) for target in node.targets)
            case ast.AnnAssign(value=ast.expr() as value):
                yield node.target, value
            case ast.keyword(arg=str(name)):
                yield ast.Name(name), node.value
            case ast.match_case(pattern=ast.MatchValue(value=value)):
                yield ast.Name("state"), value


def is_place(node: ast.expr) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr in PLACES or (node.attr == "value" and is_place(node.value))
    return isinstance(node, ast.Name) and node.id in PLACES


def words(node: ast.expr) -> Iterator[str]:
    """Yield the strings of a constant or of a display of constants."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Set | ast.Tuple | ast.List):
        for element in node.elts:
            yield from words(element)


def loose_states_in_a_template(source: str) -> list[tuple[int, str]]:
    """Return the strings with which a template compares a state, and where."""
    tree = Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(source)
    loose = []
    for compared in tree.find_all(nodes.Compare):
        sides = [compared.expr, *(operand.expr for operand in compared.ops)]
        if any(isinstance(side, nodes.Getattr) and side.attr in TEMPLATE_PLACES for side in sides):
            strings = (
                const.value
                for side in sides
                for const in (side, *side.find_all(nodes.Const))
                if hasattr(const, "value")
            )
            loose += [(compared.lineno, value) for value in strings if value in VALUES]
    return loose


def loose_states(source: str) -> list[tuple[int, str]]:
    return [
        (other.lineno, word)
        for place, other in places(ast.parse(source))
        if is_place(place)
        for word in words(other)
        if word in VALUES
    ]


def test_the_look_finds_what_it_looks_for() -> None:
    for wrong in (
        'a.state == "submitted"',
        '"coder" in member.roles',
        'job.kind in {"compare", "agreement"}',
        'entry.level.value != "label"',
        'round_.policy = "frozen"',
        'make(unit="sentence")',
        'state: str = "open"',
        'match a.state:\n    case "open":\n        pass',
    ):
        assert loose_states(wrong), wrong
    assert not loose_states('a.state is AssignmentState.SUBMITTED; shown.kind == "anything"; name == "open"')


def test_no_state_is_a_string_outside_its_enum() -> None:
    loose = {
        f"{path.relative_to(PROGRAM)}:{line}": word
        for path in sorted(PROGRAM.rglob("*.py"))
        if path.relative_to(PROGRAM).parts[0] not in BELOW
        for line, word in loose_states(path.read_text(encoding="utf-8"))
    }
    assert loose == {}


def test_no_template_compares_a_state_with_a_string() -> None:
    for wrong in (
        "{% if round.state == 'open' %}{% endif %}",
        "{{ 'a' if a.round.state in ['draft', 'open'] }}",
        "{% if 'zh' == project.language %}{% endif %}",
    ):
        assert loose_states_in_a_template(wrong), wrong
    assert not loose_states_in_a_template("{% if round.state == RoundState.OPEN or name == 'open' %}{% endif %}")
    loose = {
        f"{path.relative_to(PROGRAM)}:{line}": word
        for path in sorted((PROGRAM / "web" / "templates").rglob("*.*"))
        for line, word in loose_states_in_a_template(path.read_text(encoding="utf-8"))
    }
    assert loose == {}
