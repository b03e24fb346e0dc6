"""The mapping of a project: its number, what counts where, and what it was."""

from collections.abc import Callable, Mapping
from uuid import UUID

import pytest

from cast import Cast
from intercoder.errors import Conflict
from intercoder.models import CodeState, Level
from intercoder.policy import Permission
from intercoder.services import codebook, remapping, rounds, taking_back
from intercoder.services.codebook import CodeChange
from intercoder.services.mapping import Mapped, mapping, require_sound
from intercoder.services.remapping import PlaceIn, Placement
from intercoder.services.targets import Target
from services.test_own_labels import DOCUMENT, apply, make
from services.test_own_labels import merge as own_merge
from services.test_own_labels import undo as own_undo


def change(cast: Cast, code: str, change: CodeChange) -> None:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        codebook.change_code(session, access, cast.codes[code], None, change)


def at(cast: Cast, number: int | None = None) -> Mapped:
    with cast.database.reading() as session:
        return mapping(session, cast.project, number)


def test_what_changes_what_a_code_is_raises_the_number_and_what_is_said_of_it_does_not(cast: Cast) -> None:
    assert at(cast).number == 0
    change(cast, "c1", CodeChange(definition="旧设备，新用途。"))
    assert at(cast).number == 0
    change(cast, "c1", CodeChange(name="旧物新用"))
    change(cast, "c2", CodeChange(parent_id=cast.codes["t2"]))
    assert at(cast).number == 2


def test_an_earlier_mapping_has_the_names_and_the_tree_of_then(cast: Cast) -> None:
    change(cast, "c1", CodeChange(name="旧物新用"))
    change(cast, "c1", CodeChange(parent_id=cast.codes["t2"]))
    code = str(cast.codes["c1"])
    assert [(at(cast, n).codes[code].name, at(cast, n).codes[code].parent) for n in (0, 1, 2)] == [
        ("旧物改用", str(cast.codes["t1"])),
        ("旧物新用", str(cast.codes["t1"])),
        ("旧物新用", str(cast.codes["t2"])),
    ]


def test_a_retired_code_counts_nowhere_and_without_one_above_at_no_higher_level(cast: Cast) -> None:
    label = str(cast.codes["l1"])
    assert at(cast).places(Level.THEME)[label] == str(cast.codes["t1"])
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        codebook.retire_code(session, access, cast.codes["l1"])
    assert label not in at(cast).places(None)
    change(cast, "l2", CodeChange(parent_id=None))
    assert str(cast.codes["l2"]) in at(cast).places(Level.LABEL)
    assert str(cast.codes["l2"]) not in at(cast).places(Level.CONCEPT)


def test_codes_that_lead_to_one_another_are_refused_by_name(cast: Cast) -> None:
    mapped = at(cast)
    codes = dict(mapped.codes)
    for code, into in (("c1", "c2"), ("c2", "c1")):
        key = str(cast.codes[code])
        codes[key] = codes[key]._replace(state=CodeState.MERGED, into=str(cast.codes[into]))
    with pytest.raises(Conflict, match="旧物改用"):
        require_sound(Mapped(1, codes))


# --- own merges of coders, which have no number, in an earlier mapping -----------------------------


def opened_again(cast: Cast) -> tuple[UUID, dict[str, UUID], Callable[[], None]]:
    """Return a round in which ai used own labels, and what closes it; the labels are of one coder."""
    round_id = cast.round(documents=(DOCUMENT,), policy="open")
    labels = {name: make(cast, round_id, name) for name in ("甲", "乙", "丙")}
    for place, label in enumerate(labels.values()):
        apply(cast, round_id, label, 5 * place)

    def close() -> None:
        for person in ("ai", "bo"):
            cast.submit(person, round_id, DOCUMENT)
        cast.close(round_id)

    return round_id, labels, close


def place_and_take_back(cast: Cast, round_id: UUID, label: UUID) -> None:
    """Let a label count as a new code, and take it back: two acts with a number."""
    with cast.acting("lena", Permission.ALIGN, "round", round_id) as (session, access):
        given = PlaceIn(placements=(Placement(labels=(label,), at=Target(name="别处")),))
        act = remapping.place(session, access, given).id
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        taking_back.undo(session, access, act)


def reopen(cast: Cast, round_id: UUID) -> None:
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", round_id) as (session, access):
        rounds.reopen_round(session, access)


def ends(cast: Cast, labels: Mapping[str, UUID], number: int) -> dict[str, str]:
    """Return the names of what labels counted as after the act of a number."""
    mapped = at(cast, number)
    return {name: mapped.codes[mapped.map.resolved(str(label)).code].name for name, label in labels.items()}


def test_what_a_coder_merged_before_an_act_is_merged_in_every_mapping_since(cast: Cast) -> None:
    round_id, labels, close = opened_again(cast)
    own_merge(cast, round_id, labels["甲"], labels["乙"])
    close()
    place_and_take_back(cast, round_id, labels["丙"])
    before = {"甲": "乙", "乙": "乙", "丙": "丙"}
    assert [ends(cast, labels, n) for n in range(3)] == [before, before | {"丙": "别处"}, before]


def test_what_a_coder_merged_after_an_act_was_not_merged_before_it(cast: Cast) -> None:
    round_id, labels, close = opened_again(cast)
    close()
    place_and_take_back(cast, round_id, labels["乙"])
    reopen(cast, round_id)
    own_merge(cast, round_id, labels["甲"], labels["乙"])
    apart = {name: name for name in labels}
    assert [ends(cast, labels, n) for n in range(3)] == [apart, apart | {"乙": "别处"}, apart | {"甲": "乙"}]
    close()
    place_and_take_back(cast, round_id, labels["丙"])
    assert [ends(cast, labels, n) for n in (1, 2, 3)] == [
        apart | {"乙": "别处"},
        apart | {"甲": "乙"},
        apart | {"甲": "乙", "丙": "别处"},
    ]


def test_labels_that_were_merged_the_other_way_round_since_do_not_lead_to_one_another(cast: Cast) -> None:
    round_id, labels, close = opened_again(cast)
    first = own_merge(cast, round_id, labels["乙"], labels["甲"])
    close()
    place_and_take_back(cast, round_id, labels["乙"])
    reopen(cast, round_id)
    own_undo(cast, round_id, first.act)
    own_merge(cast, round_id, labels["甲"], labels["乙"])
    apart = {name: name for name in labels}
    assert [ends(cast, labels, n) for n in range(3)] == [
        apart | {"乙": "甲"},
        apart | {"乙": "别处"},
        apart | {"甲": "乙"},
    ]
