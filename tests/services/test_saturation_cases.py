"""The reference cases of saturation through the services: their figures are those that the cases expect."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.models import Level, SamplingUnit, SaturationDeclaration, SaturationReserve, Stopping, StoppingRule
from intercoder.policy import Permission
from intercoder.services import checks, declared, document_plan, hold_out, judgements, reserving, strata
from intercoder.services.arriving import Asked, Order, OrderKind
from intercoder.services.checks import Checks
from intercoder.services.declared import DeclareIn, RuleIn
from intercoder.services.strata import Group
from intercoder.stats.saturation.study.events import Kind
from intercoder.stats.saturation.study.whose import View
from services.arriving_cases import CODERS, LEVELS, Lived, case_called
from stats.cases import run_saturation_case
from stats.compare import differences

LABELS = Asked(level=Level.LABEL)
#: told at other points than those of the cases
_POINTS = {"accumulation", "discovery", "extrapolation", "interpolation"}
SQLITE = pytest.mark.sqlite
INCIDENCE = [
    pytest.param("all_small_8x8"),
    *(
        pytest.param(name, marks=SQLITE)
        for name in (
            "all_zipf_40x120",
            "edge_all_codes_everywhere",
            "edge_no_documents",
            "edge_no_duplicates",
            "edge_no_uniques",
            "edge_one_document",
            "edge_two_documents",
        )
    ),
]


@pytest.fixture
def lived(cast: Cast) -> Lived:
    return Lived(cast)


def one_by_one(lived: Lived, rows: Sequence[Sequence[str]], levels: dict[str, str]) -> Iterator[int]:
    """Let documents that hold these codes be submitted one after another in a round that shows its figures."""
    lived.codes(levels)
    titles = [f"d{n}" for n in range(1, len(rows) + 1)]
    lived.documents([{"doc": title} for title in titles])
    if not titles:
        return
    made = lived.cast.round(documents=titles, coders=("ai",))
    for n, (title, held) in enumerate(zip(titles, rows, strict=True), 1):
        lived.code(made, title, "ai", held)
        yield n
    lived.cast.close(made)


def looked_into(lived: Lived, asked: Asked = LABELS) -> Checks:
    with lived.cast.database.reading() as session:
        access = lived.cast.access(session, "olga", Permission.SATURATION_VIEW)
        return checks.checks(session, access, asked)


@pytest.mark.parametrize("name", INCIDENCE)
def test_documents_that_arrive_one_by_one_give_the_figures_of_the_case(lived: Lived, name: str) -> None:
    case = case_called(name)
    matrix = case["data"]["incidence"]
    codes = [f"c{i}" for i in range(len(matrix[0]) if matrix else 1)]
    rows = [[code for code, there in zip(codes, row, strict=True) if there] for row in matrix]
    expected = case["expected"]
    for n in one_by_one(lived, rows, dict.fromkeys(codes, "label")):
        if n % 8 == 0 or n == len(rows):
            found = lived.look(LABELS).result.discovery
            assert list(found.new) == expected["discovery"]["new"][:n]
    seen = lived.look(LABELS)
    told: dict[str, Any] = seen.result.to_json()
    shared = [key for key in expected if key in told and key not in _POINTS]
    assert {"documents", "observed", "incidences", "Q"} <= set(shared)
    tolerance = case.get("tolerance", 1e-9)
    assert differences({key: expected[key] for key in shared}, told, tolerance) == []
    # whatever else the case asks is asked of what the database holds
    held = [{lived.names[UUID(key)] for key in arrival.codes} for arrival in seen.arrivals]
    data = {"incidence": [[int(code in of) for code in codes] for of in held]}
    again = run_saturation_case({key: case[key] for key in ("statistic", "parameters")} | {"data": data})
    assert differences(expected, again, tolerance) == []


def brought(new: Sequence[int]) -> tuple[list[list[str]], dict[str, str]]:
    """Return documents that each bring so many new labels, and one that is known where there is one."""
    rows: list[list[str]] = []
    made = 0
    for many in new:
        rows.append([*(["c0"] if made else []), *(f"c{made + n}" for n in range(many))])
        made += many
    return rows, {f"c{n}": "label" for n in range(made)}


def first_met(lived: Lived, new: Sequence[int], rules: Sequence[dict[str, object]]) -> list[int | None]:
    """Save rules, let documents arrive, and return after how many each rule was met for the first time."""
    with lived.cast.acting("lena", Permission.SATURATION_JUDGE) as (session, access):
        for given in rules:
            assert declared.save_rule(session, access, RuleIn.model_validate(given)).documents == 0
    met: list[int | None] = [None] * len(rules)
    rows, levels = brought(new)
    for n in one_by_one(lived, rows, levels):
        with lived.cast.database.reading() as session:
            access = lived.cast.access(session, "lena", Permission.SATURATION_VIEW)
            shown = judgements.rules(session, access, LABELS)
        for place, rule in enumerate(shown):
            if met[place] is None and rule.met[SamplingUnit.DOCUMENT].met:
                met[place] = n
    return met


@SQLITE
@pytest.mark.parametrize("name", ["guest2020_worked_example", "guest2020_variants"])
def test_rules_of_guest_are_met_when_the_document_of_the_case_arrives(lived: Lived, name: str) -> None:
    case = case_called(name)
    given = case["parameters"]
    asked = given.get("combinations") or [[given["base"], run, given["threshold"]] for run in given["runs"]]
    rules = [{"rule": "guest2020", "base": b, "run": r, "threshold": t} for b, r, t in asked]
    met = first_met(lived, case["data"]["new_per_document"], rules)
    for (base, run, threshold), at in zip(asked, met, strict=True):
        key = f"{base},{run},{threshold}" if "combinations" in given else f"run{run}"
        expected = case["expected"][key]
        told = lived.look(Asked(level=Level.LABEL, rule=Stopping(StoppingRule.GUEST2020, base, run, threshold))).guest
        assert differences(expected, told.to_json(), case.get("tolerance", 1e-9)) == []
        assert at == told.saturated_at


@SQLITE
@pytest.mark.parametrize("name", ["francis2010_10_3", "francis2010_variants"])
def test_rules_of_francis_are_met_when_the_document_of_the_case_arrives(lived: Lived, name: str) -> None:
    case = case_called(name)
    given = case["parameters"]
    asked = given.get("variants") or [[given["initial"], given["stop"]]]
    rules = [{"rule": "francis2010", "initial": initial, "stop": stop} for initial, stop in asked]
    met = first_met(lived, case["data"]["new_per_document"], rules)
    expected = case["expected"]
    assert met == [expected.get(f"{i},{s}", expected.get("stopped_at")) for i, s in asked]


@SQLITE
def test_in_retrospect_the_shares_of_the_case_are_told(lived: Lived) -> None:
    case = case_called("guest2006_shares")
    rows, levels = brought(case["data"]["new_per_document"])
    assert len(list(one_by_one(lived, rows, levels))) == len(rows)
    told = [vars_of(share) for share in looked_into(lived).shares]
    assert differences(case["expected"]["batches"], told, case.get("tolerance", 1e-9)) == []


def vars_of(share: Any) -> dict[str, Any]:
    return {name: getattr(share, name) for name in ("documents", "codes", "share_of_final")}


@SQLITE
def test_other_orders_end_their_news_where_the_case_says(lived: Lived) -> None:
    case = case_called("reorder_check_12x25")
    matrix, expected = case["data"]["incidence"], case["expected"]
    codes = [f"c{i}" for i in range(len(matrix[0]))]
    rows = [[code for code, there in zip(codes, row, strict=True) if there] for row in matrix]
    assert list(one_by_one(lived, rows, dict.fromkeys(codes, "label"))) == list(range(1, 13))
    orders = looked_into(lived).orders
    assert (orders.arrival, orders.reversed) == (expected["last_new"][0], expected["last_new"][1])
    unique = lived.look(LABELS).result.estimates["p_new_last_exact"].value
    assert unique == pytest.approx(expected["p_new_last_exact"])


def test_planning_is_that_of_the_case() -> None:
    case = case_called("planning_formulas")
    plan, given, expected = document_plan.document_plan, case["data"], case["expected"]
    assert [plan(rare, sure, 1, 1).once for rare, sure in given["galvin"]] == expected["galvin"]
    assert [plan(rare, sure, n, 1).often for rare, n, sure in given["fugard_potts"]] == expected["fugard_potts"]
    assert [plan(rare, sure, 1, n).every_code for rare, n, sure in given["random_chance"]] == expected["random_chance"]


# --- events --------------------------------------------------------------------------------------


def views(lived: Lived, expected: dict[str, Any]) -> None:
    """Hold what is expected of views and levels against what is seen."""
    people = lived.cast.people
    for key, curve in expected.items():
        if "|" not in key:
            continue
        view, level = key.split("|")
        for name, person in CODERS.items():
            view = view.replace(name, str(people[person].id))
        # what was handed back is submitted later, and would arrive later
        asked = Asked(level=LEVELS[level], view=View.of(view), order=Order(OrderKind.MATERIALS))
        seen = lived.look(asked).result
        told = {"new": list(seen.discovery.new), "cumulative": list(seen.discovery.cumulative)}
        assert told | {"observed": seen.frequencies.observed} == curve, key


@pytest.mark.parametrize(
    "name", [pytest.param("events_coders_views", marks=SQLITE), pytest.param("events_merge_rename")]
)
def test_views_after_rulings_merges_and_what_was_taken_back_are_those_of_the_case(lived: Lived, name: str) -> None:
    case = case_called(name)
    lived.live(case["data"]["events"])
    views(lived, case["expected"])


@SQLITE
def test_levels_cases_sources_and_relations_are_those_of_the_case(lived: Lived) -> None:
    case = case_called("events_levels_cases_sources")
    lived.live(case["data"]["events"])
    expected = case["expected"]
    views(lived, expected)
    assert list(lived.look(Asked(level=Kind.RELATIONS)).result.discovery.new) == expected["relations"]
    for group in ("case", "source"):
        with lived.cast.database.reading() as session:
            access = lived.cast.access(session, "olga", Permission.SATURATION_VIEW)
            of = strata.strata(session, access, LABELS, Group.of(group))
        many = {name: stratum.documents for name, stratum in of.found.strata.items()}
        assert many == {{"news": "media"}.get(name, name): len(held) for name, held in expected[f"by_{group}"].items()}
    categories = {
        lived.names[UUID(one.id)]: one.found for one in looked_into(lived, Asked(level=Level.CONCEPT)).categories
    }
    for code, support in expected["support_first"].items():
        found = categories[code]
        assert {"documents": found.documents, "cases": found.cases, "sources": found.sources} == support


@SQLITE
def test_the_hold_out_test_and_the_support_of_categories_are_those_of_the_case(lived: Lived) -> None:
    case = case_called("events_category_properties_holdout")
    events = case["data"]["events"]
    reserved = case["parameters"]["reserved"]
    lived.codes(
        {e["code"]: e["level"] for e in events if e["e"] == "code"},
        {e["code"]: e["parent"] for e in events if e["e"] == "parent"},
    )
    lived.documents([e for e in events if e["e"] == "doc"])
    with lived.cast.acting("lena", Permission.SATURATION_JUDGE) as (session, access):
        chosen = tuple(lived.cast.documents[title] for title in reserved)
        given = reserving.ReserveIn(unit=SamplingUnit.DOCUMENT, chosen=chosen, reason="the last case")
        aside = reserving.reserve(session, access, given).id
    for title in ("d1", "d2", "d3", "d4", "d5", "d6"):
        if title == reserved[0]:
            with lived.cast.acting("lena", Permission.SATURATION_JUDGE) as (session, access):
                reserving.open_reserve(session, access, aside)
        lived.live([e for e in events if e["e"] == "apply" and e["doc"] == title])
    lived.live([e for e in events if e["e"] in {"relation", "property"}])
    with lived.cast.database.reading() as session:
        access = lived.cast.access(session, "olga", Permission.SATURATION_VIEW)
        found = hold_out.verdict(session, access, session.get_one(SaturationReserve, aside), View())
    assert found is not None
    told = {
        test.name: {"base": test.found.codes_in_base, "new_in_reserved": test.found.new_in_reserved}
        for test in found.tests
        if test.found
    }
    expected = case["expected"]["holdout"]
    levels = {name: expected[name] for name in (*LEVELS, *(kind.value for kind in Kind))}
    assert told == {LEVELS[name].value if name in LEVELS else name: figures for name, figures in levels.items()}
    assert (found.passed, found.strict) == (expected["passed"], expected["passed_strict"])
    for level, code in (("first", Level.CONCEPT), ("second", Level.THEME)):
        noted = {lived.names[UUID(one.id)]: one.noted for one in looked_into(lived, Asked(level=code)).categories}
        for name, support in case["expected"][level].items():
            assert {key: getattr(noted[name], key) for key in support} == support, name


def test_declarations_are_withdrawn_by_the_documents_and_codes_of_the_case(lived: Lived) -> None:
    case = case_called("events_withdrawal")
    events = case["data"]["events"]
    lived.codes({e["code"]: e["level"] for e in events if e["e"] == "code"})
    lived.documents([e for e in events if e["e"] == "doc"])
    log: list[dict[str, Any]] = []
    known: set[str] = set()
    for event in [e for e in events if e["e"] not in {"code", "doc"}]:
        if event["e"] == "declare":
            with lived.cast.acting("lena", Permission.SATURATION_JUDGE) as (session, access):
                given = {"kind": "codes", "level": "label", "view": case["parameters"]["view"], "reason": "no news"}
                row = declared.declare(session, access, DeclareIn.model_validate(given | {"despite": "no matter"}))
                log.append({"state": "declared", "codes": row.figures.codes, "documents": row.figures.documents})
        elif event["e"] == "apply":
            lived.arrives(event["doc"], {CODERS[event["coder"]]: [event["code"]]})
        else:
            lived.merge(event)
        with lived.cast.database.reading() as session:
            rows = session.scalars(sa.select(SaturationDeclaration).order_by(SaturationDeclaration.number)).all()
            for gone in rows:
                if gone.withdrawn_at is not None and str(gone.id) not in known:
                    known.add(str(gone.id))
                    documents = lived.look(LABELS).provenance.documents
                    new = [lived.names[code] for code in gone.new_codes]
                    assert gone.document_id == lived.cast.documents[event["doc"]]
                    assert gone.coder_id == lived.cast.people[CODERS[event["coder"]]].id
                    log.append({"state": "withdrawn", "new_codes": new, "documents": documents})
    expected = [{key: one[key] for key in one if key not in {"at", "event"}} for one in case["expected"]["log"]]
    assert log == expected
