"""The hold-out test through the services: put aside, coded last, and what it found, beside what a random split would have brought."""

from uuid import UUID, uuid4

import pytest

from cast import Cast, store
from intercoder.db import within
from intercoder.models import SamplingUnit, SaturationReserve
from intercoder.policy import Permission
from intercoder.services import codebook, coding, hold_out, reserving, versions
from intercoder.services.hold_out import Verdict
from intercoder.stats.saturation.study.whose import View, ViewKind

PHRASES = {"l1": "旧机器上网", "l2": "没有信任谈不了", "c2": "与高校合作", "c4": "共享数据"}
CONSENSUS = View(ViewKind.CONSENSUS)
TEXT = "。".join(PHRASES.values()) + "。"


def arrives(cast: Cast, held: dict[str, tuple[str, ...]]) -> None:
    """Two coders code documents alike in a round that is compared."""
    made = cast.round(documents=tuple(held))
    for title, codes in held.items():
        for coder in ("ai", "bo"):
            for code in codes:
                start = cast_text(title).index(PHRASES[code])
                write = coding.CodingWrite(code=cast.codes[code], start=start, end=start + len(PHRASES[code]))
                with cast.database.transaction() as session:
                    asking = cast.asking(coder, made)
                    coding.put_coding(within(session), asking, cast.documents[title], uuid4(), write)
            cast.submit(coder, made, title)
    cast.close(made)


def cast_text(title: str) -> str:
    return f"{title}。{TEXT}"


@pytest.fixture
def study(cast: Cast) -> Cast:
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        for name in "甲乙丙丁":
            title = f"访谈{name}"
            cast.documents[title] = store(session, access, title, cast_text(title), case=f"企业{name}").id
    return cast


def reserve(cast: Cast, *titles: str) -> UUID:
    chosen = tuple(cast.documents[title] for title in titles)
    with cast.acting("lena", Permission.SATURATION_JUDGE) as (session, access):
        given = reserving.ReserveIn(unit=SamplingUnit.DOCUMENT, chosen=chosen, reason="另一地区")
        return reserving.reserve(session, access, given).id


def opened(cast: Cast, reserve_id: UUID) -> None:
    with cast.acting("lena", Permission.SATURATION_JUDGE) as (session, access):
        reserving.open_reserve(session, access, reserve_id)


def verdict(cast: Cast, reserve_id: UUID, person: str = "lena", view: View = CONSENSUS) -> Verdict | None:
    with cast.database.reading() as session:
        access = cast.access(session, person, Permission.SATURATION_VIEW)
        return hold_out.verdict(session, access, session.get_one(SaturationReserve, reserve_id), view)


def found(said: Verdict | None) -> dict[str, tuple[int, int, float] | None]:
    assert said is not None
    return {
        test.name: None
        if test.found is None
        else (
            test.found.new_in_reserved,
            test.found.codes_in_base,
            round(test.found.share_of_splits_with_nothing_new, 3),
        )
        for test in said.tests
    }


def test_what_was_put_aside_and_coded_last_is_held_against_the_rest(study: Cast) -> None:
    aside = reserve(study, "访谈丁")
    arrives(study, {"访谈甲": ("l1", "c2"), "访谈乙": ("l1", "l2"), "访谈丙": ("l2", "c2")})
    assert verdict(study, aside) is None, "it is not opened"
    opened(study, aside)
    waits = verdict(study, aside)
    assert waits is not None
    assert (waits.missing, waits.passed, waits.strict) == (1, None, None)
    arrives(study, {"访谈丁": ("l1", "c4")})
    said = verdict(study, aside)
    assert said is not None
    assert (said.base, said.reserved, said.missing, said.late, said.splits) == (3, 1, 0, 0, 4)
    assert found(said) == {
        # c4 is in the fourth alone: three of the four ways to put one aside bring nothing
        "label": (0, 2, 1.0),
        "concept": (1, 3, 0.75),
        "theme": (0, 2, 1.0),
        "construct": (0, 2, 1.0),
        "relations": None,
        "properties": None,
        "dimensions": None,
    }
    assert (said.passed, said.strict) == (False, False)
    assert found(verdict(study, aside, "ai")) == found(said)
    assert found(verdict(study, aside, view=View()))["concept"] == (1, 3, 0.75)


def test_new_labels_alone_fail_the_strict_test_only(study: Cast) -> None:
    with study.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        (made,) = codebook.create_codes(
            session,
            access,
            [codebook.NewCode.model_validate({"name": "又一个原话", "level": "label", "parent_id": study.codes["c1"]})],
        )
        study.codes["c4"] = made.id
        study.version = versions.publish(session, access, "second").id
    aside = reserve(study, "访谈丁")
    arrives(study, {"访谈甲": ("l1", "c2"), "访谈乙": ("l1", "l2")})
    opened(study, aside)
    arrives(study, {"访谈丁": ("l1", "c4")})
    said = verdict(study, aside)
    assert said is not None
    assert (said.passed, said.strict) == (True, False)
    assert found(said)["label"] == (1, 2, 0.333)


def test_what_is_coded_after_it_was_opened_is_said(study: Cast) -> None:
    aside = reserve(study, "访谈丁")
    arrives(study, {"访谈甲": ("l1",)})
    opened(study, aside)
    arrives(study, {"访谈丁": ("l1",)})
    arrives(study, {"访谈乙": ("l2",)})
    said = verdict(study, aside)
    assert said is not None
    assert (said.late, said.passed, said.strict) == (1, True, True)


def test_every_reservation_and_look_is_told_and_members_only_to_leads_until_it_is_opened(study: Cast) -> None:
    first = reserve(study, "访谈甲")
    with study.acting("lena", Permission.SATURATION_JUDGE) as (session, access):
        wanted = reserving.LookIn(document_id=study.documents["访谈甲"], reason="核对录音")
        reserving.look(session, access, first, wanted)
    second = reserve(study, "访谈丁")

    def told(person: str) -> list[tuple[int, int, list[str] | None]]:
        with study.database.reading() as session:
            access = study.access(session, person, Permission.SATURATION_VIEW)
            return [
                (one.row.number, len(one.looks), None if one.members is None else [m.title for m in one.members])
                for one in hold_out.reserves(session, access)
            ]

    assert told("lena") == [(2, 0, ["访谈丁"]), (1, 1, ["访谈甲"])]
    assert told("ai") == told("olga") == [(2, 0, None), (1, 1, ["访谈甲"])]
    opened(study, second)
    assert told("ai") == told("lena")
