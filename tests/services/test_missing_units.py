"""Three kinds of nothing: no code, skipped, not looked at; they stay apart in figures, passages and disagreements."""

from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from cast import TEXTS, Cast
from intercoder.db import within
from intercoder.models import ConsensusCoding, EmptyKind, MakeReport, ReportLevel, Role, Round, Unit, Unseen
from intercoder.policy import Permission
from intercoder.reports.agreement import remarks
from intercoder.reports.marking import computed_from
from intercoder.services import (
    agreement,
    cards,
    coding,
    empty_units,
    gathering,
    marking,
    members,
    own_codes,
    results,
    segments,
)
from intercoder.services.access import RoundAccess
from intercoder.services.coded_units import Cell
from intercoder.services.coding import Submission
from intercoder.services.empty_units import EmptyUnitWrite
from intercoder.services.missing_units import MissingUnits, gaps_of, walked_by, without
from intercoder.services.own_codes import NewOwnCode
from intercoder.text.units import CODED_BY
from services.comparing import disagreements_of

TITLE = "访谈一"
SENTENCES = [
    "访谈者：您当初为什么要改？",
    "陈总：订单一下子掉了六成。",
    "我们只能自己想办法，把旧机器都接上了网。",
    "😀后来𠮷野家也来找我们。",
    "陈总：没有信任什么都谈不了。",
    "平台把数据开放给我们，我们才看得到客户的真实反馈。",
]
PLACES = [(start := TEXTS[TITLE].index(words), start + len(words)) for words in SENTENCES]
NO_CODE, SKIPPED = EmptyKind.NO_CODE, EmptyKind.SKIPPED


def say(cast: Cast, person: str, round_id: UUID, of: dict[int, EmptyKind]) -> None:
    with cast.acting(person, Permission.CODE, "round", round_id) as (session, access):
        for sentence, kind in of.items():
            write = EmptyUnitWrite(start=PLACES[sentence][0], kind=kind)
            asking = access.asking(Permission.CODE)
            empty_units.say_of_unit(within(session), asking, cast.documents[TITLE], write)


def submit(cast: Cast, person: str, round_id: UUID, unseen: Unseen) -> None:
    with cast.acting(person, Permission.CODE, "round", round_id) as (session, access):
        coding.submit(session, access, cast.documents[TITLE], Submission(unseen=unseen))


@pytest.fixture
def walked(cast: Cast) -> UUID:
    """Ai went through the first three sentences and stopped; Bo read all of them and skipped the third."""
    made = cast.round(documents=(TITLE,), unit="sentence")
    say(cast, "ai", made, {0: NO_CODE, 1: SKIPPED, 2: NO_CODE})
    cast.code("ai", made, TITLE, "l1", SENTENCES[2])  # said before that it holds none: the coding counts
    cast.code("bo", made, TITLE, "c1", SENTENCES[1])
    cast.code("bo", made, TITLE, "l2", SENTENCES[4])
    say(cast, "bo", made, {2: SKIPPED, 4: SKIPPED})
    submit(cast, "ai", made, Unseen.MISSING)
    submit(cast, "bo", made, Unseen.NO_CODE)
    cast.close(made)
    return made


def test_skipped_and_unseen_units_are_missing_values_and_no_code_is_a_value(cast: Cast, walked: UUID) -> None:
    with cast.database.reading() as session:
        round_ = session.get_one(Round, walked)
        by_sentence = gathering.compare(session, round_, Unit.SENTENCE, ReportLevel.AS_CODED)
        by_paragraph = gathering.compare(session, round_, Unit.PARAGRAPH, ReportLevel.AS_CODED)
    ai, bo = cast.people["ai"].id, cast.people["bo"].id
    l1, l2, c1, none = *(frozenset({str(cast.codes[code])}) for code in ("l1", "l2", "c1")), frozenset[str]()
    sets = by_sentence.sets[cast.documents[TITLE]]
    assert sets[ai] == [none, None, l1, None, None, None]
    assert sets[bo] == [none, c1, None, none, l2, none]
    assert (by_sentence.skipped, by_sentence.unseen) == (2, 3)
    # A paragraph in which a sentence is missing may have held more than what was coded there.
    assert by_paragraph.sets[cast.documents[TITLE]] == {ai: [none, None, None], bo: [none, None, l2]}
    result = agreement.compute(by_sentence, MakeReport(Unit.SENTENCE, resamples=0))
    assert (result.overall["alpha"].n_units, result.overall["alpha"].n_pairable) == (6, 1)
    assert result.overall["alpha"].n_missing == 5


def test_a_report_says_how_many_were_left_out_and_its_passages_show_where(cast: Cast, walked: UUID) -> None:
    with cast.database.reading() as session:
        report = agreement.reports(session, walked)[0]
        made = results.open_report(session, report).provenance
        access = cast.access(session, "olga", Permission.AGREEMENT_VIEW, "report", report.id)
        assert isinstance(access, RoundAccess)
        rows = segments.segments(session, access, report, Cell()).rows
    assert (made.units_skipped, made.units_unseen) == (2, 3)
    ai, bo = str(cast.people["ai"].id), str(cast.people["bo"].id)
    shown = [(PLACES.index((row.start, row.end)), set(row.missing), set(row.codes)) for row in rows]
    assert shown == [(1, {ai}, {bo}), (2, {bo}, {ai}), (4, {ai}, {bo})]
    (note,) = remarks(skipped=2, unseen=3)
    assert "skipped (2)" in note.sentence
    assert "submitting (3)" in note.sentence


def test_who_skipped_a_place_is_no_side_of_its_disagreement(cast: Cast, walked: UUID) -> None:
    places = {d.start: d for d in disagreements_of(cast, walked)}
    assert [places[PLACES[k][0]].kind for k in (1, 2, 4)] == ["omission"] * 3
    with cast.acting("ada", Permission.DISAGREEMENTS_VIEW, "round", walked) as (session, access):
        card = cards.card(session, access, places[PLACES[1][0]].id)
        assert {side.name: side.missing for side in card.sides} == {"Ai": True, "Bo": False}
        assert session.scalars(sa.select(ConsensusCoding)).all() == []


def test_the_others_agree_without_who_did_not_look(cast: Cast) -> None:
    with cast.acting("lena", Permission.MEMBERS_MANAGE) as (session, access):
        members.add_member(session, access.project.id, cast.people["otto"].id, [Role.CODER])
    made = cast.round(documents=(TITLE,), unit="sentence", coders=("ai", "bo", "otto"))
    for person in ("ai", "bo"):
        cast.code(person, made, TITLE, "l2", SENTENCES[4])
        submit(cast, person, made, Unseen.NO_CODE)
    submit(cast, "otto", made, Unseen.MISSING)
    cast.close(made)
    assert disagreements_of(cast, made) == []
    with cast.database.reading() as session:
        (stands,) = session.scalars(sa.select(ConsensusCoding)).all()
        assert (stands.start, stands.end) == PLACES[4]


def test_the_stretches_of_a_layer(cast: Cast) -> None:
    left = MissingUnits([(5, 9)], [(0, 3)])
    assert left.places == [(0, 3), (5, 9)]
    assert [left.covers(*span) for span in [(3, 5), (2, 3), (8, 12), (9, 12)]] == [False, True, True, False]
    assert [bool(MissingUnits()), bool(left)] == [False, True]
    assert [walked_by(unit) for unit in CODED_BY] == [Unit.SENTENCE, Unit.SENTENCE, Unit.PARAGRAPH, Unit.TURN]


def test_what_somebody_left_out_is_taken_out_of_the_text_where_marks_are_compared(cast: Cast) -> None:
    made = cast.round(documents=(TITLE,), unit="sentence", policy="open", codebook=False)
    for person, sentences in (("ai", (1, 4)), ("bo", (1, 2, 3))):
        with cast.acting(person, Permission.CODE, "round", made) as (session, access):
            label = own_codes.put_code(session, access, uuid4(), NewOwnCode(name=f"{person}的话"))[0].id
            for sentence in sentences:
                write = coding.CodingWrite(code=label, start=PLACES[sentence][0], end=PLACES[sentence][1])
                asking = access.asking(Permission.CODE)
                coding.put_coding(within(session), asking, cast.documents[TITLE], uuid4(), write)
    say(cast, "ai", made, {2: SKIPPED, 3: SKIPPED})
    for person in ("ai", "bo"):
        submit(cast, person, made, Unseen.NO_CODE)
    cast.close(made)
    with cast.database.reading() as session:
        where = marking.marked_where(session, [made])[made]
    gone = sum(end - start for start, end in PLACES[2:4])
    assert where.missing == gone
    assert where.alpha.length == len(TEXTS[TITLE]) - gone
    # Sentence 1 by both, sentence 4 by Ai; what Bo marked where Ai skipped compares with nothing.
    assert where.mean.exact == pytest.approx(2 * 1 / 3)
    assert f"{gone} characters" in computed_from(where)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 5)), max_size=6))
def test_a_place_without_the_gaps_is_how_many_characters_before_it_are_left(given_: list[tuple[int, int]]) -> None:
    gaps = gaps_of([MissingUnits([(start, start + length)]) for start, length in given_])
    out = {k for start, length in given_ for k in range(start, start + length)}
    assert [without(gaps, place) for place in range(40)] == [
        sum(k not in out for k in range(place)) for place in range(40)
    ]
