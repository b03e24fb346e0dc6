"""A reference case through the services: documents arrive one by one in the database, and the figures are those of the case."""

import json
from pathlib import Path
from uuid import uuid4

import pytest

from cast import Cast, store
from intercoder.db import within
from intercoder.models import Level, SamplingUnit, SaturationReserve
from intercoder.policy import Permission
from intercoder.services import codebook, coding, hold_out, reserving, saturation, versions
from intercoder.services.arriving import Asked
from intercoder.stats.saturation.report import saturation as figures
from intercoder.stats.saturation.study.whose import View

CASE = json.loads(
    (Path(__file__).parents[1] / "stats/cases/saturation/holdout_12_reserve_third.json").read_text("utf-8")
)
ROWS = CASE["data"]["incidence"]


def arrives(cast: Cast, title: str, labels: list[str]) -> None:
    """A coder codes one document, a word for each label, and its round is compared."""
    made = cast.round(documents=(title,), coders=("ai",))
    for place, label in enumerate(labels):
        write = coding.CodingWrite(code=cast.codes[label], start=place, end=place + 1)
        with cast.database.transaction() as session:
            asking = cast.asking("ai", made)
            coding.put_coding(within(session), asking, cast.documents[title], uuid4(), write)
    cast.submit("ai", made, title)
    cast.close(made)


@pytest.mark.sqlite
def test_twelve_documents_of_which_a_third_is_put_aside(cast: Cast) -> None:
    held = [[f"label {c}" for c, there in enumerate(row) if there] for row in ROWS]
    titles = [f"document {n}" for n in range(len(ROWS))]
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        for title in titles:
            cast.documents[title] = store(session, access, title, f"{title}: what somebody said to whoever asked.").id
        new = [codebook.NewCode(name=f"label {c}") for c in range(len(ROWS[0]))]
        cast.codes |= {code.name: code.id for code in codebook.create_codes(session, access, new)}
        cast.version = versions.publish(session, access, "labels").id
        aside = tuple(cast.documents[titles[n]] for n in CASE["parameters"]["reserved"])
        given = reserving.ReserveIn(unit=SamplingUnit.DOCUMENT, chosen=aside, reason="the last third")
        reserve = reserving.reserve(session, access, given).id
    for n, title in enumerate(titles):
        if n == min(CASE["parameters"]["reserved"]):
            with cast.acting("lena", Permission.SATURATION_JUDGE) as (session, access):
                reserving.open_reserve(session, access, reserve)
        arrives(cast, title, held[n])
        with cast.database.reading() as session:
            access = cast.access(session, "lena", Permission.SATURATION_VIEW)
            seen = saturation.picture(session, access, Asked(level=Level.LABEL)).result
        scratch = figures([frozenset(of) for of in held[: n + 1]])
        assert (seen.discovery, seen.frequencies) == (scratch.discovery, scratch.frequencies), title
        assert seen.estimates == scratch.estimates
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.SATURATION_VIEW)
        found = hold_out.verdict(session, access, session.get_one(SaturationReserve, reserve), View())
    assert found is not None
    labels = next(test.found for test in found.tests if test.name == Level.LABEL)
    assert labels is not None
    told = {name: getattr(labels, name) for name in CASE["expected"]}
    assert told == pytest.approx(CASE["expected"])
    assert (found.missing, found.late, found.strict, found.splits) == (0, 0, False, 495)
