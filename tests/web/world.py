"""A world with one thing of every kind, so that every route can be asked for each of them."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from cast import Cast, store
from intercoder import queue
from intercoder.models import (
    AgreementReport,
    Assignment,
    Case,
    Code,
    Coding,
    Disagreement,
    ElementKind,
    ImportFiles,
    Level,
    MakeFile,
    MappingAct,
    Member,
    RelationSort,
    Revision,
    Role,
    StoppingRule,
)
from intercoder.policy import Permission
from intercoder.services import (
    adjudication,
    category_work,
    codebook,
    declared,
    elements,
    ingest,
    lessons,
    members,
    memos,
    norming,
    passage_views,
    quotations,
    relating,
    threads,
    tokens,
)
from intercoder.services.access import authorise
from intercoder.services.accounts import Actor


@dataclass
class Ids:
    """The identifiers that fill the places of a URL, by the name of the place."""

    values: dict[str, UUID | str] = field(default_factory=dict)
    #: names a passage of the compared round
    passage: dict[str, str] = field(default_factory=dict)

    def path(self, rule: Rule) -> str:
        """Return the address of a rule with these identifiers."""
        path = rule.rule
        for name in rule.arguments:
            kind = "uuid:" if f"<uuid:{name}>" in path else ("path:" if f"<path:{name}>" in path else "")
            path = path.replace(f"<{kind}{name}>", str(self.values[name]))
        return path


def own_ids(cast: Cast, closed_round: UUID, open_round: UUID) -> Ids:
    """Return things of the cast's own project: an open round for coding, a closed one for comparison."""
    with cast.database.transaction() as session:
        lead = cast.access(session, "lena", Permission.MATERIALS_MANAGE)
        file = ingest.stage_file(session, lead, "staged.txt", "等待导入。".encode())
        invitation, secret = members.invite(
            session, lead, members.NewInvitation(email="new@study.example", roles=(Role.CODER,))
        )
        job = queue.enqueue(session, cast.project, lead.actor.id, ImportFiles(()))
        wanted = MakeFile("codings", cast.project, "xlsx", "real", "en")
        export = queue.enqueue(session, cast.project, cast.people["ai"].id, wanted)
        d = session.scalars(sa.select(Disagreement).where(Disagreement.round_id == closed_round)).first()
        assert d is not None
        ada = cast.access(session, "ada", Permission.ADJUDICATE, "disagreement", d.id)
        ruling = adjudication.rule(session, ada, d.id, d.version, adjudication.RulingIn(codings=(), reason="没有行动"))
        lesson = lessons.teach(session, ada, ruling, d, lessons.LessonIn(code=cast.codes["l1"], quote="example"))
        room = norming.create_room(
            session,
            cast.access(session, "ada", Permission.NORM_HOST, "round", closed_round),
            norming.NewRoom(name="会商", places=(d.id,), guests=(cast.people["ai"].id, cast.people["ada"].id)),
        )
        lead_there = cast.access(session, "lena", Permission.DISCUSS, "disagreement", d.id)
        talk = threads.comment(session, lead_there, d.id, threads.CommentIn(text="这里定了吗？"))
        retired = codebook.create_codes(session, lead, [codebook.NewCode(name="取出的标签")])[0]
        codebook.retire_code(session, lead, retired.id)
        act = session.scalars(sa.select(MappingAct.id).where(MappingAct.project_id == cast.project)).first()
        memo = memos.write(session, lead, cast.codes["l1"], memos.MemoIn(text="两处都指向接入。"))
        judge = cast.access(session, "lena", Permission.SATURATION_JUDGE)
        declared.save_rule(session, judge, declared.RuleIn(rule=StoppingRule.GUEST2020))
        said = {"kind": "codes", "level": "concept", "view": "union", "reason": "no news", "despite": "they are slips"}
        declaration = declared.declare(session, judge, declared.DeclareIn.model_validate(said))
        theory, passage = a_theory(session, cast, closed_round)
        token, _ = tokens.create_token(session, cast.people["lena"].id, tokens.NewToken(name="route tests"))
        return Ids(
            {
                "project": cast.project,
                "member": session.scalars(
                    sa.select(Member.id).where(
                        Member.project_id == cast.project, Member.user_id == cast.people["olga"].id
                    )
                ).one(),
                "invitation": invitation.id,
                "case": session.scalars(sa.select(Case.id).where(Case.project_id == cast.project)).first() or uuid4(),
                "document": cast.documents["访谈一"],
                "revision": session.scalars(
                    sa.select(Revision.id).where(Revision.document_id == cast.documents["访谈一"])
                ).one(),
                "file": file.id,
                "lesson": lesson.id,
                "norming": room.id,
                "thread": talk.thread_id,
                "code": cast.codes["l1"],
                "act": act or uuid4(),
                "memo": memo.id,
                "linked": uuid4(),
                "tied": uuid4(),
                "version": cast.version,
                "round": open_round,
                "assignment": session.scalars(
                    sa.select(Assignment.id).where(
                        Assignment.round_id == open_round, Assignment.coder_id == cast.people["ai"].id
                    )
                ).first()
                or uuid4(),
                "report": session.scalars(
                    sa.select(AgreementReport.id)
                    .where(AgreementReport.round_id == closed_round)
                    .order_by(AgreementReport.created_at)
                ).first()
                or uuid4(),
                "disagreement": d.id,
                "declaration": declaration.id,
                "reserve": uuid4(),
                "bulk": uuid4(),
                "draw": uuid4(),
                "proposal": uuid4(),
                "ruling": ruling.id,
                **theory,
                "job": job.id,
                "export": export.id,
                "token": token.id,
                "browser": uuid4(),
                "key": uuid4(),
                "user": cast.people["olga"].id,
                "secret": secret,
                "filename": "css/tokens.css",
                "language": "zh",
                "part": "parts",
            },
            passage,
        )


def a_theory(session: Session, cast: Cast, closed_round: UUID) -> tuple[dict[str, UUID], dict[str, str]]:
    """Make one of each thing of a theory, by the first passage of a round; return them, and what names the passage."""
    lead = cast.access(session, "lena", Permission.THEORY_EDIT)
    above = sa.or_(Code.level != Level.LABEL, Code.parent_id.is_not(None))
    coder, key, code_id = session.execute(
        sa.select(Coding.coder_id, Coding.key, Coding.code_id)
        .join(Assignment, Assignment.id == Coding.assignment_id)
        .join(Code, Code.id == Coding.code_id)
        .where(Assignment.round_id == closed_round, Coding.deleted_at.is_(None), above)
        .order_by(Assignment.document_id, Coding.start, Coding.end, Coding.coder_id)
        .limit(1)
    ).one()
    code = session.get_one(Code, code_id)
    concept = code.id if code.level is not Level.LABEL else code.parent_id
    assert concept is not None
    # What the model is called is for all who are in the project: it says nothing of the passages that speak for it.
    force = elements.add_element(session, lead, elements.NewElement(kind=ElementKind.FORCE, name="订单流失"))
    mode = elements.add_element(session, lead, elements.NewElement(kind=ElementKind.MODE, code=cast.codes["c1"]))
    ends = relating.End(element=force.id), relating.End(element=mode.id)
    given = relating.NewRelation(first=ends[0], second=ends[1], sort=RelationSort.CAUSES)
    relation = relating.relate(session, lead, given)
    evidence = relating.add_evidence(session, lead, relation.id, relating.EvidenceIn(coder=coder, key=key))
    star = quotations.star(session, lead, concept, quotations.Star(coder=coder, key=key))
    # Nor does what a category is said to be: it is a code of all, and not the one of the passage.
    worked_on = cast.codes["c1"]
    shows = category_work.add_property(
        session, lead, worked_on, category_work.NewProperty(name="范围", low="窄", high="宽")
    )
    shown = category_work.show_property(session, lead, shows.id, category_work.ShownIn(coder=coder, key=key, at=40))
    case = session.scalars(sa.select(Case.id).where(Case.project_id == cast.project)).first()
    assert case is not None
    negative = category_work.note_negative(session, lead, worked_on, category_work.NegativeIn(case=case))
    made = {"element": mode.id, "relation": relation.id, "evidence": evidence.id, "quotation": star.id}
    view = passage_views.keep(session, lead, passage_views.NewView(name="看一个概念", code=worked_on))
    made |= {"view": view.id}
    made |= {"property": shows.id, "shown": shown.id, "negative": negative.id}
    return made, {"coder": str(coder), "key": str(key)}


def other_ids(cast: Cast, own: Ids) -> Ids:
    """Return the same kinds of things of a project that none of the cast's members is in."""
    otto: Actor = cast.people["otto"]
    with cast.database.transaction() as session:
        access = authorise(session, otto, Permission.MATERIALS_MANAGE, "project", cast.other_project)
        document = store(session, access, "other", "Nobody else's words. They stay here.", "another case")
        values = dict(own.values)
        values |= {"project": cast.other_project, "document": document.id, "key": uuid4()}
        values["revision"] = session.scalars(sa.select(Revision.id).where(Revision.document_id == document.id)).one()
        values["case"] = document.case_id or uuid4()
        values["member"] = session.scalars(sa.select(Member.id).where(Member.project_id == cast.other_project)).one()
        values["file"] = ingest.stage_file(session, access, "other.txt", b"other").id
        values["invitation"] = members.invite(
            session, access, members.NewInvitation(email="guest@study.example", roles=(Role.CODER,))
        )[0].id
        values["job"] = queue.enqueue(session, cast.other_project, otto.id, ImportFiles(())).id
        elsewhere = MakeFile("codings", cast.other_project, "xlsx", "real", "en")
        values["export"] = queue.enqueue(session, cast.other_project, otto.id, elsewhere).id
        for kind in [
            "code",
            "act",
            "memo",
            "version",
            "round",
            "assignment",
            "report",
            "disagreement",
            "ruling",
            "lesson",
            "norming",
            "element",
            "relation",
            "evidence",
            "quotation",
            "property",
            "negative",
            "shown",
            "view",
        ]:
            values[kind] = uuid4()
        return Ids(values)
