"""Passages by what is asked of them: each question finds what was put in, and two of them what both find."""

from collections.abc import Callable
from uuid import UUID

import pytest

from cast import TEXTS, Cast
from intercoder.models import Backing, Succession
from intercoder.policy import Permission
from intercoder.services.adjudication import Span
from intercoder.services.passage_queries import Wanted, chosen, narrowed
from intercoder.services.passage_words import worded
from intercoder.services.study_passages import study_passages
from intercoder.services.study_tallies import Basis, StudyPassage
from model_study import CASES, ModelStudy
from services.comparing import disagreements_of, reopen, rule

pytestmark = pytest.mark.sqlite


def texts(model: ModelStudy, **wanted: str | bool | None) -> list[str]:
    with model.cast.database.reading() as session:
        access = model.cast.access(session, "olga", Permission.CODINGS_VIEW)
        study = study_passages(session, access)
        cases = {name: case for case, name in study.cases.items()}
        if "case" in wanted:
            wanted["case"] = cases[str(wanted["case"])]
        if "code" in wanted:
            wanted["code"] = str(model.codes[str(wanted["code"])])
        return sorted(w.text for w in worded(session, chosen(session, access, study, Wanted(**wanted))))  # type: ignore[arg-type] # by name


def put(model: ModelStudy, **fields: object) -> list[str]:
    return sorted(p.text for p in model.put if all(getattr(p, name) == value for name, value in fields.items()))


def test_each_question_finds_what_was_put_in(model: ModelStudy) -> None:
    theme, case = "信任积累", CASES[8]
    assert texts(model, code=theme) == put(model, theme=theme)
    assert texts(model, code=theme, case=case) == put(model, theme=theme, case=case)
    assert texts(model, code=theme, primary=False) == put(model, theme=theme, primary=False)
    assert texts(model, source="primary:现场访谈") == put(model, source="现场访谈")
    assert texts(model, attribute="受访者", value="F01") == put(model, document=f"{CASES[0]} 现场访谈")
    assert texts(model, attribute="员工", value="20") == put(model, case=CASES[1])
    label = model.put[40].label
    assert texts(model, code=label) == put(model, label=label)
    assert texts(model, words="told OF us", case=case) == put(model, case=case)
    assert texts(model, code=theme, beside=None, words="nobody said this") == []


def test_what_overlaps_another_code_is_found(model: ModelStudy) -> None:
    with model.cast.database.reading() as session:
        access = model.cast.access(session, "olga", Permission.CODINGS_VIEW)
        study = study_passages(session, access)
        own, other = (str(model.codes[name]) for name in ("旧物改用", "以人立信"))
        assert chosen(session, access, study, Wanted(code=own, beside=other)) == []
        assert list(chosen(session, access, study, Wanted(code=own, beside=str(model.codes["资源行动"])))) == list(
            study.of(own)
        )


def test_what_one_coder_marked_and_what_is_near_another_code_is_found(model: ModelStudy) -> None:
    people = model.cast.people
    theme = "信任积累"
    assert texts(model, code=theme, coder=str(people["ai"].id)) == put(model, theme=theme)
    assert texts(model, code=theme, coder=str(people["olga"].id)) == []
    # Bo called the first place otherwise; what stands there is what was ruled.
    first = model.put[0]
    assert first.text in texts(model, code=first.concept, coder=str(people["ai"].id))
    with model.cast.database.reading() as session:
        access = model.cast.access(session, "olga", Permission.CODINGS_VIEW)
        study = study_passages(session, access)
        own, other = (str(model.codes[name]) for name in ("旧物改用", "土法沉淀"))
        near = {row.key for row in chosen(session, access, study, Wanted(code=own, beside=other, near=30))}
        far = {row.key for row in chosen(session, access, study, Wanted(code=own, beside=other, near=100_000))}
        wanted = {
            row.key
            for row in study.of(own)
            if any(
                o.revision == row.revision and max(o.start - row.end, row.start - o.end) <= 30 for o in study.of(other)
            )
        }
        assert near == wanted
        assert near < far
        alone = narrowed(session, access, study, Wanted(code=own))
        assert len(alone.of(own)) == len(study.of(own))
        assert alone.of(other) == ()


def test_what_stands_before_or_after_another_code_is_found(model: ModelStudy) -> None:
    with model.cast.database.reading() as session:
        access = model.cast.access(session, "olga", Permission.CODINGS_VIEW)
        study = study_passages(session, access)
        own, other = (str(model.codes[name]) for name in ("旧物改用", "土法沉淀"))

        def keys(sequence: Succession, near: int | None) -> set[str]:
            wanted = Wanted(code=own, beside=other, sequence=sequence, near=near)
            return {row.key for row in chosen(session, access, study, wanted)}

        def by_hand(gap: Callable[[StudyPassage, StudyPassage], int], most: int) -> set[str]:
            pairs = [(row, o) for row in study.of(own) for o in study.of(other) if o.revision == row.revision]
            return {row.key for row, o in pairs if 0 <= gap(row, o) <= most}

        for near in (10**9, 30):
            asked = None if near == 10**9 else near
            before = by_hand(lambda row, o: o.start - row.end, near)
            after = by_hand(lambda row, o: row.start - o.end, near)
            assert keys(Succession.BEFORE, asked) == before
            assert keys(Succession.AFTER, asked) == after
            assert before
            assert before != after


def test_what_coders_agreed_on_what_was_ruled_and_what_is_open_is_told_apart(cast: Cast, compared_round: UUID) -> None:
    agreed, first, other = "把旧机器都接上了网", "没有信任什么都谈不了", "订单一下子掉了六成"

    def found(agreement: Backing, person: str = "olga") -> set[str]:
        with cast.database.reading() as session:
            access = cast.access(session, person, Permission.CODINGS_VIEW)
            study = study_passages(session, access, Basis.CODERS)
            rows = chosen(session, access, study, Wanted(agreement=agreement))
            return {w.text for w in worded(session, rows)}

    assert found(Backing.AGREED) == {agreed}
    assert found(Backing.RULED) == set()
    assert {first, other} <= found(Backing.OPEN)
    place = next(d for d in disagreements_of(cast, compared_round) if TEXTS["访谈一"][d.start : d.end] == first)
    rule(cast, place, place.version, [Span(code=cast.codes["l2"], start=place.start, end=place.end)], "甲说得对")
    assert found(Backing.RULED) == {first}
    assert first not in found(Backing.OPEN)
    again = cast.round(documents=("访谈一",))
    for person in ("ai", "bo"):
        cast.code(person, again, "访谈一", "c1", other)
        cast.submit(person, again, "访谈一")
    cast.close(again)
    assert other in found(Backing.OPEN) & found(Backing.AGREED)
    # Of a round that is opened again nobody learns on what its coders differ, nor at passages that others have.
    reopen(cast, compared_round)
    assert {agreement: found(agreement) for agreement in Backing} == {
        Backing.AGREED: {other},
        Backing.RULED: set(),
        Backing.OPEN: set(),
    }
