"""Passages by what is asked of them: each question finds what was put in, and two of them what both find."""

import pytest

from intercoder.policy import Permission
from intercoder.services.passage_queries import Wanted, chosen, narrowed
from intercoder.services.passage_words import worded
from intercoder.services.study_passages import study_passages
from model_study import CASES, ModelStudy

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
