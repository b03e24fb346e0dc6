"""A report by free span: its numbers are found again from the codings that leave, and nothing else calls them alpha over units."""

import csv
import io
import json
import random
import subprocess
import zipfile
from itertools import combinations
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from cast import TEXTS, Cast, Client
from intercoder.jobs.runner import run_next
from intercoder.models import AgreementReport, ReportSection, Role
from intercoder.services import results
from services.comparing import give
from web.leaving import fetched
from web.recomputed_spans import Text, binary_u_alpha, character_kappa, matched, u_alpha

pytestmark = pytest.mark.sqlite
DOCUMENTS = ("访谈一", "年报节选")


def round_of_three(cast: Cast, *, overlapping: bool) -> UUID:
    """A closed round of free spans by three coders, one of whom finished one document only."""
    chance = random.Random(11)
    made = cast.round(documents=DOCUMENTS, coders=("ai", "bo", "olga"))
    for title in DOCUMENTS:
        text = TEXTS[title]
        for place in range(0, len(text) - 14, 14):
            right = chance.choice(["l1", "l2", "l3"])
            for coder in ("ai", "bo", "olga")[: 3 if title == DOCUMENTS[0] else 2]:
                if chance.random() < 0.25:
                    continue
                start, end = place + chance.randrange(3), place + 10 + chance.randrange(3)
                cast.code(coder, made, title, right if chance.random() < 0.8 else "l3", text[start:end])
                if overlapping and chance.random() < 0.4:
                    cast.code(coder, made, title, "c1", text[start : end - 4])
    for coder in ("ai", "bo"):
        cast.submit(coder, made, *DOCUMENTS)
    cast.submit("olga", made, DOCUMENTS[0])
    cast.close(made, unfinished=True)
    return made


def same(found: float | None) -> Any:
    return None if found is None else pytest.approx(found, abs=1e-9)


@pytest.mark.parametrize("overlapping", [False, True])
def test_every_number_on_free_spans_is_found_again(app: Flask, cast: Cast, tmp_path: Path, overlapping: bool) -> None:
    give(cast, "olga", Role.CODER)
    made = round_of_three(cast, overlapping=overlapping)
    lead = Client(app, cast.database, cast.people["lena"])
    by_unit = lead.get(f"/api/v1/rounds/{made}/agreement")[0]
    assert (by_unit["unit"], by_unit["coefficient"]) == ("sentence", "mv_alpha" if overlapping else "alpha")
    lead.post(f"/api/v1/rounds/{made}/agreement", {"unit": "span"}, status=202)
    while run_next(cast.database):
        pass
    row = lead.get(f"/api/v1/rounds/{made}/agreement")[0]
    row_id, row_headline = row["id"], row["value"]
    assert row["unit"] == "span"
    # What to do next is asked of the headline of the spans, and told on the page.
    with cast.database.reading() as session:
        report = session.get_one(AgreementReport, UUID(row["id"]))
        remedies = results.open_report(session, report, ReportSection.REMEDIES).remedies
    assert remedies
    assert all(one.alpha - one.gain == pytest.approx(row["value"]) for one in remedies)
    shown = lead.call("GET", f"/reports/{row['id']}").get_data(as_text=True)
    assert shown.count('<b class="gain">') == len(remedies)

    def file(address: str) -> bytes:
        answer = fetched(lead, cast.database, address)
        assert answer.status_code == 200
        return bytes(answer.data)

    whole = json.loads(file(f"reports/{row['id']}/exports/report?format=json"))["spans"]
    lines = [json.loads(line) for line in file(f"projects/{cast.project}/exports/codings?format=ndjson").splitlines()]
    lines = [line for line in lines if line["round"] == max(line["round"] for line in lines)]
    names = {str(person.id): name.capitalize() for name, person in cast.people.items()}
    coders = [names[coder] for coder in whole["coders"]]
    texts = [
        Text(
            len(TEXTS[title]),
            {
                coder: [
                    (line["start"], line["end"], line["code_id"])
                    for line in lines
                    if (line["document"], line["coder"]) == (title, coder)
                ]
                for coder in (coders if title == DOCUMENTS[0] else ["Ai", "Bo"])
            },
        )
        for title in DOCUMENTS
    ]
    assert whole["headline"] == row["coefficient"] == ("mean_binary_u_alpha" if overlapping else "u_alpha")
    called = dict(zip(whole["coders"], coders, strict=True))
    cells = {(c["code"], frozenset(called[coder] for coder in c["coders"])): c for c in whole["by_code_and_pair"]}
    for row in whole["by_code"]:
        assert row["alpha"]["value"] == same(binary_u_alpha(texts, row["code"]))
    alphas = [row["alpha"]["value"] for row in whole["by_code"] if row["alpha"]["value"] is not None]
    assert whole["overall"]["mean_binary_u_alpha"]["value"] == same(sum(alphas) / len(alphas))
    assert whole["overall"]["any_code_u_alpha"]["value"] == same(binary_u_alpha(texts, None))
    first = whole["overall"]["u_alpha"]
    if overlapping:
        assert (first["value"], first["reason"]) == (None, "overlapping_units")
    else:
        assert row_headline == first["value"] == same(u_alpha(texts))

    # By document, by pair, and without each coder.
    def headline(those: list[Text]) -> float | None:
        if not overlapping:
            return u_alpha(those) if any(len(text.layers) > 1 for text in those) else None
        of_codes = [binary_u_alpha(those, row["code"]) for row in whole["by_code"]]
        known = [value for value in of_codes if value is not None]
        return sum(known) / len(known) if known else None

    def left(those: list[Text], kept: set[str]) -> list[Text]:
        return [Text(text.length, {c: spans for c, spans in text.layers.items() if c in kept}) for text in those]

    assert len(whole["by_document"]) == len(DOCUMENTS)
    for here, text in zip(whole["by_document"], texts, strict=True):
        assert (here["length"], len(here["coders"])) == (text.length, len(text.layers))
        assert here["values"]["any_code_u_alpha"]["value"] == same(binary_u_alpha([text], None))
        assert here["values"][whole["headline"]]["value"] == same(headline([text]))
    assert len(whole["by_pair"]) == 3
    for two in whole["by_pair"]:
        both = left(texts, {called[coder] for coder in two["coders"]})
        assert two["estimates"][whole["headline"]]["value"] == same(headline(both))
        assert two["estimates"]["any_code_u_alpha"]["value"] == same(binary_u_alpha(both, None))
    assert len(whole["left_out"]) == 3
    for without in whole["left_out"]:
        others = headline(left(texts, {*coders} - {called[without["coder"]]}))
        assert without["value"]["value"] == same(others)
        assert without["delta"] == same((others or 0) - (headline(texts) or 0))

    kappas: list[float] = []
    sums = [0, 0, 0, 0]
    for pair in combinations(coders, 2):
        for code in (row["code"] for row in whole["by_code"]):
            counted = matched(texts, pair, code, whole["threshold"])
            kappa = character_kappa(texts, pair, code)
            sums = [before + now for before, now in zip(sums, counted, strict=True)]
            kappas += [] if kappa is None else [kappa]
            cell = cells.pop((code, frozenset(pair)), None)
            if cell is None:
                assert counted[0] == 0
                continue
            assert cell["character_kappa"]["value"] == same(kappa)
            assert cell["f1"] == {"total": counted[0], "exact_pairs": counted[1], "overlap_pairs": counted[2]}
            assert cell["segments"] == {"agreements": counted[3], "total": counted[0]}
    assert not cells
    assert whole["kappa"]["value"] == same(sum(kappas) / len(kappas))
    assert whole["f1"] == {"total": sums[0], "exact_pairs": sums[1], "overlap_pairs": sums[2]}
    assert whole["segments"] == {"agreements": sums[3], "total": sums[0]}
    assert 0 < sums[1] < sums[2] < sums[0]

    table = list(csv.DictReader(io.StringIO(file(f"reports/{row_id}/exports/report?format=csv").decode("utf-8-sig"))))
    said = {(line["scope"], line["coefficient"]): line["value"] for line in table if line["scope"] == "overall"}
    assert "alpha" not in {line["coefficient"] for line in table}
    assert float(said["overall", "f1_overlap"]) == same(2 * sums[2] / sums[0])
    assert float(said["overall", whole["headline"]]) == whole["overall"][whole["headline"]]["value"]

    def page(address: str) -> str:
        answer = lead.call("GET", f"/{address}")
        assert answer.status_code == 200
        return answer.get_data(as_text=True)

    lead.choose("en")
    by_span = page(f"reports/{row_id}")
    name = "|u-alpha, mean of codes" if overlapping else "u-alpha"
    assert f"Headline: {name}" in by_span
    assert "Krippendorff, Mathet, Bouvry" in by_span
    assert "Krippendorff’s alpha was" not in by_span
    assert "How far boundaries agree" in page(f"reports/{by_unit['id']}")
    sign = "|u-α" if overlapping else "u-α"
    assert f'<span class="faint">{sign}</span>' in page(f"projects/{cast.project}/agreement?all=1")
    assert page(f"projects/{cast.project}/exports?report={row_id}").count("has no units") == 5
    assert "has no units" not in page(f"projects/{cast.project}/exports?report={by_unit['id']}")
    assert lead.call("GET", f"/api/v1/reports/{row_id}/exports/python").status_code == 409
    zipfile.ZipFile(io.BytesIO(file(f"reports/{row_id}/exports/r"))).extractall(tmp_path)
    ran = subprocess.run(["Rscript", "spans.R"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.count("same\n") == len(whole["by_code"]) + 2 + (not overlapping)
    # A number that is another is found.
    expected = tmp_path / "expected.csv"
    first = f"{whole['overall']['mean_binary_u_alpha']['value']!r}"
    expected.write_text(expected.read_text("utf-8-sig").replace(first, "0.5", 1), encoding="utf-8-sig")
    done = subprocess.run(["Rscript", "spans.R"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, "DIFFERENT" in done.stdout) == (1, True)
