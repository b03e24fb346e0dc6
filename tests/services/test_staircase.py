"""The matrix of documents by codes: in the order in which both came, a part at a time, with how many coders applied what."""

import pytest

from cast import Cast
from intercoder.models import Level, SamplingUnit
from intercoder.policy import Permission
from intercoder.services import saturation, staircase
from intercoder.services.arriving import Asked
from intercoder.services.relating import End
from intercoder.services.saturation import Picture
from intercoder.services.staircase import Stair
from intercoder.stats.saturation.study.events import Kind
from services.theory import coding, evidence, relate


def picture(cast: Cast, level: Level | Kind, unit: SamplingUnit = SamplingUnit.DOCUMENT) -> Picture:
    with cast.database.reading() as session:
        access = cast.access(session, "olga", Permission.SATURATION_VIEW)
        return saturation.picture(session, access, Asked(level=level, unit=unit))


def test_codes_stand_by_where_they_came_first_and_cells_say_how_many_coders(cast: Cast) -> None:
    cast.two_documents()
    seen = staircase.staircase(picture(cast, Level.CONCEPT), 0, 0, 50, 30)
    assert (seen.units, seen.codes) == (2, 4)
    # c1 by both, c3 and c4 by one coder each in the first; c4 and c2 by both in the second
    assert [name for _, name in seen.columns] == ["信任先行", "数据互信", "旧物改用", "校企合作"]
    assert seen.cells == {
        (0, 0): Stair(first=True, coders=1),
        (0, 1): Stair(first=True, coders=1),
        (0, 2): Stair(first=True, coders=2),
        (1, 1): Stair(first=False, coders=2),
        (1, 3): Stair(first=True, coders=2),
    }
    part = staircase.staircase(picture(cast, Level.CONCEPT), 1, 1, 1, 2)
    assert (part.begin, part.first_code, [name for _, name in part.columns]) == (1, 1, ["数据互信", "旧物改用"])
    assert part.cells == {(0, 0): Stair(first=False, coders=2)}
    beyond = staircase.staircase(picture(cast, Level.CONCEPT), 50, 60, 50, 30)
    assert (list(beyond.rows), list(beyond.columns), beyond.cells) == ([], [], {})


@pytest.mark.sqlite
def test_relations_have_cells_without_coders(cast: Cast) -> None:
    cast.two_documents()
    made = relate(cast, End(code=cast.codes["c3"]), End(code=cast.codes["c4"]))
    evidence(cast, made, coding(cast, "ai", "c2"))
    found = picture(cast, Kind.RELATIONS)
    seen = staircase.staircase(found, 0, 0, 50, 30)
    assert seen.cells == {(1, 0): Stair(first=True, coders=None)}
    assert staircase.opened_by(found, seen.columns[0][0]) == str(made)


@pytest.mark.sqlite
def test_nothing_of_an_open_round_is_in_it(cast: Cast) -> None:
    cast.coded_round()
    found = picture(cast, Level.LABEL)
    assert found.result.frequencies.observed > 0, "the numbers may be seen"
    assert staircase.staircase(found, 0, 0, 50, 30).columns == []
