"""One document of a report by free span with what each coder marked, character by character."""

import itertools
from random import Random
from uuid import UUID, uuid4

import pytest

from cast import TEXTS, Cast
from intercoder.errors import Conflict, NotFound
from intercoder.jobs.runner import run_next
from intercoder.models import DisagreementKind, MakeReport, Role, Unit
from intercoder.policy import Permission
from intercoder.services import agreement, compared_text, rounds
from intercoder.services.access import RoundAccess
from intercoder.services.coded_units import Cell
from intercoder.services.compared_spans import compared_spans, joined, kind_of, pieces
from services.comparing import give

TEXT = TEXTS["访谈一"]


def by_span(cast: Cast, round_id: UUID) -> UUID:
    """Have a report of a round made by free span; return it."""
    with cast.acting("lena", Permission.AGREEMENT_RUN, "round", round_id) as (session, access):
        agreement.start_report(session, access, MakeReport(Unit.SPAN, resamples=0))
    assert run_next(cast.database)
    with cast.database.reading() as session:
        return agreement.reports(session, round_id)[0].id


def compared(cast: Cast, report: UUID, cell: Cell, at: int | None = None, part: int = 0) -> compared_text.ComparedText:
    with cast.database.reading() as session:
        access = cast.access(session, "olga", Permission.AGREEMENT_VIEW, "report", report)
        assert isinstance(access, RoundAccess)
        return compared_spans(session, access, agreement.get_report(session, cast.project, report), cell, at, part)


def test_a_boundary_that_differs_is_a_piece_of_its_own(cast: Cast, compared_round: UUID) -> None:
    shown = compared(cast, by_span(cast, compared_round), Cell())
    ai, bo = (str(cast.people[name].id) for name in ("ai", "bo"))
    l1, l2, l3, c1 = (str(cast.codes[key]) for key in ("l1", "l2", "l3", "c1"))
    told = {
        TEXT[line.start : line.end]: (line.kind, {coder: given.codes for given in line.given for coder in given.coders})
        for line in shown.lines
    }
    assert told == {
        "订单一下子掉了六成": (DisagreementKind.OMISSION, {ai: (), bo: (c1,)}),
        "把旧机器都接上了网": (None, {ai: (l1,), bo: (l1,)}),
        "没有信任什么都谈不了": (DisagreementKind.DIFFERENT_CODE, {ai: (l2,), bo: (l3,)}),
        "平台": (DisagreementKind.BOUNDARY, {ai: (l3,), bo: ()}),
        "把数据开放给我们": (None, {ai: (l3,), bo: (l3,)}),
    }
    assert [line.start for line in shown.lines if line.differs] == list(shown.differences)
    of_code = compared(cast, by_span(cast, compared_round), Cell(code=cast.codes["l3"]))
    assert [TEXT[line.start : line.end] for line in of_code.lines] == [
        "没有信任什么都谈不了",
        "平台",
        "把数据开放给我们",
    ]


def test_the_parts_join_to_the_whole_text_and_a_place_opens_its_part(
    cast: Cast, compared_round: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = by_span(cast, compared_round)
    whole = compared(cast, report, Cell())
    for size in (1, 2, 60):
        monkeypatch.setattr(compared_text, "PART", size)
        parts = [compared(cast, report, Cell(), part=n) for n in range(-(-len(whole.lines) // size))]
        lines = [line for part in parts for line in part.lines]
        assert "".join(line.before.first + line.text.first for line in lines) + parts[-1].after.first == TEXT
    monkeypatch.setattr(compared_text, "PART", 1)
    for line in whole.lines:
        here = compared(cast, report, Cell(), at=line.start)
        assert (here.here, [one.start for one in here.lines]) == (line.start, [line.start])
        assert here.beyond(1) == next((at for at in whole.differences if at > line.start), None)


def test_two_coders_of_three_are_compared_alone_and_who_marked_nothing_counts(cast: Cast) -> None:
    give(cast, "olga", Role.CODER)
    made = cast.round(documents=("访谈一",), coders=("ai", "bo", "olga"))
    for coder in ("ai", "bo"):
        cast.code(coder, made, "访谈一", "l2", "没有信任")
    for coder in ("ai", "bo", "olga"):
        cast.submit(coder, made, "访谈一")
    cast.close(made)
    report = by_span(cast, made)
    (line,) = compared(cast, report, Cell()).lines
    assert line.differs
    assert {given.codes for given in line.given} == {(), (str(cast.codes["l2"]),)}
    (alike,) = compared(cast, report, Cell(coder=cast.people["ai"].id, other=cast.people["bo"].id)).lines
    assert not alike.differs


def test_what_is_not_there(cast: Cast, compared_round: UUID) -> None:
    report = by_span(cast, compared_round)
    with pytest.raises(NotFound):
        compared(cast, report, Cell(document=uuid4()))
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", compared_round) as (session, access):
        rounds.reopen_round(session, access)
    with pytest.raises(Conflict):
        compared(cast, report, Cell())


@pytest.mark.parametrize("seed", range(20))
def test_at_each_character_a_piece_says_what_every_coder_marked(seed: int) -> None:
    chance = Random(seed)
    coders = ["x", "y", "z"]
    layers = {
        coder: [
            (start, start + chance.randint(1, 12), chance.choice("abc"))
            for start in (chance.randrange(60) for _ in range(chance.randint(0, 9)))
        ]
        for coder in coders
    }
    marked = joined(layers)
    found = list(pieces(marked, coders))
    truth = {
        coder: [tuple(sorted({c for s, e, c in spans if s <= at < e})) for at in range(80)]
        for coder, spans in layers.items()
    }
    by_place: list[dict[str, tuple[str, ...]]] = [{} for _ in range(80)]
    for piece in found:
        assert piece.start < piece.end
        assert piece.codes
        for at in range(piece.start, piece.end):
            by_place[at] = dict(piece.codes)
    for coder in coders:
        assert [here.get(coder, ()) for here in by_place] == truth[coder]
    for one, two in itertools.pairwise(found):
        assert one.end <= two.start
        assert one.end < two.start or one.codes != two.codes, "no cut where nothing begins or ends"
    for piece in found:
        if len({piece.codes.get(coder, ()) for coder in coders}) > 1:
            every = {code for given in piece.codes.values() for code in given}
            lacking = [(c, code) for code in every for c in coders if code not in piece.codes.get(c, ())]
            around = []
            for coder, code in lacking:
                reach = [
                    (s, e)
                    for other in coders
                    if code in piece.codes.get(other, ())
                    for s, e in zip(*marked[other, code], strict=True)
                    if s <= piece.start < e
                ]
                around.append(any(code in truth[coder][at] for s, e in reach for at in range(s, min(e, 80))))
            assert (kind_of(piece, coders, marked) is DisagreementKind.BOUNDARY) is all(around)
