"""Texts that one coder has coded 5,000 times on 400 codes, for what the coding page costs."""

import random
import sys
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID, uuid4

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import sqlalchemy as sa

from cast import make_cast, store
from intercoder import schema
from intercoder.clock import now
from intercoder.db import Database
from intercoder.models import Assignment, Coding, Role
from intercoder.policy import Permission
from intercoder.services import codebook, members, projects, rounds, versions

CODES, CODINGS = 400, 5000
#: codings made on a page before it is opened again
PAGE = 100
SENTENCES = (
    "企业在资源约束下把旧设备接上了网，先有信任再有合同。",
    "我觉得最关键的是平台把数据都开放给我们了，这样就能看到真实的反馈。",
    "We pivoted twice within six months, with what was lying around. ",
    "老师傅用土办法修好了路，我们就把这个经验写成了手册😀。",
)


def paragraphs(letters: int, first: int = 0) -> str:
    """Return a text of so many characters in paragraphs of about 160, the first of a length of its own where one is given."""
    chance, made, length = random.Random(letters + first), [], 0
    while length < letters:
        wanted = first if first and not made else chance.randrange(60, 260)
        paragraph = ""
        while len(paragraph) < wanted:
            paragraph += chance.choice(SENTENCES)
        made.append(paragraph.strip())
        length += len(paragraph) + 1
    return "\n".join(made)


def prepare(url: str, texts: Mapping[str, str]) -> dict[str, str]:
    """Make a study in which Ai has coded each text; return the address of each."""
    database = Database(url)
    schema.upgrade(database)
    cast = make_cast(database)
    with database.transaction() as session:
        project = projects.create_project(session, cast.people["lena"], projects.NewProject(name="九案例")).id
        members.add_member(session, project, cast.people["ai"].id, [Role.CODER])
        lead = cast.access(session, "lena", Permission.CODEBOOK_EDIT, thing=project)
        new = [{"key": f"c{n}", "name": f"编码 {n}", "level": "concept", "colour": n % 8} for n in range(CODES)]
        codes = [c.id for c in codebook.create_codes(session, lead, [codebook.NewCode.model_validate(c) for c in new])]
        version = versions.publish(session, lead, "first").id
    documents: dict[str, UUID] = {}
    with database.transaction() as session:
        lead = cast.access(session, "lena", Permission.ROUND_MANAGE, thing=project)
        documents = {name: store(session, lead, name, text).id for name, text in texts.items()}
        wanted = rounds.NewRound(
            name="Pilot", version_id=version, documents=tuple(documents.values()), coders=(cast.people["ai"].id,)
        )
        made = rounds.create_round(session, lead, wanted).id
        rounds.open_round(session, cast.access(session, "lena", Permission.ROUND_MANAGE, "round", made))
    moment, chance = now(), random.Random(7)
    with database.transaction() as session:
        for name, document in documents.items():
            assignment = session.scalars(sa.select(Assignment).where(Assignment.document_id == document)).one()
            rows, page = [], ""
            for n in range(CODINGS):
                # As browsers make them (static/js/lib/keys.js): chance once for a page, and a count.
                page = page if n % PAGE else uuid4().hex[:24]
                start = chance.randrange(len(texts[name]) - 60)
                rows.append(
                    {
                        "coder_id": assignment.coder_id,
                        "key": UUID(f"{page}{n % PAGE + 1:08x}"),
                        "assignment_id": assignment.id,
                        "code_id": chance.choice(codes),
                        "start": start,
                        "end": start + chance.randrange(6, 50),
                        "body_hash": "",
                        "created_at": moment,
                        "changed_at": moment,
                    }
                )
            session.execute(sa.insert(Coding), rows)
    database.dispose()
    return {name: f"/rounds/{made}/documents/{document}/code" for name, document in documents.items()}
