"""Every number of a report is found again from the files that leave, by formulas that are not the program's."""

import csv
import io
import json
from itertools import combinations
from typing import Any

import pytest
from flask import Flask

from cast import Cast, Client
from web.exported import report_of_three
from web.leaving import fetched
from web.recomputed import (
    Rows,
    ac1,
    alpha,
    by_package,
    kappa,
    masi,
    mv_alpha,
    of_code,
    pairs_of,
    percent,
    sets_of,
)

pytestmark = pytest.mark.sqlite


def told(estimates: dict[str, Any], name: str) -> Any:
    return estimates[name]["value"]


def same(found: float | None) -> Any:
    return None if found is None else pytest.approx(found, abs=1e-9)


def test_every_number_is_found_again(app: Flask, cast: Cast) -> None:
    report = report_of_three(cast)
    reader = Client(app, cast.database, cast.people["olga"])

    def file(address: str) -> bytes:
        answer = fetched(reader, cast.database, address)
        assert answer.status_code == 200
        return bytes(answer.data)

    units = list(
        csv.DictReader(io.StringIO(file(f"{report}/exports/diagnosis?format=csv&language=en").decode("utf-8-sig")))
    )
    codings = [json.loads(line) for line in file(f"projects/{cast.project}/exports/codings?format=ndjson").splitlines()]
    whole = json.loads(file(f"{report}/exports/report?format=json"))
    coders = [coder["name"] for coder in whole["provenance"]["coders"]]
    place = {coder["id"]: n for n, coder in enumerate(whole["provenance"]["coders"])}
    titles = {document["id"]: document["title"] for document in whole["provenance"]["documents"]}
    made = sets_of(units, codings, coders)
    rows: Rows = [row for _, row in made]
    result, overall = whole["result"], whole["result"]["overall"]
    kinds = len({value for row in rows for value in row if value is not None})

    # Over everything.
    assert told(overall, "alpha") == same(alpha(rows)) == same(by_package(rows))
    assert told(overall, "masi") == same(alpha(rows, masi))
    assert told(overall, "mv_alpha") == same(mv_alpha(rows))
    assert told(overall, "percent") == same(percent(rows))
    assert told(overall, "ac1") == same(ac1(rows, kinds))
    pairs = list(combinations(range(len(coders)), 2))
    agree = [[a == b for a, b in pairs_of(rows, *pair)] for pair in pairs]
    holsti = sum(sum(here) / len(here) for here in agree) / len(agree)
    assert told(overall, "holsti") == same(holsti)
    assert told(overall, "holsti_reliability") == same(len(coders) * holsti / (1 + (len(coders) - 1) * holsti))
    assert told(overall, "kappa") == same(sum(kappa(rows, *pair) for pair in pairs) / len(pairs))

    # By code, by pair, by document, without each coder.
    used = [code for code in result["by_code"] if code["units_used"]]
    assert len(used) == 4
    for code in used:
        binary = of_code(rows, code["code"])
        assert told(code["estimates"], "alpha") == same(alpha(binary))
        assert told(code["estimates"], "percent") == same(percent(binary))
        assert told(code["estimates"], "ac1") == same(ac1(binary, 2))
        assert code["positives"] == sum(bool(value) for row in binary for value in row if value is not None)
    for pair in result["by_pair"]:
        one, two = (place[coder] for coder in pair["coders"])
        both: Rows = pairs_of(rows, one, two)
        assert told(pair["estimates"], "alpha") == same(alpha(both))
        assert told(pair["estimates"], "percent") == same(percent(both))
        assert told(pair["estimates"], "kappa") == same(kappa(rows, one, two))
    for document in result["by_document"]:
        here: Rows = [row for title, row in made if title == titles[document["document"]]]
        assert told(document["estimates"], "alpha") == same(alpha(here))
        assert told(document["estimates"], "percent") == same(percent(here))
    for left in result["left_out"]:
        others: Rows = [[v for n, v in enumerate(row) if n != place[left["coder"]]] for row in rows]
        assert left["alpha"]["value"] == same(alpha(others))
        assert left["delta"] == same((alpha(others) or 0) - (alpha(rows) or 0))
    for cell in result["by_code_and_pair"]:
        one, two = (place[coder] for coder in cell["coders"])
        both = pairs_of(of_code(rows, cell["code"]), one, two)
        counts = (len(both), sum(bool(a and b) for a, b in both), sum(bool(a and not b) for a, b in both))
        assert (cell["n"], cell["both"], cell["first"]) == counts
        if cell["estimates"]["alpha"]["value"] is not None:
            assert told(cell["estimates"], "alpha") == same(alpha(both))

    # Codes in one another's place.
    met: dict[frozenset[str], int] = {}
    for row in rows:
        for a, b in combinations([value for value in row if value is not None], 2):
            for mine in a - b:
                for theirs in b - a:
                    met[frozenset({mine, theirs})] = met.get(frozenset({mine, theirs}), 0) + 1
    assert {frozenset({c["code"], c["other"]}): c["count"] for c in result["confusions"]} == met
