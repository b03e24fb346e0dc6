"""Runs the reference cases that are studies: events in, figures out."""

from collections.abc import Callable
from typing import Any

from intercoder.stats.saturation.study.declarations import Terms, run_declarations
from intercoder.stats.saturation.study.events import LEVELS, Study
from intercoder.stats.saturation.study.holdout import study_hold_out
from intercoder.stats.saturation.study.support import category_support
from intercoder.stats.saturation.study.views import by_group, look, new_in_order

Case = dict[str, Any]


def _given(case: Case) -> tuple[Study, dict[str, Any]]:
    return Study.of(case["data"]["events"]), case.get("parameters") or {}


def _curves(case: Case) -> Any:
    study, given = _given(case)
    views, levels = given.get("views") or ["union"], given.get("levels") or [LEVELS[0]]
    return {f"{view}|{level}": look(study, view, level).to_json() for view in views for level in levels}


def _support(study: Study, view: str) -> dict[str, Any]:
    return {
        level: {code: one.to_json() for code, one in category_support(study, level, view=view).items()}
        for level in LEVELS
    }


def _triangulation(case: Case) -> Any:
    study, given = _given(case)
    view, level = given.get("view", "union"), given.get("level", LEVELS[0])
    seen = look(study, view, level)
    support = _support(study, view)
    return {
        **{f"{view}|{name}": look(study, view, name).to_json() for name in LEVELS},
        "by_case": {name: new_in_order(codes) for name, codes in by_group(study, seen, "case").items()},
        "by_source": {name: new_in_order(codes) for name, codes in by_group(study, seen, "source").items()},
        "by_coder": {name: new_in_order(codes) for name, codes in by_group(study, seen, "coder").items()},
        **{f"support_{name}": support[name] for name in LEVELS},
        "relations": new_in_order([study.relations_in(doc) for doc in seen.docs]),
    }


def _category(case: Case) -> Any:
    study, given = _given(case)
    view = given.get("view", "union")
    found: dict[str, Any] = _support(study, view)
    test = study_hold_out(study, given.get("reserved") or [], view=view).to_json()
    for kind in (*LEVELS, "relations", "properties", "dimensions"):
        test[kind]["base"] = test[kind]["codes_in_base"]
    found["holdout"] = test
    return found


def _declaration(case: Case) -> Any:
    given = case.get("parameters") or {}
    terms = Terms(view=given.get("view", "union"), level=given.get("level", LEVELS[0]))
    return run_declarations(case["data"]["events"], terms).to_json()


STUDY_STATISTICS: dict[str, Callable[[Case], Any]] = {
    "event_category": _category,
    "event_curves": _curves,
    "event_declaration": _declaration,
    "event_triangulation": _triangulation,
}
