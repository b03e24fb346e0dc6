"""From layers to consensus: what differs is found, what is unanimous stands, and comparing again changes nothing."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import TEXTS, Cast
from intercoder.db import within
from intercoder.models import ConsensusCoding, ReportSection
from intercoder.policy import Permission
from intercoder.services import agreement, assigning, coding, consensus, layers, results, rounds
from intercoder.services.adjudication import Span
from services.comparing import assignments_of, compare_again, consensus_of, disagreements_of, originals, rule


def test_every_kind_of_difference_is_found_and_unanimity_goes_into_the_consensus(
    cast: Cast, compared_round: UUID
) -> None:
    assert [d.kind for d in disagreements_of(cast, compared_round)] == ["omission", "different_code", "boundary"]
    agreed = consensus_of(cast, compared_round)
    assert [(code, ruled) for code, _, _, ruled in agreed] == [(cast.codes["l1"], False)]


def test_documents_of_one_coder_only_make_no_disagreement_and_no_consensus(cast: Cast) -> None:
    round_id = cast.round(documents=("访谈一",))
    cast.code("ai", round_id, "访谈一", "l1", "旧机器")
    cast.submit("ai", round_id, "访谈一")
    cast.close(round_id, unfinished=True)
    assert disagreements_of(cast, round_id) == []
    with cast.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(ConsensusCoding)) == 0
        report = agreement.reports(session, round_id)[0]
        assert (report.value, report.reason) == (None, "no_pairable_values")
        overall = results.open_report(session, report, ReportSection.SUMMARY).summary.overall
        assert (overall["alpha"].value, overall["alpha"].reason) == (None, "no_pairable_values")


def test_reopening_keeps_rulings_whose_place_is_still_there_and_voids_the_others(
    cast: Cast, compared_round: UUID
) -> None:
    kept, gone, _ = disagreements_of(cast, compared_round)
    rule(cast, kept, 1, [Span(code=cast.codes["c1"], start=kept.start, end=kept.end)], "保留")
    rule(cast, gone, 1, [Span(code=cast.codes["l2"], start=gone.start, end=gone.end)], "以后改了")
    with cast.database.transaction() as session:
        access = cast.access(session, "lena", Permission.ROUND_MANAGE, "round", compared_round)
        rounds.reopen_round(session, access)
        assert agreement.reports(session, compared_round)[0].stale_at is not None
        mine = next(a for a in assignments_of(session, compared_round) if a.coder_id == cast.people["bo"].id)
        access = cast.access(session, "lena", Permission.HAND_BACK, "assignment", mine.id)
        assigning.hand_back(session, access, [mine.id], "")
    with cast.database.transaction() as session:
        access = cast.access(session, "bo", Permission.CODE, "round", compared_round)
        wrong = next(c for c in layers.codings(session, access).rows if c.start == gone.start)
        document = cast.documents["访谈一"]
        coding.change_coding(
            within(session),
            access.asking(Permission.CODE),
            document,
            wrong.key,
            1,
            coding.CodingPatch(code=cast.codes["l2"]),
        )
        coding.submit(session, access, document)
    cast.close(compared_round)
    after = {d.id: d for d in disagreements_of(cast, compared_round)}
    assert after[kept.id].state == "ruled"
    assert gone.id not in after
    standing = consensus_of(cast, compared_round)
    assert (cast.codes["c1"], kept.start, kept.end, True) in standing
    assert (cast.codes["l2"], gone.start, gone.end, False) in standing  # unanimous now


@pytest.mark.sqlite
def test_comparing_a_second_time_finds_the_same_places_and_keeps_what_was_ruled(
    cast: Cast, compared_round: UUID
) -> None:
    first = disagreements_of(cast, compared_round)
    rule(cast, first[1], 1, [Span(code=cast.codes["l2"], start=first[1].start, end=first[1].end)], "说的是信任。")
    before, layers_before = consensus_of(cast, compared_round), originals(cast)
    counts = compare_again(cast, compared_round)
    assert counts == {"unanimous": 1, "different_code": 1, "boundary": 1, "omission": 1} | counts
    after = disagreements_of(cast, compared_round)
    assert [(d.id, d.state, d.version) for d in after] == [
        (first[0].id, "open", 1),
        (first[1].id, "ruled", 2),
        (first[2].id, "open", 1),
    ]
    assert consensus_of(cast, compared_round) == before
    assert originals(cast) == layers_before


@pytest.mark.sqlite
def test_what_stands_is_read_with_its_words_and_with_the_reason_where_somebody_decided(
    cast: Cast, compared_round: UUID
) -> None:
    d = disagreements_of(cast, compared_round)[1]
    rule(cast, d, 1, [Span(code=cast.codes["l2"], start=d.start, end=d.end)], "说的是信任，不是数据。")
    document = cast.documents["访谈一"]
    with cast.database.reading() as session:
        access = cast.access(session, "olga", Permission.DISAGREEMENTS_VIEW, "round", compared_round)
        standing = consensus.standing(session, access, document)
        (settled,) = consensus.consensus_by_document(session, access)
    assert [(s.text, s.name, s.reason) for s in standing] == [
        ("把旧机器都接上了网", "旧机器接上网", None),
        (TEXTS["访谈一"][d.start : d.end], "没有信任什么都谈不了", "说的是信任，不是数据。"),
    ]
    assert (settled.title, settled.unanimous, settled.ruled, settled.undecided) == ("访谈一", 1, 1, 2)
