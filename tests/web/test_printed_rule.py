"""The headline of a report, computed again from what the API gives out and the rule that the methods paragraph prints."""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import uuid4

import krippendorff
import numpy as np
import pytest
from flask import Flask

from cast import TEXTS, Cast, Client
from intercoder.db import within
from intercoder.models import MakeReport, ReportLevel, Unit
from intercoder.policy import Permission
from intercoder.services import coding
from intercoder.services.agreement import start_report
from intercoder.text.units import units_of

pytestmark = pytest.mark.sqlite


def by_the_printed_rule(
    codings: Sequence[Mapping[str, Any]], units: Mapping[str, Sequence[tuple[int, int]]], coders: Sequence[str]
) -> float:
    """A unit has a code when a coding covers at least half of it, or at least half of the coding lies in it."""
    rows = []
    for coder in coders:
        values = []
        for document, spans in units.items():
            mine = [c for c in codings if (c["coder_id"], c["document_id"]) == (coder, document)]
            for first, last in spans:
                has = set()
                for c in mine:
                    shared = min(last, c["end"]) - max(first, c["start"])
                    if shared > 0 and (shared >= (last - first) / 2 or shared >= (c["end"] - c["start"]) / 2):
                        has.add(c["code"])
                values.append(frozenset(has))
        rows.append(values)
    names = {value: number for number, value in enumerate({value for row in rows for value in row})}
    data = np.array([[names[value] for value in row] for row in rows], dtype=float)
    return float(krippendorff.alpha(reliability_data=data, level_of_measurement="nominal"))


@pytest.mark.parametrize("unit", [Unit.SENTENCE, Unit.PARAGRAPH])
def test_the_headline_follows_from_the_codings_by_the_printed_rule(
    app: Flask, cast: Cast, run_jobs: Callable[[], int], unit: Unit
) -> None:
    chance = random.Random(7)
    round_id = cast.round()
    for person in ("ai", "bo"):
        for title in ("访谈一", "年报节选"):
            with cast.acting(person, Permission.CODE, "round", round_id) as (session, access):
                for _ in range(12):
                    start = chance.randrange(len(TEXTS[title]) - 25)
                    while TEXTS[title][start].isspace() or TEXTS[title][start + 9].isspace():
                        start += 1
                    code = cast.codes[chance.choice(["l1", "l2", "l3", "c1"])]
                    write = coding.CodingWrite(code=code, start=start, end=start + 10)
                    coding.put_coding(
                        within(session), access.asking(Permission.CODE), cast.documents[title], uuid4(), write
                    )
            cast.submit(person, round_id, title)
    cast.close(round_id)
    with cast.acting("lena", Permission.AGREEMENT_RUN, "round", round_id) as (session, access):
        start_report(session, access, MakeReport(unit=unit, level=ReportLevel.AS_CODED))
    run_jobs()
    client = Client(app, cast.database, cast.people["olga"])
    codings = client.get(f"/api/v1/rounds/{round_id}/codings")
    reports = client.get(f"/api/v1/rounds/{round_id}/agreement")
    report = client.get(f"/api/v1/reports/{next(r['id'] for r in reports if r['unit'] == unit)}")
    headline = report["result"]["overall"]["alpha"]
    units = {str(cast.documents[title]): units_of(TEXTS[title], unit) for title in ("访谈一", "年报节选")}
    coders = [str(cast.people[person].id) for person in ("ai", "bo")]
    assert headline["value"] == pytest.approx(by_the_printed_rule(codings, units, coders), abs=1e-12)
    assert headline["n_pairable"] == sum(map(len, units.values()))
