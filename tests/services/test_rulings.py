"""The consensus is what is unanimous and what the rulings in force stand for, whatever happens to codes and layers."""

from collections import Counter
from random import Random
from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.db import within
from intercoder.errors import Conflict, IntercoderError, InvalidInput, NotFound
from intercoder.jobs.runner import run_next
from intercoder.models import CodeState, Disagreement, DisagreementState, Job, JobState, Level, MappingAct
from intercoder.policy import Permission
from intercoder.services import adjudication, audit, cards, coding, comparing, layers, remapping, taking_back
from intercoder.services.adjudication import Span
from intercoder.services.mapping import Mapped, mapping
from intercoder.services.paging import Asked
from intercoder.services.remapping import MergeIn, PassageIn, PassagesIn, SplitIn
from intercoder.services.rulings import Force
from intercoder.services.submitted import submitted_layers
from intercoder.services.targets import Target
from intercoder.stats.differences import PlaceKind, places
from services.comparing import consensus_of, disagreements_of, hand_back, reopen, rule

#: code, start, end
Coded = tuple[UUID, int, int]


def again(cast: Cast, round_id: UUID) -> None:
    """Compare a round again as its lead does, by the job."""
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", round_id) as (session, access):
        job = comparing.compare_again(session, access).id
    run_next(cast.database, job)
    with cast.database.reading() as session:
        assert session.get_one(Job, job).state is JobState.DONE


def merge(cast: Cast, into: UUID, *codes: UUID) -> UUID:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        return remapping.merge(session, access, MergeIn(codes=codes, into=into)).id


def split(cast: Cast, code: UUID, *names: str) -> UUID:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        return remapping.split(session, access, code, SplitIn(into=tuple(Target(name=n) for n in names))).id


def undo(cast: Cast, act: UUID) -> None:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        taking_back.undo(session, access, act)


def put(cast: Cast, code: UUID, coder: UUID, key: UUID, at: UUID) -> UUID:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        given = PassagesIn(passages=(PassageIn(coder=coder, key=key, at=at),))
        return remapping.put_passages(session, access, code, given).id


def force_of(cast: Cast, d: UUID) -> list[Force]:
    with cast.database.reading() as session:
        access = cast.access(session, "ada", Permission.DISAGREEMENTS_VIEW, "disagreement", d)
        return [made.force for made in cards.card(session, access, d).rulings]


def test_a_ruling_sleeps_while_a_merge_makes_its_place_unanimous_and_holds_when_that_is_taken_back(
    cast: Cast, compared_round: UUID
) -> None:
    d = disagreements_of(cast, compared_round)[1]
    rule(cast, d, 1, [Span(code=cast.codes["l2"], start=d.start, end=d.end)], "说的是信任。")
    before = consensus_of(cast, compared_round)
    act = merge(cast, cast.codes["l3"], cast.codes["l2"])
    again(cast, compared_round)
    assert d.id not in {place.id for place in disagreements_of(cast, compared_round)}
    assert (cast.codes["l3"], d.start, d.end, False) in consensus_of(cast, compared_round)
    assert audit_of(cast) == []
    undo(cast, act)
    again(cast, compared_round)
    back = next(place for place in disagreements_of(cast, compared_round) if place.id == d.id)
    assert (back.state, force_of(cast, d.id)) == (DisagreementState.RULED, [Force.IN_FORCE])
    assert consensus_of(cast, compared_round) == before
    assert audit_of(cast) == []


def test_what_a_ruling_stands_for_counts_as_what_its_code_does(cast: Cast, compared_round: UUID) -> None:
    d = disagreements_of(cast, compared_round)[2]
    rule(cast, d, 1, [Span(code=cast.codes["l3"], start=d.start, end=d.end)], "数据。")
    merge(cast, cast.codes["l1"], cast.codes["l3"])
    again(cast, compared_round)
    assert (cast.codes["l1"], d.start, d.end, True) in consensus_of(cast, compared_round)
    assert force_of(cast, d.id) == [Force.IN_FORCE]


def test_a_ruling_whose_code_was_split_sleeps_until_it_is_known_what_it_counts_as(
    cast: Cast, compared_round: UUID
) -> None:
    ((d, side),) = [
        (d, side)
        for d in disagreements_of(cast, compared_round)
        for side in sides_of(cast, d)
        if side[2] == cast.codes["l3"] and d.kind == "different_code"
    ]
    rule(cast, d, 1, [Span(code=cast.codes["l3"], start=d.start, end=d.end)], "数据。")
    act = split(cast, cast.codes["l3"], "开放接口", "开放数据")
    again(cast, compared_round)
    assert force_of(cast, d.id) == [Force.ASLEEP]
    assert not any(ruled for *_, ruled in consensus_of(cast, compared_round))
    with (
        pytest.raises(Conflict, match="no ruling in force"),
        cast.acting("ada", Permission.ADJUDICATE, "disagreement", d.id) as (session, access),
    ):
        adjudication.undo(session, access, d.id, 3)
    with cast.database.reading() as session:
        part = next(UUID(c.id) for c in mapping(session, cast.project).codes.values() if c.name == "开放数据")
    put(cast, cast.codes["l3"], side[0], side[1], part)
    again(cast, compared_round)
    assert (part, d.start, d.end, True) in consensus_of(cast, compared_round)
    undo_all(cast, act)
    again(cast, compared_round)
    assert (cast.codes["l3"], d.start, d.end, True) in consensus_of(cast, compared_round)
    # A new ruling ends one that sleeps, and does not name what was split.
    split(cast, cast.codes["l3"], "接口", "数据")
    again(cast, compared_round)
    now = next(place for place in disagreements_of(cast, compared_round) if place.id == d.id)
    with pytest.raises(InvalidInput, match="was split"):
        rule(cast, d, now.version, [Span(code=cast.codes["l3"], start=d.start, end=d.end)], "数据。")
    rule(cast, d, now.version, [], "这里什么都没有。")
    assert force_of(cast, d.id) == [Force.IN_FORCE, Force.ENDED]
    assert audit_of(cast) == []


def test_while_a_round_is_compared_again_nobody_rules_and_nothing_ruled_is_lost(
    cast: Cast, compared_round: UUID
) -> None:
    d = disagreements_of(cast, compared_round)[0]
    merge(cast, cast.codes["l3"], cast.codes["l2"])
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", compared_round) as (session, access):
        job = comparing.compare_again(session, access).id
    with pytest.raises(NotFound):
        rule(cast, d, 1, [], "太早了")
    with (
        pytest.raises(Conflict, match="being compared already"),
        cast.acting("lena", Permission.ROUND_MANAGE, "round", compared_round) as (session, access),
    ):
        comparing.compare_again(session, access)
    with cast.database.transaction() as session:  # the job is given up
        session.get_one(Job, job).state = JobState.FAILED
    again(cast, compared_round)
    assert d.id in {place.id for place in disagreements_of(cast, compared_round)}


def audit_of(cast: Cast) -> list[object]:
    with cast.database.reading() as session:
        return [d for project in audit.audit(session) for d in project.differences]


def undo_all(cast: Cast, since: UUID) -> None:
    """Take acts back, the latest first, down to one."""
    with cast.database.reading() as session:
        wanted = sa.select(MappingAct.id, MappingAct.number).where(MappingAct.project_id == cast.project)
        acts = sorted(session.execute(wanted).all(), key=lambda act: -act.number)
    for act, _ in acts:
        undo(cast, act)
        if act == since:
            return


def sides_of(cast: Cast, d: Disagreement) -> list[tuple[UUID, UUID, UUID]]:
    with cast.database.reading() as session:
        access = cast.access(session, "ada", Permission.DISAGREEMENTS_VIEW, "disagreement", d.id)
        return [(side.coder, side.key, side.code) for side in cards.card(session, access, d.id).codings]


Key = tuple[UUID, frozenset[tuple[str, str, str, int, int]]]


class History:
    """A round to which things happen, and what was ruled at each of its places, by the codings there."""

    def __init__(self, cast: Cast, round_id: UUID, chance: Random) -> None:
        self.cast, self.round_id, self.chance = cast, round_id, chance
        self.ruled: dict[Key, list[Span]] = {}

    def mapped(self) -> Mapped:
        with self.cast.database.reading() as session:
            return mapping(session, self.cast.project)

    def places(self) -> tuple[dict[Key, dict[str, set[str]]], dict[Coded, bool]]:
        """Return the places in which coders differ, with what each code applied there counts as, and what is unanimous."""
        mapped, differ, stands = self.mapped(), dict[Key, dict[str, set[str]]](), dict[Coded, bool]()
        with self.cast.database.reading() as session:
            for layer in submitted_layers(session, [self.round_id], mapped):
                marks = [mark for marks in layer.codings.values() for mark in marks]
                for place in places(marks, sorted(map(str, layer.codings)), mapped.tree):
                    if place.kind is PlaceKind.UNANIMOUS:
                        stands |= {(UUID(m.code), m.start, m.end): False for m in place.codings}
                        continue
                    ends: dict[str, set[str]] = {}
                    sides = set()
                    for m in place.codings:
                        applied = layer.applied.get((m.coder, m.id), m.code)
                        ends.setdefault(applied, set()).add(m.code)
                        sides.add((m.coder, m.id, applied, m.start, m.end))
                    differ[layer.document_id, frozenset(sides)] = ends
        return differ, stands

    def key(self, d: Disagreement) -> Key:
        mapped = self.mapped()
        with self.cast.database.reading() as session:
            for layer in submitted_layers(session, [self.round_id], mapped):
                wanted = {(str(coder), str(key)) for coder, key, _ in sides_of(self.cast, d)}
                marks = [m for marks in layer.codings.values() for m in marks if (m.coder, m.id) in wanted]
                if marks:
                    sides = ((m.coder, m.id, layer.applied.get((m.coder, m.id), m.code), m.start, m.end) for m in marks)
                    return layer.document_id, frozenset(sides)
        raise AssertionError(d.id)

    def stands(self) -> list[tuple[UUID, int, int, bool]]:
        """Return what has to stand, from scratch and once: what is unanimous, and what was ruled where they still differ."""
        differ, stands = self.places()
        mapped = self.mapped()
        for key, ends in differ.items():
            codings = set()
            for span in self.ruled.get(key, ()):
                code = mapped.codes[str(span.code)]
                while code.state is CodeState.MERGED and code.into:
                    code = mapped.codes[code.into]
                counts = {code.id} if code.state is not CodeState.SPLIT else ends.get(str(span.code), set())
                if len(counts) != 1 or any(mapped.codes[end].state is CodeState.SPLIT for end in counts):
                    break
                codings.add((UUID(counts.pop()), span.start, span.end))
            else:
                stands = dict.fromkeys(codings, True) | stands
        return sorted((*coding, ruled) for coding, ruled in stands.items())

    def labels(self) -> list[UUID]:
        codes = self.mapped().codes.values()
        return [UUID(c.id) for c in codes if c.state is CodeState.ACTIVE and c.level is Level.LABEL]

    # --- what happens -------------------------------------------------------------------------------

    def rules(self) -> None:
        d = self.chance.choice(disagreements_of(self.cast, self.round_id))
        codes = [*dict.fromkeys(code for *_, code in sides_of(self.cast, d))]
        chosen = self.chance.sample(codes, self.chance.randint(0, min(2, len(codes))))
        # Often the words of another place, or of what is unanimous: the same coding from several sides.
        spans = [
            *dict.fromkeys(Span(code=code, start=start, end=end) for code in chosen for start, end in [self.words(d)])
        ]
        rule(self.cast, d, d.version, spans, "因为", beyond=True)
        self.ruled[self.key(d)] = spans

    def words(self, d: Disagreement) -> tuple[int, int]:
        with self.cast.database.reading() as session:
            wanted = sa.select(Disagreement.start, Disagreement.end).where(Disagreement.document_id == d.document_id)
            places_ = sorted({(start, end) for start, end in session.execute(wanted)})
        agreed = [(start, end) for _, start, end, _ in consensus_of(self.cast, self.round_id)]
        return self.chance.choice([(d.start, d.end), *places_[:1], *agreed[:1]])

    def takes_back(self) -> None:
        ruled = [d for d in disagreements_of(self.cast, self.round_id) if d.state is DisagreementState.RULED]
        d = self.chance.choice(ruled)
        with self.cast.acting("ada", Permission.ADJUDICATE, "disagreement", d.id) as (session, access):
            adjudication.undo(session, access, d.id, d.version)
        del self.ruled[self.key(d)]

    def merges(self) -> None:
        into, gone = self.chance.sample(self.labels(), 2)
        merge(self.cast, into, gone)
        again(self.cast, self.round_id)

    def splits(self) -> None:
        split(self.cast, self.chance.choice(self.labels()), f"甲{self.chance.random()}", f"乙{self.chance.random()}")
        again(self.cast, self.round_id)

    def puts(self) -> None:
        mapped = self.mapped()
        with self.cast.database.reading() as session:
            layers_ = [*submitted_layers(session, [self.round_id], mapped)]
        marks = [m for layer in layers_ for marks in layer.codings.values() for m in marks]
        waiting = [m for m in marks if mapped.codes[m.code].state is CodeState.SPLIT]
        m = self.chance.choice(waiting)
        part = self.chance.choice(mapped.codes[m.code].split)
        put(self.cast, UUID(m.code), UUID(m.coder), UUID(m.id), part)
        again(self.cast, self.round_id)

    def undoes(self) -> None:
        with self.cast.database.reading() as session:
            access = self.cast.access(session, "lena", Permission.CODEBOOK_VIEW)
            act = taking_back.acts(session, access, Asked(None, 1)).rows[0].id
        undo(self.cast, act)
        again(self.cast, self.round_id)

    def recodes(self) -> None:
        reopen(self.cast, self.round_id)
        hand_back(self.cast, self.round_id, "bo")
        with self.cast.acting("bo", Permission.CODE, "round", self.round_id) as (session, access):
            rows = layers.codings(session, access).rows
            asking, document = access.asking(Permission.CODE), self.cast.documents["访谈一"]
            if rows:
                mine = self.chance.choice(rows)
                code = self.cast.codes[self.chance.choice(["l1", "l2", "l3"])]
                patch = coding.CodingPatch(code=code)
                coding.change_coding(within(session), asking, document, mine.key, mine.version, patch)
        self.cast.submit("bo", self.round_id, "访谈一")
        self.cast.close(self.round_id)


@pytest.mark.parametrize("seed", [2, 4])
def test_at_every_step_the_consensus_is_what_is_unanimous_and_what_the_rulings_in_force_stand_for(
    cast: Cast, compared_round: UUID, seed: int
) -> None:
    history = History(cast, compared_round, Random(seed))
    happenings = [
        *[history.rules] * 4,
        history.takes_back,
        history.merges,
        history.splits,
        history.puts,
        history.undoes,
        history.recodes,
    ]
    done = Counter[str]()
    for _ in range(24):
        what = history.chance.choice(happenings)
        try:
            what()
        except (IntercoderError, IndexError, ValueError):
            continue  # nothing is there to be ruled, merged or taken back
        done[what.__name__] += 1
        assert sorted(consensus_of(cast, compared_round)) == history.stands(), done
    assert len(done) >= 5
    assert audit_of(cast) == []
