"""Merging, splitting, placing, moving, renaming, retiring and taking back: nothing coded changes, everything has a place."""

from collections.abc import Callable
from random import Random
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from cast import TEXTS, Cast
from intercoder.db import within
from intercoder.errors import Conflict, IntercoderError, InvalidInput, NotFound, Stale
from intercoder.models import Code, CodeState, Coding, Level, MappingAct
from intercoder.policy import Permission
from intercoder.services import audit, codebook, coding, own_codes, remapping, taking_back
from intercoder.services.codebook import CodeChange
from intercoder.services.mapping import Mapped, mapping
from intercoder.services.paging import Asked
from intercoder.services.remapping import MergeIn, PassageIn, PassagesIn, PlaceIn, Placement, SplitIn
from intercoder.services.targets import Target

DOCUMENT = "访谈一"
LABELS = {"ai": ["旧机器联网", "信任是前提", "数据开放"], "bo": ["机器接网", "先谈信任", "开放数据"]}
QUOTES = ["把旧机器都接上了网", "没有信任什么都谈不了", "平台把数据开放给我们"]


def opened(cast: Cast) -> tuple[UUID, dict[str, UUID]]:
    """Return an open coding round that is closed again, with the labels of its two coders, one coding each."""
    round_id = cast.round(documents=(DOCUMENT,), policy="open")
    labels: dict[str, UUID] = {}
    for person, names in LABELS.items():
        for name, quote in zip(names, QUOTES, strict=True):
            with cast.acting(person, Permission.CODE, "round", round_id) as (session, access):
                label, _ = own_codes.put_code(session, access, uuid4(), own_codes.NewOwnCode(name=name))
                labels[name] = label.id
                start = TEXTS[DOCUMENT].index(quote)
                write = coding.CodingWrite(code=label.id, start=start, end=start + len(quote))
                asking = access.asking(Permission.CODE)
            with cast.database.transaction() as session:
                coding.put_coding(within(session), asking, cast.documents[DOCUMENT], uuid4(), write)
        cast.submit(person, round_id, DOCUMENT)
    cast.close(round_id)
    return round_id, labels


def merge(cast: Cast, into: UUID, *codes: UUID) -> UUID:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        return remapping.merge(session, access, MergeIn(codes=codes, into=into)).id


def split(cast: Cast, code: UUID, *into: Target) -> UUID:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        return remapping.split(session, access, code, SplitIn(into=into)).id


def undo(cast: Cast, act: UUID) -> UUID:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        return taking_back.undo(session, access, act).id


def place(cast: Cast, round_id: UUID, at: Target, *labels: UUID, seen: int | None = None) -> UUID:
    with cast.acting("lena", Permission.ALIGN, "round", round_id) as (session, access):
        placed = PlaceIn(placements=(Placement(labels=labels, at=at),), seen=seen)
        return remapping.place(session, access, placed).id


def done(cast: Cast, limit: int) -> list[MappingAct]:
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.CODEBOOK_VIEW)
        return list(taking_back.acts(session, access, Asked(None, limit)).rows)


def today(cast: Cast) -> Mapped:
    with cast.database.reading() as session:
        return mapping(session, cast.project)


def counted(cast: Cast, mapped: Mapped) -> dict[tuple[str, str], tuple[str, bool]]:
    """Return what every coding of the project counts as: the name of a code, and whether it waits."""
    with cast.database.reading() as session:
        codings = session.scalars(sa.select(Coding)).all()
    ends = {
        (str(c.coder_id), str(c.key)): mapped.resolved(str(c.code_id), str(c.coder_id), str(c.key)) for c in codings
    }
    return {coding: (mapped.codes[end.code].name, end.waits) for coding, end in ends.items()}


def name_of(cast: Cast, code: str, mapped: Mapped) -> str:
    end = mapped.resolved(str(cast.codes[code]), "nobody", "nothing")
    return mapped.codes[end.code].name


def test_merged_codes_count_as_one_and_take_what_is_below_them_along(cast: Cast) -> None:
    act = merge(cast, cast.codes["c3"], cast.codes["c4"])
    mapped = today(cast)
    assert (mapped.number, name_of(cast, "c4", mapped)) == (1, "信任先行")
    assert mapped.codes[str(cast.codes["l3"])].parent == str(cast.codes["c3"])
    assert mapped.places(Level.CONCEPT)[str(cast.codes["l3"])] == str(cast.codes["c3"])
    undo(cast, act)
    assert name_of(cast, "c4", today(cast)) == "数据互信"
    assert today(cast).codes[str(cast.codes["l3"])].parent == str(cast.codes["c4"])


def test_a_merge_of_codes_that_cannot_be_one_is_refused(cast: Cast) -> None:
    for into, gone, refused in (
        ("c3", "c3", "into itself"),
        ("c3", "l1", "only codes of one level"),
        ("t1", "k1", "only codes of one level"),
    ):
        with pytest.raises(InvalidInput, match=refused):
            merge(cast, cast.codes[into], cast.codes[gone])
    merge(cast, cast.codes["c3"], cast.codes["c4"])
    with pytest.raises(Conflict, match="not in the codebook any more"):
        merge(cast, cast.codes["c4"], cast.codes["c3"])
    with pytest.raises(NotFound):
        merge(cast, cast.codes["c3"], uuid4())
    assert today(cast).number == 1


def test_passages_of_a_split_code_wait_and_are_put_one_by_one(cast: Cast) -> None:
    cast.compared_round()
    before = counted(cast, today(cast))
    act = split(cast, cast.codes["l3"], Target(name="开放接口"), Target(name="开放数据"))
    waiting = {c for c, (_, waits) in counted(cast, today(cast)).items() if waits}
    assert len(waiting) == 3
    part = next(code for code in today(cast).codes.values() if code.name == "开放数据")
    coder, key = min(waiting)
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        put = PassageIn(coder=UUID(coder), key=UUID(key), at=UUID(part.id))
        moved = remapping.put_passages(session, access, cast.codes["l3"], PassagesIn(passages=(put,))).id
    assert counted(cast, today(cast))[coder, key] == ("开放数据", False)
    assert sum(waits for _, waits in counted(cast, today(cast)).values()) == 2
    undo(cast, moved)
    assert counted(cast, today(cast))[coder, key] == ("平台把数据开放", True)
    undo(cast, act)
    assert counted(cast, today(cast)) == before


def test_private_labels_are_placed_and_what_was_seen_is_asked(cast: Cast) -> None:
    round_id, labels = opened(cast)
    place(cast, round_id, Target(name="接入旧设备", parent=cast.codes["c1"]), labels["旧机器联网"], labels["机器接网"])
    mapped = today(cast)
    placed = mapped.resolved(str(labels["机器接网"]), "", "").code
    assert (mapped.codes[placed].name, mapped.places(Level.CONSTRUCT)[str(labels["机器接网"])]) == (
        "接入旧设备",
        str(cast.codes["k1"]),
    )
    with pytest.raises(Stale, match="in the meantime"):
        place(cast, round_id, Target(code=cast.codes["l1"]), labels["机器接网"], seen=0)
    place(cast, round_id, Target(code=cast.codes["l1"]), labels["机器接网"], seen=1)
    assert today(cast).resolved(str(labels["机器接网"]), "", "").code == str(cast.codes["l1"])
    with pytest.raises(NotFound):
        place(cast, round_id, Target(code=cast.codes["l1"]), cast.codes["l2"])
    with pytest.raises(NotFound):
        merge(cast, cast.codes["l1"], labels["数据开放"])


def test_the_concept_above_is_made_in_the_same_act_and_once(cast: Cast) -> None:
    round_id, labels = opened(cast)
    with cast.acting("lena", Permission.ALIGN, "round", round_id) as (session, access):
        placements = tuple(
            Placement(labels=(labels[name],), at=Target(name=name, parent_name=above))
            for name, above in (("旧机器联网", "接入"), ("机器接网", "接入"), ("数据开放", "旧物改用"))
        )
        act = remapping.place(session, access, PlaceIn(placements=placements)).id
    mapped = today(cast)
    concepts = {
        name: mapped.codes[mapped.places(Level.CONCEPT)[str(labels[name])]].name
        for name in ("旧机器联网", "机器接网", "数据开放")
    }
    assert concepts == {"旧机器联网": "接入", "机器接网": "接入", "数据开放": "旧物改用"}
    assert sum(code.name == "接入" for code in mapped.codes.values()) == 1
    undo(cast, act)
    assert str(labels["数据开放"]) not in today(cast).places(Level.CONCEPT)


# --- whatever is done ----------------------------------------------------------------------------


class History:
    """A lead who does one thing after the other to what codes are, as chance has it."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self._cast, self._chance = cast, Random(seed)
        self.round, self._labels = opened(cast)
        cast.compared_round()
        self.done: set[str] = set()
        self.acts: list[UUID] = []

    def act(self) -> None:
        """Do one thing; what is refused changes nothing."""
        chosen: Callable[[], UUID | None] = self._chance.choice(
            [
                self._merge,
                self._split,
                self._put,
                self._rename,
                self._move,
                self._retire,
                self._place,
                self._undo,
                self._undo,
            ]
        )
        before = self.everything()
        try:
            act = chosen()
        except IntercoderError:
            assert self.everything() == before
            return
        self.done.add(chosen.__name__)
        if act is not None:
            self.acts.append(act)

    def everything(self) -> tuple[object, ...]:
        """Return what the tables hold of codes and passages."""
        with self._cast.database.reading() as session:
            codes = session.execute(sa.select(Code.__table__).order_by(Code.id)).all()
            return (*codes, session.scalar(sa.select(sa.func.count()).select_from(MappingAct)))

    def _code(self, level: Level | None = None, state: CodeState = CodeState.ACTIVE) -> UUID:
        with self._cast.database.reading() as session:
            wanted = sa.select(Code.id).where(Code.project_id == self._cast.project, Code.state == state)
            codes = session.scalars((wanted.where(Code.level == level) if level else wanted).order_by(Code.id)).all()
        return self._chance.choice(codes) if codes else uuid4()

    def _merge(self) -> UUID:
        level = self._chance.choice([Level.LABEL, Level.LABEL, Level.CONCEPT])
        return merge(self._cast, self._code(level), self._code(level))

    def _split(self) -> UUID:
        new = [Target(name=f"新 {self._chance.randrange(1000)}") for _ in range(2)]
        return split(self._cast, self._code(Level.LABEL), *new)

    def _put(self) -> UUID:
        mapped = today(self._cast)
        waiting = []
        with self._cast.database.reading() as session:
            for row in session.scalars(sa.select(Coding)).all():
                end = mapped.resolved(str(row.code_id), str(row.coder_id), str(row.key))
                waiting += [(row.coder_id, row.key, end.code)] if end.waits else []
        if not waiting:
            raise NotFound("nothing", "nothing waits")
        coder, key, code = self._chance.choice(sorted(waiting))
        at = self._chance.choice([*mapped.codes[code].split, None])
        with self._cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
            put = PassagesIn(passages=(PassageIn(coder=coder, key=key, at=at),))
            return remapping.put_passages(session, access, UUID(code), put).id

    def _change(self, change: CodeChange, level: Level | None = None) -> None:
        with self._cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
            codebook.change_code(session, access, self._code(level), None, change)

    def _rename(self) -> None:
        self._change(CodeChange(name=f"名称 {self._chance.randrange(9)}"))

    def _move(self) -> None:
        self._change(CodeChange(parent_id=self._code(Level.CONCEPT)), Level.LABEL)

    def _retire(self) -> None:
        with self._cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
            codebook.retire_code(session, access, self._code(Level.LABEL))

    def _place(self) -> UUID:
        label = self._chance.choice(list(self._labels.values()))
        new = self._chance.random() < 0.5
        at = Target(name=f"归 {self._chance.randrange(99)}") if new else Target(code=self._code(Level.LABEL))
        return place(self._cast, self.round, at, label)

    def _undo(self) -> UUID:
        acts = [act.id for act in done(self._cast, 3)]
        return undo(self._cast, self._chance.choice(acts or [uuid4()]))


def codings_of(session: Session) -> list[tuple[object, ...]]:
    return [tuple(row) for row in session.execute(sa.select(Coding.__table__).order_by(Coding.coder_id, Coding.key))]


@pytest.mark.parametrize("seed", [1, 3])
def test_whatever_is_done_no_coding_changes_and_each_has_one_place_then_and_now(cast: Cast, seed: int) -> None:
    history = History(cast, seed)
    with cast.database.reading() as session:
        applied = codings_of(session)
    pictures = {0: counted(cast, today(cast))}
    for _ in range(60):
        history.act()
        mapped = today(cast)
        pictures[mapped.number] = counted(cast, mapped)
        for code, waits in pictures[mapped.number].values():
            named = [c for c in mapped.codes.values() if c.name == code]
            assert any((c.state is CodeState.SPLIT) is waits and c.state is not CodeState.MERGED for c in named)
    with cast.database.reading() as session:
        assert codings_of(session) == applied
        for number, picture in pictures.items():
            assert counted(cast, mapping(session, cast.project, number)) == picture
        # One act after the other is taken back, the latest first: what was is there again to the bit.
        acts = done(cast, 500)
        numbers = {act.id: act.number or 0 for act in acts}
    for act in acts:
        undo(cast, act.id)
        assert counted(cast, today(cast)) == pictures[numbers[act.id] - 1]
    assert history.done >= {"_merge", "_split", "_rename", "_place", "_undo"}
    with cast.database.reading() as session:
        assert next((project.differences, project.found) for project in audit.audit(session)) == ((), 0)
