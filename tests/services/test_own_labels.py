"""Own labels of open coding: renamed, grouped, merged, taken away and taken back by their coder; nobody else learns of it."""

from collections.abc import Callable, Mapping
from random import Random
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.db import within
from intercoder.errors import Conflict, IntercoderError, InvalidInput, NotFound, Stale
from intercoder.models import Code, Coding, Event, Level, MappingAct, MappingKind, Project
from intercoder.policy import Permission
from intercoder.services import coding, layers, own_codes, own_labels, remapping, rounds
from intercoder.services.audit import audit
from intercoder.services.coding import CodingWrite
from intercoder.services.mapping import mapping, standing
from intercoder.services.own_codes import NewOwnCode
from intercoder.services.own_labels import Done, LabelChange, MergeOwn, OwnLabel
from intercoder.services.remapping import PlaceIn, Placement
from intercoder.services.targets import Target

DOCUMENT = "访谈一"


def make(
    cast: Cast, round_id: UUID, name: str, *, person: str = "ai", key: UUID | None = None, group: bool = False
) -> UUID:
    """Make an own label, or a group; return its identifier."""
    with cast.acting(person, Permission.CODE, "round", round_id) as (session, access):
        given = NewOwnCode(name=name, level=Level.CONCEPT if group else Level.LABEL)
        return own_codes.put_code(session, access, key or uuid4(), given)[0].id


def apply(cast: Cast, round_id: UUID, label: UUID, start: int, *, person: str = "ai") -> UUID:
    with cast.acting(person, Permission.CODE, "round", round_id) as (session, access):
        asking, key = access.asking(Permission.CODE), uuid4()
        write = CodingWrite(code=label, start=start, end=start + 3)
        coding.put_coding(within(session), asking, cast.documents[DOCUMENT], key, write)
        return key


def listed(cast: Cast, round_id: UUID, person: str = "ai") -> dict[str, OwnLabel]:
    with cast.database.reading() as session:
        access = cast.access(session, person, Permission.CODINGS_VIEW, "round", round_id)
        return {label.name: label for label in own_labels.own_labels(session, access)}


def change(cast: Cast, round_id: UUID, label: UUID, seen: int = 1, *, person: str = "ai", **given: object) -> Done:
    with cast.acting(person, Permission.CODE, "round", round_id) as (session, access):
        return own_labels.change(session, access, label, seen, LabelChange.model_validate(given))


def merge(cast: Cast, round_id: UUID, label: UUID, into: UUID, seen: int = 1) -> Done:
    with cast.acting("ai", Permission.CODE, "round", round_id) as (session, access):
        return own_labels.merge(session, access, label, seen, MergeOwn(into=into))


def remove(cast: Cast, round_id: UUID, label: UUID, seen: int = 1) -> Done:
    with cast.acting("ai", Permission.CODE, "round", round_id) as (session, access):
        return own_labels.remove(session, access, label, seen)


def undo(cast: Cast, round_id: UUID, act: UUID | None, person: str = "ai") -> Done:
    assert act is not None
    with cast.acting(person, Permission.CODE, "round", round_id) as (session, access):
        return own_labels.undo(session, access, act)


def differences(cast: Cast) -> list[object]:
    with cast.database.reading() as session:
        return [d for project in audit(session) for d in project.differences]


@pytest.fixture
def opened(cast: Cast) -> UUID:
    """A round of open coding without a codebook."""
    return cast.round(policy="open", codebook=False, documents=(DOCUMENT,))


def test_labels_are_renamed_grouped_merged_and_each_is_taken_back(cast: Cast, opened: UUID) -> None:
    key = uuid4()
    first, second = make(cast, opened, "旧机器上网", key=key), make(cast, opened, "机器接网")
    group = make(cast, opened, "数字化起步", group=True)
    apply(cast, opened, first, 15)
    apply(cast, opened, second, 20)
    # By the key under which the browser made it, as well as by its identifier.
    renamed = change(cast, opened, key, name="旧机器联网")
    grouped = change(cast, opened, first, 2, parent=group)
    assert listed(cast, opened)["旧机器联网"].parent_id == group
    merged = merge(cast, opened, second, first)
    assert {name: label.uses for name, label in listed(cast, opened).items()} == {
        "数字化起步": 0,
        "旧机器联网": 2,
        "机器接网": 0,
    }
    for act in (merged.act, grouped.act, renamed.act):
        undo(cast, opened, act)
    assert {name: (label.parent_id, label.uses) for name, label in listed(cast, opened).items()} == {
        "数字化起步": (None, 0),
        "旧机器上网": (None, 1),
        "机器接网": (None, 1),
    }
    with cast.database.reading() as session:
        acts = own_labels.own_acts(session, cast.access(session, "ai", Permission.CODINGS_VIEW, "round", opened))
    assert [(act.kind, act.undone) for act in acts] == [
        (MappingKind.MERGED, True),
        (MappingKind.CHANGED, True),
        (MappingKind.CHANGED, True),
    ]
    assert differences(cast) == []


def test_what_counts_as_a_merged_label_goes_along_and_new_codings_with_it_count_there_too(
    cast: Cast, opened: UUID
) -> None:
    first, second = make(cast, opened, "信任在先"), make(cast, opened, "trust comes first")
    old = apply(cast, opened, second, 5)
    merge(cast, opened, second, first)
    new = apply(cast, opened, second, 9)
    assert listed(cast, opened)["信任在先"].uses == 2
    with cast.database.reading() as session:
        access = cast.access(session, "ai", Permission.CODE, "round", opened)
        shown = {entry.id: entry for entry in layers.round_codes(session, access)}
        assert shown[second].into_id == first
        mapped, coder = mapping(session, cast.project), str(cast.people["ai"].id)
        for coded in (old, new):
            assert mapped.resolved(str(second), coder, str(coded)).code == str(first)
    make(cast, opened, "Trust comes first")  # the name is free again


def test_a_merged_group_takes_its_labels_along(cast: Cast, opened: UUID) -> None:
    kept, gone = make(cast, opened, "关系", group=True), make(cast, opened, "关系网络", group=True)
    label = make(cast, opened, "请同行来看")
    change(cast, opened, label, parent=gone)
    act = merge(cast, opened, gone, kept).act
    assert listed(cast, opened)["请同行来看"].parent_id == kept
    undo(cast, opened, act)
    assert listed(cast, opened)["请同行来看"].parent_id == gone
    with pytest.raises(InvalidInput, match="cannot be merged"):
        merge(cast, opened, label, kept, 4)


def test_a_label_without_passages_can_be_taken_away(cast: Cast, opened: UUID) -> None:
    used, empty = make(cast, opened, "用过"), make(cast, opened, "手误")
    apply(cast, opened, used, 5)
    with pytest.raises(Conflict, match="has been used"):
        remove(cast, opened, used)
    act = remove(cast, opened, empty).act
    assert set(listed(cast, opened)) == {"用过"}
    undo(cast, opened, act)
    assert set(listed(cast, opened)) == {"用过", "手误"}
    assert differences(cast) == []


def test_a_label_goes_with_the_only_passage_it_was_made_for_and_comes_again_before_it(cast: Cast, opened: UUID) -> None:
    label = make(cast, opened, "手误")
    key = apply(cast, opened, label, 5)

    def put_away(key: UUID, version: int, *, deleted: bool) -> None:
        with cast.acting("ai", Permission.CODE, "round", opened) as (session, access):
            patch, asking = coding.CodingPatch(deleted=deleted), access.asking(Permission.CODE)
            coding.change_coding(within(session), asking, cast.documents[DOCUMENT], key, version, patch)

    put_away(key, 1, deleted=True)
    act = remove(cast, opened, label).act
    assert listed(cast, opened) == {}
    with pytest.raises(Conflict, match="taken away"):
        put_away(key, 2, deleted=False)
    undo(cast, opened, act)
    put_away(key, 2, deleted=False)
    with pytest.raises(Conflict, match="has been used"):
        remove(cast, opened, label, 3)
    # Made for one passage and used for another since: it is a word of its coder's now, whatever became of both.
    other = apply(cast, opened, label, 9)
    for one, version in ((key, 3), (other, 1)):
        put_away(one, version, deleted=True)
    with pytest.raises(Conflict, match="has been used"):
        remove(cast, opened, label, 3)
    assert differences(cast) == []


Again = Callable[[Cast, UUID, UUID, UUID], Done]


@pytest.mark.parametrize(
    "act",
    [
        lambda cast, r, label, _other: change(cast, r, label, name="改过的名字"),
        merge,
        lambda cast, r, label, _other: remove(cast, r, label),
    ],
    ids=["rename", "merge", "remove"],
)
def test_a_repeated_request_changes_nothing_and_an_outdated_one_is_refused(
    cast: Cast, opened: UUID, act: Again
) -> None:
    label, other = make(cast, opened, "甲"), make(cast, opened, "乙")
    first, again = act(cast, opened, label, other), act(cast, opened, label, other)
    assert (again.act, again.code.revision) == (first.act, 2)
    undone = undo(cast, opened, first.act)
    assert undo(cast, opened, first.act).act == undone.act
    with pytest.raises(Stale):
        act(cast, opened, label, other)  # what was seen is two changes old
    with cast.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(MappingAct)) == 2


def test_making_a_label_once_more_after_it_was_renamed_is_a_replay(cast: Cast, opened: UUID) -> None:
    key = uuid4()
    label = make(cast, opened, "先连上再说", key=key)
    change(cast, opened, label, name="先接入")
    assert make(cast, opened, "先连上再说", key=key) == label
    with pytest.raises(Conflict, match="already used"):
        make(cast, opened, "别的", key=key)


@pytest.mark.sqlite
def test_what_does_not_fit_is_refused_and_changes_nothing(cast: Cast, opened: UUID) -> None:
    label, other = make(cast, opened, "甲"), make(cast, opened, "乙")
    group = make(cast, opened, "组", group=True)
    merged, theirs = make(cast, opened, "丙"), make(cast, opened, "丁", person="bo")
    back = merge(cast, opened, merged, label).act
    renamed = change(cast, opened, label, name="新甲").act
    change(cast, opened, label, 2, name="再改")
    cases: tuple[tuple[Callable[[], object], type[IntercoderError], str], ...] = (
        (lambda: change(cast, opened, other, name="再改"), Conflict, "already a code"),
        (lambda: change(cast, opened, other, parent=label), InvalidInput, "does not exist"),
        (lambda: change(cast, opened, group, parent=group), InvalidInput, "does not exist"),
        (lambda: change(cast, opened, merged, 2, name="丙丙"), Conflict, "counts as “再改”"),
        (lambda: change(cast, opened, theirs, name="我的"), NotFound, "no such thing"),
        (lambda: change(cast, opened, uuid4(), name="我的"), NotFound, "no such thing"),
        (lambda: merge(cast, opened, other, theirs), NotFound, "no such thing"),
        (lambda: merge(cast, opened, other, other), InvalidInput, "into itself"),
        (lambda: merge(cast, opened, label, merged, 3), Conflict, "counts as"),
        (lambda: undo(cast, opened, renamed), Conflict, "changed again after this"),
        (lambda: undo(cast, opened, back, "bo"), NotFound, "no such thing"),
    )
    before = everything(cast)
    for act, refusal, said in cases:
        with pytest.raises(refusal, match=said):
            act()
    assert everything(cast) == before


def test_an_undo_that_would_give_a_name_twice_is_refused(cast: Cast, opened: UUID) -> None:
    label = make(cast, opened, "甲")
    act = change(cast, opened, label, name="乙").act
    make(cast, opened, "甲")
    with pytest.raises(Conflict, match="already a code"):
        undo(cast, opened, act)


def test_own_labels_cannot_be_changed_when_the_round_has_closed_nor_when_the_lead_has_placed_them(
    cast: Cast, opened: UUID
) -> None:
    label, joined = make(cast, opened, "甲"), make(cast, opened, "乙")
    back = merge(cast, opened, joined, label).act
    apply(cast, opened, label, 5)
    cast.submit("ai", opened, DOCUMENT)
    cast.close(opened, unfinished=True)
    with pytest.raises(Conflict, match="closed"):
        change(cast, opened, label, name="丙")
    with cast.acting("lena", Permission.ALIGN, "round", opened) as (session, lead):
        at = Target(code=cast.codes["l1"])
        remapping.place(session, lead, PlaceIn(placements=(Placement(labels=(label,), at=at),)))
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", opened) as (session, lead):
        rounds.reopen_round(session, lead)
    other = make(cast, opened, "丁")
    acts: tuple[Callable[[], object], ...] = (
        lambda: change(cast, opened, label, 2, name="丙"),
        lambda: undo(cast, opened, back),
        lambda: merge(cast, opened, label, other, 2),
    )
    for act in acts:
        with pytest.raises(Conflict, match="The lead has given"):
            act()
    assert listed(cast, opened)["甲"].placed
    assert differences(cast) == []


def everything(cast: Cast) -> tuple[Mapping[UUID, object], list[tuple[object, ...]], int]:
    """Return what every code is, what codings there are, and the number of the mapping."""
    with cast.database.reading() as session:
        codes = {code.id: standing(code) for code in session.scalars(sa.select(Code))}
        rows = session.execute(sa.select(Coding.key, Coding.code_id, Coding.start, Coding.version)).all()
        return codes, sorted(map(tuple, rows)), session.get_one(Project, cast.project).mapping


@pytest.mark.sqlite
@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_done_can_be_taken_back_to_the_first(cast: Cast, opened: UUID, seed: int) -> None:
    random = Random(seed)
    labels = [make(cast, opened, f"标签 {n}") for n in range(6)]
    groups = [make(cast, opened, f"group {n}", group=True) for n in range(3)]
    for place, label in enumerate(labels):
        apply(cast, opened, label, 5 + 4 * place)
    before, done = everything(cast), list[UUID]()
    for step in range(25):
        code = random.choice([*labels, *groups])
        with cast.database.reading() as session:
            seen = session.get_one(Code, code).revision
        act = random.choice(("rename", "group", "merge", "undo"))
        try:
            if act == "rename":
                made = change(cast, opened, code, seen, name=f"名字 {step % 7}")
            elif act == "group":
                made = change(cast, opened, code, seen, parent=random.choice([*groups, None]))
            elif act == "merge":
                made = merge(cast, opened, code, random.choice([*labels, *groups]), seen)
            else:
                made = undo(cast, opened, random.choice(done))
        except (Conflict, InvalidInput, IndexError):
            continue
        if made.act is not None and made.act not in done:
            done.append(made.act)
        assert everything(cast)[1:] == before[1:]
        with cast.database.reading() as session:
            mapped = mapping(session, cast.project)
            ends = {mapped.resolved(str(label), "", "").code for label in labels}
            assert ends <= {str(label) for label in labels}
    assert len(done) > 5
    for act_id in reversed(done):
        undo(cast, opened, act_id)
    assert differences(cast) == []
    with cast.database.reading() as session:
        told = session.scalars(sa.select(Event.id).where(Event.action == "code.private.changed")).all()
        assert len(told) == 2 * len(done)
    assert everything(cast) == before
