"""Pasting a codebook into the draft: all or nothing, once in the log, and nothing that is not named is touched."""

import pytest
import sqlalchemy as sa

from cast import TEXTS, Cast
from intercoder import events
from intercoder.errors import Conflict, InvalidInput
from intercoder.interchange.codebook.given import Field, Form
from intercoder.interchange.codebook.plan import Decision, Result
from intercoder.models import Code, Event, Level, MappingAct, Revision
from intercoder.policy import Permission
from intercoder.reports.codebook import FileForm, codebook_file
from intercoder.services import audit, code_files, codebook, pasting, taking_back, versions
from intercoder.services.codebook import CodeChange, Entry
from intercoder.services.pasting import Decided, PastedCodebook, PastedLine
from intercoder.services.quoting import PassageIn

pytestmark = pytest.mark.sqlite

TREE = """资源行动 | Resourcing in action
    就地取材
        旧物改用
            捡来的电脑
        土法沉淀 | Codifying
            口诀录成音频
    因陋就简
价值重塑
"""


def look(cast: Cast, pasted: PastedCodebook) -> pasting.Preview:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        return pasting.preview(pasting.there(session, access), pasted)


def paste(cast: Cast, pasted: PastedCodebook) -> pasting.Pasted:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        return pasting.paste(session, access, pasted)


def draft(cast: Cast) -> dict[str, Entry]:
    with cast.database.reading() as session:
        return {entry.name: entry for entry in codebook.draft(session, cast.project)}


def logged(cast: Cast) -> list[Event]:
    with cast.database.reading() as session:
        return list(session.scalars(sa.select(Event).where(Event.action == "codebook.pasted")))


def sound(cast: Cast) -> bool:
    with cast.database.reading() as session:
        return not [d for project in audit.audit(session) for d in project.differences]


def test_a_look_changes_nothing_and_says_what_stays(cast: Cast) -> None:
    before = draft(cast)
    looked = look(cast, PastedCodebook(text=TREE))
    assert {result: len(looked.plan.of(result)) for result in Result} == {
        Result.NEW: 5,
        Result.CHANGED: 1,
        Result.SAME: 2,
        Result.OUT: 0,
        Result.OPEN: 0,
    }
    assert looked.untouched == len(before) - 3
    assert draft(cast) == before


def test_a_codebook_is_pasted_whole_and_the_log_has_it_as_one_act(cast: Cast) -> None:
    before = draft(cast)
    done = paste(cast, PastedCodebook(text=TREE))
    assert (done.new, done.changed) == (5, 1)
    after = draft(cast)
    assert set(after) - set(before) == {"捡来的电脑", "土法沉淀", "口诀录成音频", "因陋就简", "价值重塑"}
    assert after["口诀录成音频"].parent_id == after["土法沉淀"].id
    assert after["土法沉淀"].parent_id == before["就地取材"].id
    assert (after["土法沉淀"].other_name, after["土法沉淀"].numbered) == ("Codifying", "A5")
    assert after["资源行动"].other_name == "Resourcing in action"
    assert {name: after[name].revision for name in ("资源行动", "就地取材")} == {"资源行动": 2, "就地取材": 1}
    (row,) = logged(cast)
    act = events.read(row)
    assert isinstance(act, events.CodebookPasted)
    assert (len(act.codes), [(c.id, c.other_name) for c in act.changes]) == (
        5,
        [(before["资源行动"].id, ("", "Resourcing in action"))],
    )
    assert sound(cast)
    with pytest.raises(Conflict, match="nothing would change"):
        paste(cast, PastedCodebook(text=TREE))


def test_nothing_is_written_while_a_line_is_in_doubt(cast: Cast) -> None:
    before = draft(cast)
    doubtful = "信任嵌入\n\t关系治理\n\t\t数据互信\n\t\t数据互亻言\n\t\t\t\t跳级"
    with pytest.raises(Conflict, match="in doubt \\(1\\)"):
        paste(cast, PastedCodebook(text=doubtful))
    assert draft(cast) == before
    assert logged(cast) == []
    decided = (Decided(place=4, decision=Decision.BELOW),)
    assert paste(cast, PastedCodebook(text=doubtful, decisions=decided)).new == 2


def test_a_code_moves_is_renamed_and_described_from_a_table(cast: Cast) -> None:
    with cast.database.reading() as session:
        revision = session.scalars(
            sa.select(Revision.id).where(Revision.document_id == cast.documents["年报节选"])
        ).one()
    quoted = PassageIn(revision=revision, start=0, end=TEXTS["年报节选"].index("。"))
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        codebook.change_code(session, access, cast.codes["c2"], None, CodeChange(example_at=quoted))
    text = (
        "编号\t编码\t层级\t上级编码\t定义\t典型例证\t别名\nA2\t校企共建\t概念\t关系治理\t与高校\t“一起做”\t产学研、合作"
    )
    decided = (Decided(place=0, decision=Decision.SAME),)
    assert paste(cast, PastedCodebook(text=text, decisions=decided)).changed == 1
    code = draft(cast)["校企共建"]
    assert (code.id, code.parent_id, code.definition) == (cast.codes["c2"], cast.codes["t2"], "与高校")
    assert (code.example, code.example_at, code.aliases) == ("“一起做”", None, ("产学研", "合作"))
    assert code.mark.hue == draft(cast)["信任嵌入"].mark.hue
    assert sound(cast)


@pytest.mark.parametrize("form", FileForm)
@pytest.mark.parametrize("of_version", [False, True])
def test_an_exported_codebook_pasted_again_changes_nothing(cast: Cast, form: FileForm, of_version: bool) -> None:
    paste(cast, PastedCodebook(text=TREE))
    with cast.database.reading() as session:
        revision = session.scalars(sa.select(Revision.id).where(Revision.document_id == cast.documents["访谈一"])).one()
    quoted = PassageIn(revision=revision, start=TEXTS["访谈一"].index("把旧机器"), end=TEXTS["访谈一"].index("也来找"))
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        said = CodeChange(
            example_at=quoted, near_miss_at=quoted, near_miss="不是：只是修理", aliases=("翻新",), colour=6
        )
        codebook.change_code(session, access, cast.codes["c1"], None, said)
        version = versions.publish(session, access)
    with cast.database.reading() as session:
        entries = (
            list(versions.version_entries(session, version.id)) if of_version else codebook.draft(session, cast.project)
        )
        data, _, name = codebook_file(code_files.written_codes(session, entries), form, "study", None)
    given = code_files.read_codes(name, data)
    lines = tuple(
        PastedLine(
            number=line.number,
            name=line.name,
            depth=line.depth,
            level=line.level,
            written_number=line.written_number,
            guid=line.guid,
            above=line.above,
            said=line.said,
        )
        for line in given.lines
    )
    looked = look(cast, PastedCodebook(lines=lines, form=given.form))
    assert {row.result for row in looked.plan.rows} == {Result.SAME}, [row.changes for row in looked.plan.rows]
    assert looked.untouched == 0


def test_hues_of_a_file_are_kept_where_the_place_gives_others(cast: Cast) -> None:
    lines = [
        PastedLine(number=1, name="新构念", depth=0, level=Level.CONSTRUCT, said={Field.COLOUR: "7"}),
        PastedLine(number=2, name="新主题", depth=1, level=Level.THEME, said={Field.COLOUR: "7"}),
        PastedLine(number=3, name="另一色", depth=1, level=Level.THEME, said={Field.COLOUR: "3"}),
    ]
    paste(cast, PastedCodebook(lines=tuple(lines), form=Form.QDC))
    made = draft(cast)
    assert [made[name].mark.hue for name in ("新构念", "新主题", "另一色")] == [6, 6, 2]
    assert made["新主题"].colour is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no code in this"),
        ("好\n" + "长" * 201, "Line 2: a name has at most 200"),
        ("Code,Definition\nx," + "y" * 5001, "Line 2: a text of a code"),
        ("Code,Aliases\nx," + ";".join(map(str, range(31))), "Line 2: a code has at most 30 aliases"),
    ],
)
def test_what_no_code_can_hold_is_refused_with_its_line(cast: Cast, text: str, why: str) -> None:
    with pytest.raises(InvalidInput, match=why):
        look(cast, PastedCodebook(text=text))


def test_a_taken_out_code_is_not_there_and_its_name_makes_a_new_one(cast: Cast) -> None:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        codebook.retire_code(session, access, cast.codes["l1"])
    paste(cast, PastedCodebook(text="资源行动\n 就地取材\n  旧物改用\n   旧机器接上网"))
    with cast.database.reading() as session:
        rows = session.scalars(sa.select(Code.id).where(Code.name == "旧机器接上网")).all()
    assert len(rows) == 2


def test_a_paste_is_taken_back_as_one(cast: Cast) -> None:
    before = {name: (e.parent_id, e.level) for name, e in draft(cast).items()}
    text = "信任嵌入\n  新主题\n    信任先行\n    新概念\n      新标签"
    assert paste(cast, PastedCodebook(text=text)).new == 3
    assert draft(cast)["信任先行"].parent_id == draft(cast)["新主题"].id
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        act = session.scalars(sa.select(MappingAct.id).order_by(MappingAct.number.desc()).limit(1)).one()
        taking_back.undo(session, access, act)
    assert {name: (e.parent_id, e.level) for name, e in draft(cast).items()} == before
    assert sound(cast)
