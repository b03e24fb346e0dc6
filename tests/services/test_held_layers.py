"""Layers are read on from an earlier reading: only those that came, and whatever was done to codes meanwhile."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.models import Coding, Incidence, Round
from intercoder.policy import Permission
from intercoder.services import remapping
from intercoder.services.held_layers import Layers, layers_of
from intercoder.services.mapping import mapping
from intercoder.services.remapping import PassageIn, PassagesIn
from intercoder.services.targets import Target
from services.anew import as_anew
from services.comparing import hand_back, reopen
from services.test_remapping import History, split, today


def layers(cast: Cast, before: Layers | None) -> tuple[Layers, int]:
    """Return the layers of all rounds, and how many statements were needed."""
    asked: list[str] = []

    def heard(*told: object) -> None:
        asked.append(str(told[2]))

    with cast.database.reading() as session:
        rounds = session.scalars(sa.select(Round).order_by(Round.number)).all()
        mapped = mapping(session, cast.project)
        sa.event.listen(cast.database.engine, "before_cursor_execute", heard)
        try:
            found = layers_of(session, rounds, mapped, before)
        finally:
            sa.event.remove(cast.database.engine, "before_cursor_execute", heard)
    return found, sum("incidence" in text for text in asked)


def test_only_layers_that_came_are_read(cast: Cast, compared_round: UUID) -> None:
    first, asked = layers(cast, None)
    assert (list(first.stamps), asked) == ([str(cast.documents["访谈一"])], 1)
    again, asked = layers(cast, first)
    assert (again.codes, again.changed, asked) == (first.codes, frozenset(), 1)
    other = cast.round(documents=("年报节选",))
    cast.code("ai", other, "年报节选", "l2", "与两所高校签订合作协议")
    cast.submit("ai", other, "年报节选")
    more, asked = layers(cast, first)
    assert (list(more.changed), asked) == ([str(cast.documents["年报节选"])], 1)
    known = str(cast.documents["访谈一"])
    assert more.codes[known] is first.codes[known]
    assert more.stamps[known] is first.stamps[known], "that it is as it was is not even looked at"
    assert more.holding([str(cast.codes["l2"])]) >= more.changed
    assert more.holding([]) == frozenset()
    reopen(cast, compared_round)
    hand_back(cast, compared_round, "bo")
    less, _ = layers(cast, more)
    assert less.changed == {str(cast.documents["访谈一"])}
    with cast.database.reading() as session:
        assert sum(map(len, less.stamps.values())) == session.scalar(sa.select(sa.func.count()).select_from(Incidence))


def test_a_layer_that_is_handed_back_is_missed_also_where_others_came_meanwhile(cast: Cast) -> None:
    made = cast.coded_round()
    first, _ = layers(cast, None)
    other = cast.round(documents=("年报节选",))
    cast.code("ai", other, "年报节选", "l2", "与两所高校签订合作协议")
    hand_back(cast, made, "bo")
    less, _ = layers(cast, first)
    assert (sum(map(len, less.stamps.values())), less.changed) == (1, frozenset({str(cast.documents["访谈一"])}))
    cast.submit("ai", other, "年报节选")
    both, _ = layers(cast, first)
    assert both.changed == {str(cast.documents[title]) for title in ("访谈一", "年报节选")}
    assert both.stamps == layers(cast, None)[0].stamps
    assert both.total == layers(cast, None)[0].total


@pytest.mark.sqlite
def test_whatever_is_done_to_codes_what_is_counted_on_is_a_count_from_scratch(cast: Cast) -> None:
    history = History(cast, 1)
    for _ in range(30):
        history.act()
        as_anew(cast)
    assert history.done >= {"_merge", "_split", "_move", "_retire", "_place", "_undo"}


def test_passages_of_a_split_code_count_where_they_are_put(cast: Cast, compared_round: UUID) -> None:
    as_anew(cast)
    code = cast.codes["l1"]
    split(cast, code, Target(name="一"), Target(name="二"))
    as_anew(cast)
    with cast.database.reading() as session:
        held = session.scalars(sa.select(Coding).where(Coding.code_id == code).order_by(Coding.coder_id)).all()
    assert held
    for coding in held:
        at = UUID(str(today(cast).codes[str(code)].split[0]))
        with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
            put = PassagesIn(passages=(PassageIn(coder=coding.coder_id, key=coding.key, at=at),))
            remapping.put_passages(session, access, code, put)
        as_anew(cast)
