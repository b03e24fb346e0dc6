"""Runs one reference case: the case without its expected result in, what was computed out."""

import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # also when this file is loaded by its path

from intercoder.stats.agreement.alpha import krippendorff_alpha
from intercoder.stats.agreement.coefficients import (
    bennett_s,
    cohen_kappa,
    cohen_kappa_se,
    holsti,
    holsti_reliability,
    percent_agreement,
    scott_pi,
)
from intercoder.stats.agreement.gwet import (
    alpha_standard_error,
    brennan_prediger,
    conger_kappa,
    fleiss_kappa,
    gwet_ac,
    standard_error,
)
from intercoder.stats.agreement.mv_alpha import mv_alpha
from intercoder.stats.agreement.pair_bootstrap import krippendorff_algorithm
from intercoder.stats.agreement.views import per_group, per_pair, without_each_coder
from intercoder.stats.planning.documents import fugard_potts, galvin, random_chance
from intercoder.stats.reliability import Ratings
from intercoder.stats.results import Estimate, plain
from intercoder.stats.saturation import richness
from intercoder.stats.saturation.accumulation import accumulation, union_sizes
from intercoder.stats.saturation.coverage import Prospect
from intercoder.stats.saturation.holdout import hold_out
from intercoder.stats.saturation.incidence import Frequencies, Incidence
from intercoder.stats.saturation.reordering import reorder
from intercoder.stats.saturation.report import SHARES, saturation
from intercoder.stats.saturation.stopping import cumulative_shares, francis2010, guest2020
from stats.span_cases import SPAN_STATISTICS
from stats.study_cases import STUDY_STATISTICS

Case = dict[str, Any]


def _ratings(case: Case) -> Ratings:
    data = case["data"]
    rows = data["matrix"]
    if any(isinstance(cell, list) for row in rows for cell in row):
        return Ratings.from_sets(rows, documents=data.get("unit_docs"))
    return Ratings.from_rows(rows, categories=case.get("categories"), documents=data.get("unit_docs"))


def _result(estimate: Estimate) -> dict[str, Any]:
    return {"value": estimate.value, "reason": estimate.reason}


def _alpha(case: Case) -> Any:
    return _result(krippendorff_alpha(_ratings(case), case.get("distance") or case["level"]))


def _alpha_by_code(case: Case) -> Any:
    ratings = _ratings(case)
    codes = sorted({code for value in ratings.values for code in value})  # type: ignore[attr-defined]
    return {code: _result(krippendorff_alpha(ratings.binary(code))) for code in codes}


def _alpha_by_pair(case: Case) -> Any:
    estimates = per_pair(_ratings(case), lambda pair: krippendorff_alpha(pair, case["level"]))
    return {"-".join(pair): _result(estimate) for pair, estimate in estimates.items()}


def _kappa_by_pair(case: Case) -> Any:
    estimates = per_pair(_ratings(case), cohen_kappa)
    return {"-".join(pair): _result(estimate) for pair, estimate in estimates.items()}


def _alpha_without(case: Case) -> Any:
    estimates = without_each_coder(_ratings(case), lambda rest: krippendorff_alpha(rest, case["level"]))
    return {coder: _result(estimate) for coder, estimate in estimates.items()}


def _alpha_by_document(case: Case) -> Any:
    estimates = per_group(
        _ratings(case), case["data"]["unit_docs"], lambda part: krippendorff_alpha(part, case["level"])
    )
    return {name: _result(estimate) for name, estimate in estimates.items()}


RESAMPLES = 10_000


def _bootstrap(case: Case) -> Any:
    ratings, level = _ratings(case), case["level"]
    percentile = krippendorff_alpha(ratings, level, resamples=RESAMPLES)
    bca = krippendorff_alpha(ratings, level, resamples=RESAMPLES, method="bca").interval
    own, _ = krippendorff_algorithm(ratings, level, resamples=RESAMPLES)
    few = percentile.interval_reason == "too_few_units"
    certain = percentile.interval is not None and percentile.interval.degenerate
    status = "degenerate" if certain else percentile.interval_reason or "ok"
    bootstrap: dict[str, Any] = {"alpha": percentile.value, "status": status}
    if own is not None and not few:
        bootstrap["krippendorff_ci"] = [own.low, own.high]
        bootstrap["krippendorff_p_below_667"], bootstrap["krippendorff_p_below_800"] = own.below_667, own.below_800
    if percentile.interval is not None:
        bootstrap["unit_percentile_ci"] = [percentile.interval.low, percentile.interval.high]
        bootstrap["unit_p_below_667"] = percentile.interval.below_667
        bootstrap["unit_p_below_800"] = percentile.interval.below_800
    if bca is not None:
        bootstrap["unit_bca_ci"] = [bca.low, bca.high]
    return bootstrap


AGREEMENT: dict[str, Callable[[Case], Any]] = {
    "bennett_s": lambda case: _result(bennett_s(_ratings(case))),
    "brennan_prediger": lambda case: _result(brennan_prediger(_ratings(case), case.get("weights"))),
    "brennan_prediger_se": lambda case: _result(
        standard_error(_ratings(case), "brennan_prediger", case.get("weights"))
    ),
    "cohen_kappa": lambda case: _result(cohen_kappa(_ratings(case), case.get("weights"))),
    "cohen_kappa_asymptotic_se": lambda case: _result(cohen_kappa_se(_ratings(case))),
    "cohen_kappa_per_pair": _kappa_by_pair,
    "conger_kappa": lambda case: _result(conger_kappa(_ratings(case), case.get("weights"))),
    "conger_kappa_se": lambda case: _result(standard_error(_ratings(case), "conger_kappa", case.get("weights"))),
    "fleiss_kappa": lambda case: _result(fleiss_kappa(_ratings(case), case.get("weights"))),
    "fleiss_kappa_se": lambda case: _result(standard_error(_ratings(case), "fleiss_kappa", case.get("weights"))),
    "gwet_ac1": lambda case: _result(gwet_ac(_ratings(case))),
    "gwet_ac1_se": lambda case: _result(standard_error(_ratings(case), "gwet_ac")),
    "gwet_ac2": lambda case: _result(gwet_ac(_ratings(case), case["weights"])),
    "gwet_ac2_se": lambda case: _result(standard_error(_ratings(case), "gwet_ac", case["weights"])),
    "holsti": lambda case: _result(holsti(_ratings(case))),
    "holsti_reliability": lambda case: _result(holsti_reliability(_ratings(case))),
    "krippendorff_alpha": _alpha,
    "krippendorff_alpha_bootstrap": _bootstrap,
    "krippendorff_alpha_bootstrap_status": _bootstrap,
    "krippendorff_alpha_leave_one_coder_out": _alpha_without,
    "krippendorff_alpha_per_code": _alpha_by_code,
    "krippendorff_alpha_per_document": _alpha_by_document,
    "krippendorff_alpha_per_pair": _alpha_by_pair,
    "krippendorff_alpha_se": lambda case: _result(alpha_standard_error(_ratings(case), case.get("level", "nominal"))),
    "mv_alpha": lambda case: _result(mv_alpha(Ratings.from_sets(case["data"]["matrix"]))),
    "percent_agreement": lambda case: _result(percent_agreement(_ratings(case), case["variant"])),
    "scott_pi": lambda case: _result(scott_pi(_ratings(case))),
}

AGREEMENT.update(SPAN_STATISTICS)


def run_agreement_case(case: Case) -> Any:
    """Return what the case asks for, computed."""
    return AGREEMENT[case["statistic"]](case)


def _documents(case: Case) -> list[frozenset[str]]:
    return [frozenset(str(c) for c, x in enumerate(row) if x) for row in case["data"]["incidence"]]


def _points(n: int, counts: bool) -> list[int]:
    """The numbers of documents at which the reference curves are given."""
    if n <= 20:
        return list(range(1, n + 1))
    if counts:
        return sorted({1, 2, 5, 10, n // 4, n // 2, n - 1, n})
    return sorted({1, 2, 5, 10, 20, 30, n - 1, n} | ({3, 40} if n >= 50 else set()))


def _everything(case: Case) -> Any:
    data = case["data"]
    counts = "frequencies" in data
    if counts:
        f = Frequencies(data["documents"], {int(k): count for k, count in data["frequencies"].items()})
        figures, unions = _by_frequencies(f), None
    else:
        documents = _documents(case)
        incidence = Incidence.of(documents)
        f, unions = incidence.frequencies, union_sizes(incidence)
        result = saturation(documents)
        # the cases ask for the published interval, also where it leaves its estimate out
        published = {"chao2": plain(result.chao2), "chao2_bc": plain(result.chao2_bc)}
        figures = {**result.to_json(), **published}
    n = f.documents
    h = case.get("parameters", {}).get("h") or _points(n, counts)
    reason = richness.refusal(f)
    curve = accumulation(f, h, total=None if reason else richness.chao2(f).estimate, unions=unions)
    figures["accumulation"] = {
        "h": h,
        "mean": curve.mean,
        "coleman": curve.coleman,
        "sd_unconditional_chao2": curve.sd_unconditional,
        "sd_permutation": curve.sd_permutation,
    }
    if reason is None:
        prospect = Prospect.of(f)
        further = [0, 1, 10, n] if counts else [0, 1, 2, 5, 10, n]
        figures["extrapolation"] = [
            {"documents": n + m, "codes": prospect.extrapolate(m), "coverage": prospect.coverage(n + m)}
            for m in further
        ]
        figures["coverage_below_n"] = [{"documents": t, "coverage": prospect.coverage(t)} for t in h if t < n]
        figures["at_coverage"] = []
        for level in case.get("parameters", {}).get("coverage_levels", []):
            t = prospect.documents_for_coverage(level)
            if t is None:
                continue
            point = {"coverage": level, "documents": t, "codes": prospect.extrapolate(t - n)}
            figures["at_coverage"].append(point)
    return figures


def _by_frequencies(f: Frequencies) -> dict[str, Any]:
    """What can be known without the documents themselves."""
    prospect, n = Prospect.of(f), f.documents
    return {
        "documents": n,
        "observed": f.observed,
        "incidences": f.incidences,
        "Q": {str(k): count for k, count in f.q.items()},
        "chao2": richness.chao2(f).to_json(),
        "chao2_bc": richness.chao2_bc(f).to_json(),
        "ichao2": richness.ichao2(f),
        "ice_2016": richness.ice_2016(f),
        "jack1": richness.jack1(f),
        "jack2": richness.jack2(f),
        "bootstrap": richness.bootstrap(f),
        "coverage": prospect.coverage(),
        "turing_coverage": prospect.turing_coverage,
        "expected_new_next": prospect.expected_new_next,
        "p_new_next_model": prospect.p_new_next,
        "extrapolate_to_2n": prospect.extrapolate(n),
        "coverage_at_2n": prospect.coverage(2 * n),
        "further_documents": {str(share): prospect.further_documents(share) for share in SHARES},
    }


def _guest(case: Case) -> Any:
    new, given = case["data"]["new_per_document"], case["parameters"]
    if "combinations" in given:
        return {f"{b},{r},{t}": guest2020(new, b, r, t).to_json() for b, r, t in given["combinations"]}
    return {f"run{run}": guest2020(new, given["base"], run, given["threshold"]).to_json() for run in given["runs"]}


def _francis(case: Case) -> Any:
    new, given = case["data"]["new_per_document"], case["parameters"]
    if "variants" in given:
        return {f"{i},{s}": francis2010(new, i, s) for i, s in given["variants"]}
    return {"stopped_at": francis2010(new, given["initial"], given["stop"])}


def _shares(case: Case) -> Any:
    shares = cumulative_shares(case["data"]["new_per_document"], case["parameters"]["step"])
    return {"batches": [asdict(share) for share in shares]}


def _hold_out(case: Case) -> Any:
    return asdict(hold_out(_documents(case), case["parameters"]["reserved"]))


def _planning(case: Case) -> Any:
    data = case["data"]
    return {
        "galvin": [galvin(*given) for given in data["galvin"]],
        "fugard_potts": [fugard_potts(*given) for given in data["fugard_potts"]],
        "random_chance": [random_chance(*given) for given in data["random_chance"]],
    }


def _reorder(case: Case) -> Any:
    documents, given = _documents(case), case["parameters"]
    reordered = [reorder(documents, order, given["run"]) for order in given["orders"]]
    return {
        "last_new": [order.last_new for order in reordered],
        "stop_points": [order.stop for order in reordered],
        "p_new_last_exact": saturation(documents).estimates["p_new_last_exact"].value,
    }


SATURATION: dict[str, Callable[[Case], Any]] = {
    "all": _everything,
    "cumulative_share": _shares,
    "edge": _everything,
    "francis2010": _francis,
    "guest2020": _guest,
    "holdout": _hold_out,
    "planning": _planning,
    "reorder": _reorder,
    **STUDY_STATISTICS,
}


def run_saturation_case(case: Case) -> Any:
    """Return what the case asks for, computed."""
    return SATURATION[case["statistic"]](case)
