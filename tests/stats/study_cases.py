"""Runs the reference cases that are studies: events in, figures out. Their files have words of their own for levels."""

from collections.abc import Callable, Sequence
from typing import Any

from intercoder.stats.saturation.incidence import Incidence
from intercoder.stats.saturation.study.declarations import Terms, run_declarations
from intercoder.stats.saturation.study.events import KINDS, Study
from intercoder.stats.saturation.study.holdout import study_hold_out
from intercoder.stats.saturation.study.support import category_support
from intercoder.stats.saturation.study.views import by_group, look
from intercoder.stats.tree import Level

Case = dict[str, Any]

#: what the files call a level -> the level
LEVELS = {"label": Level.LABEL, "first": Level.CONCEPT, "second": Level.THEME, "aggregate": Level.CONSTRUCT}


def _events(case: Case) -> list[dict[str, Any]]:
    return [
        event | {"level": LEVELS[event["level"]]} if event["e"] == "code" else event for event in case["data"]["events"]
    ]


def _given(case: Case) -> tuple[Study, dict[str, Any]]:
    return Study.of(_events(case)), case.get("parameters") or {}


def _curve(study: Study, view: str, word: str) -> dict[str, Any]:
    return look(study, view, LEVELS[word]).to_json() | {"level": word}


def _curves(case: Case) -> Any:
    study, given = _given(case)
    views, words = given.get("views") or ["union"], given.get("levels") or ["label"]
    return {f"{view}|{word}": _curve(study, view, word) for view in views for word in words}


def _new(sets: Sequence[frozenset[Any]]) -> list[int]:
    return list(Incidence.of(sets).discovery.new)


def _support(study: Study, view: str) -> dict[str, Any]:
    return {
        word: {code: support.to_json() for code, support in category_support(study, level, view=view).items()}
        for word, level in LEVELS.items()
    }


def _triangulation(case: Case) -> Any:
    study, given = _given(case)
    view = given.get("view", "union")
    seen = look(study, view, LEVELS[given.get("level", "label")])
    support = _support(study, view)
    return {
        **{f"{view}|{word}": _curve(study, view, word) for word in LEVELS},
        "by_case": {name: _new(codes) for name, codes in by_group(study, seen, "case").items()},
        "by_source": {name: _new(codes) for name, codes in by_group(study, seen, "source").items()},
        "by_coder": {name: _new(codes) for name, codes in by_group(study, seen, "coder").items()},
        **{f"support_{word}": support[word] for word in LEVELS},
        "relations": _new([study.relations_in(doc) for doc in seen.docs]),
    }


def _category(case: Case) -> Any:
    study, given = _given(case)
    view = given.get("view", "union")
    tests: dict[str, Any] = study_hold_out(study, given.get("reserved") or [], view=view).to_json()
    words = {level.value: word for word, level in LEVELS.items()}
    held = {words.get(name, name): test for name, test in tests.items()}
    for name in (*LEVELS, *KINDS):
        held[name]["base"] = held[name]["codes_in_base"]
    return {**_support(study, view), "holdout": held}


def _declaration(case: Case) -> Any:
    given = case.get("parameters") or {}
    terms = Terms(view=given.get("view", "union"), level=LEVELS[given.get("level", "label")])
    return run_declarations(_events(case), terms).to_json()


STUDY_STATISTICS: dict[str, Callable[[Case], Any]] = {
    "event_category": _category,
    "event_curves": _curves,
    "event_declaration": _declaration,
    "event_triangulation": _triangulation,
}
