"""A study on the real server for each test of the coding surface: what is asked of it, and what it has stored."""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from playwright.sync_api import BrowserContext
from sqlalchemy.orm import Session

from browser.surface.line import JSON, Line
from cast import PASSWORD, Cast, store
from intercoder import queue
from intercoder.clock import now
from intercoder.db import within
from intercoder.models import (
    Assignment,
    AssignmentState,
    Code,
    CodebookPolicy,
    CodeState,
    Coding,
    Disagreement,
    EmptyUnit,
    Job,
    JobKind,
    JobState,
    Revision,
    Role,
    Ruling,
    Unit,
)
from intercoder.policy import Permission
from intercoder.services import codebook, coding, jobs, members, projects, proposals, rounds, versions
from intercoder.services.access import RoundAccess
from waiting import until

#: key, name, level, key of what stands above it, colour
TREE: Sequence[tuple[str, str, str, str | None, int]] = (
    ("k1", "关系构建", "construct", None, 2),
    ("k2", "信任机制", "theme", "k1", 2),
    ("c1", "信任先行", "concept", "k2", 2),
    ("c2", "数据互信", "concept", "k2", 2),
    ("k3", "生态嵌入", "theme", "k1", 3),
    ("c3", "平台接入", "concept", "k3", 3),
    ("k4", "价值创造", "construct", None, 4),
    ("k5", "客户洞察", "theme", "k4", 4),
    ("c4", "用户真实反馈", "concept", "k5", 4),
    ("c5", "Bricolage", "concept", "k5", 0),
)
PARAGRAPHS: Sequence[str] = (
    "组织结构也跟着变了，以前是金字塔，现在是小团队。",
    "我觉得最关键的是信任，没有信任什么都谈不了。平台把数据都开放给我们了，这样我们就能看到终端消费者的真实反馈。",
    "𠮷野家的👩‍👩‍👧‍👦全家都来帮忙😀。老师傅用土办法修好了𡈽路，我们就把这个经验写成了手册。",
    "Trust comes first; contracts come later. We pivoted twice within six months.",
    "疫情之后订单一下子掉了六成，我们开始做直播，从零开始学。",
    "café déjà vu naïve 🇨🇳🇬🇧 end。",
)
TITLE = "案例三 云杉农机"


@dataclass
class World:
    """One project with one document and, once somebody opens it, a round in which Ai and Bo code it."""

    cast: Cast
    line: Line
    project: UUID
    codes: Mapping[str, UUID]
    version: UUID
    paragraphs: list[str] = field(default_factory=lambda: list(PARAGRAPHS))
    #: documents of the round beside the one that is opened
    others: Mapping[str, str] = field(default_factory=dict)
    unit: Unit = Unit.SPAN
    policy: CodebookPolicy = CodebookPolicy.OPEN
    document: UUID | None = None
    round: UUID | None = None

    def open(self) -> str:
        """Make the round as it is wanted, once; return the address of the document in it."""
        if self.round is None:
            with self.cast.database.transaction() as session:
                lead = self.cast.access(session, "lena", Permission.ROUND_MANAGE, thing=self.project)
                self.document = store(session, lead, TITLE, "\n".join(self.paragraphs)).id
                others = [store(session, lead, title, text).id for title, text in self.others.items()]
                wanted = rounds.NewRound(
                    name="Pilot",
                    version_id=self.version,
                    unit=self.unit,
                    policy=self.policy,
                    documents=(self.document, *others),
                    coders=tuple(self.cast.people[name].id for name in ("ai", "bo")),
                )
                self.round = rounds.create_round(session, lead, wanted).id
                manage = self.cast.access(session, "lena", Permission.ROUND_MANAGE, "round", self.round)
                rounds.open_round(session, manage)
        return f"/rounds/{self.round}/documents/{self.document}/code"

    def _coding(self, session: Session, person: str = "ai") -> RoundAccess:
        assert self.round is not None
        return self.cast.access(session, person, Permission.CODE, "round", self.round)

    def put(self, code: str, quote: str, *, person: str = "ai", **more: Any) -> UUID:
        """Let somebody have coded a quote before; return the key."""
        self.open()
        assert self.document is not None
        start = self.text.index(quote)
        write = coding.CodingWrite(code=self.codes[code], start=start, end=start + len(quote), **more)
        key = uuid4()
        with self.cast.database.transaction() as session:
            coding.put_coding(
                within(session), self._coding(session, person).asking(Permission.CODE), self.document, key, write
            )
        return key

    def put_many(self, spans: Sequence[tuple[str, int, int]]) -> None:
        """Let Ai have made many codings before (code, start, end)."""
        self.open()
        moment = now()
        with self.cast.database.transaction() as session:
            assignment = session.scalars(sa.select(Assignment).where(*self._ai())).one()
            rows = [
                {
                    "coder_id": assignment.coder_id,
                    "key": uuid4(),
                    "assignment_id": assignment.id,
                    "code_id": self.codes[code],
                    "start": start,
                    "end": end,
                    "body_hash": "",
                    "created_at": moment,
                    "changed_at": moment,
                }
                for code, start, end in spans
            ]
            session.execute(sa.insert(Coding), rows)

    def change(self, key: UUID, version: int, **fields: Any) -> None:
        """Let Ai change a coding elsewhere."""
        assert self.document is not None
        with self.cast.database.transaction() as session:
            patch = coding.CodingPatch(**fields)
            coding.change_coding(
                within(session), self._coding(session).asking(Permission.CODE), self.document, key, version, patch
            )

    def submit(self, *people: str) -> None:
        """Let people have submitted the document."""
        assert self.document is not None
        with self.cast.database.transaction() as session:
            for person in people:
                coding.submit(session, self._coding(session, person), self.document)

    def close(self) -> UUID:
        """Let both have coded two passages differently, and Lena close the round; return the comparison, held back."""
        if self.round is None:
            self.policy = CodebookPolicy.FROZEN  # own words would wait for their alignment first
        for code, person, quote in (
            ("c1", "ai", "金字塔"),
            ("c2", "bo", "金字塔"),
            ("c3", "ai", "平台把数据都开放给我们了"),
            ("c3", "bo", "数据都开放给我们了"),
        ):
            self.put(code, quote, person=person)
        self.submit("ai", "bo")
        assert self.round is not None
        with self.cast.database.transaction() as session:
            rounds.close_round(session, self.cast.access(session, "lena", Permission.ROUND_MANAGE, "round", self.round))
            job = jobs.latest_of_round(session, self.project, self.round, [JobKind.COMPARE])
            assert job is not None
            claimed = queue.claim(session, job.id)
            assert claimed is not None
            claimed.lease_until = None  # no time at which another may take it
            return job.id

    @contextmanager
    def job(self, job_id: UUID) -> Iterator[Job]:
        """Give a job to work on, as its worker does."""
        with self.cast.database.transaction() as session:
            yield session.get_one(Job, job_id)

    def compare(self) -> list[UUID]:
        """Close the round and compare it at once; return its disagreements in the order of the text."""
        job_id = self.close()
        self.let_go(job_id)
        until(lambda: self._ended(job_id), "the comparison does not end")
        with self.cast.database.reading() as session:
            wanted = sa.select(Disagreement.id).where(Disagreement.round_id == self.round)
            return list(session.scalars(wanted.order_by(Disagreement.start)))

    def let_go(self, job_id: UUID) -> None:
        """Give a job that was held back to the server's own worker."""
        with self.job(job_id) as job:
            job.state, job.lease_until = JobState.QUEUED, None

    def _ended(self, job_id: UUID) -> bool:
        with self.cast.database.reading() as session:
            return session.get_one(Job, job_id).state is JobState.DONE

    def disagreement(self, disagreement_id: UUID) -> Disagreement:
        """Return a disagreement as it stands now."""
        with self.cast.database.reading() as session:
            return session.get_one(Disagreement, disagreement_id)

    def ruling(self, disagreement_id: UUID) -> tuple[list[UUID], str]:
        """Return the codes that stand by the latest ruling on a disagreement, and its reason."""
        with self.cast.database.reading() as session:
            latest = (
                sa.select(Ruling).where(Ruling.disagreement_id == disagreement_id).order_by(Ruling.created_at.desc())
            )
            ruling = session.scalars(latest).first()
            assert ruling is not None
            return [c.code for c in ruling.codings], ruling.reason

    def _ai(self) -> tuple[sa.ColumnElement[bool], ...]:
        return Assignment.round_id == self.round, Assignment.coder_id == self.cast.people["ai"].id

    @property
    def submitted(self) -> bool:
        """Whether Ai's document is submitted."""
        with self.cast.database.reading() as session:
            state = session.scalars(sa.select(Assignment.state).where(*self._ai())).one()
            return state is AssignmentState.SUBMITTED

    @property
    def memo(self) -> str:
        """Ai's memo on the document."""
        with self.cast.database.reading() as session:
            return session.scalars(sa.select(Assignment.memo).where(*self._ai())).one()

    @property
    def text(self) -> str:
        """The canonical text."""
        with self.cast.database.reading() as session:
            return session.scalars(sa.select(Revision.text).where(Revision.document_id == self.document)).one()

    def codings(self) -> dict[UUID, JSON]:
        """Return every coding of the round, whoever made it, deleted ones too."""
        wanted = sa.select(Coding).join(Assignment, Assignment.id == Coding.assignment_id)
        with self.cast.database.reading() as session:
            rows = session.scalars(wanted.where(Assignment.round_id == self.round))
            return {
                row.key: {
                    "code": row.code_id,
                    "start": row.start,
                    "end": row.end,
                    "memo": row.memo,
                    "doubt": row.doubt,
                    "typical": row.typical,
                    "version": row.version,
                    "deleted": row.deleted_at is not None,
                }
                for row in rows
            }

    def said(self) -> dict[int, str]:
        """Return what Ai has said of units without codings, by where they begin."""
        wanted = sa.select(EmptyUnit).join(Assignment, Assignment.id == EmptyUnit.assignment_id)
        with self.cast.database.reading() as session:
            rows = session.scalars(wanted.where(*self._ai(), EmptyUnit.kind.is_not(None)))
            return {row.start: str(row.kind) for row in rows}

    def live(self) -> dict[UUID, JSON]:
        """Return the codings that are not deleted."""
        return {key: value for key, value in self.codings().items() if not value["deleted"]}

    def labels(self) -> list[Code]:
        """Return what coders have added to the codebook."""
        own = sa.select(Code).where(
            Code.project_id == self.project, Code.state.in_([CodeState.PRIVATE, CodeState.PROPOSED])
        )
        with self.cast.database.reading() as session:
            return list(session.scalars(own))

    def proposed(self) -> list[proposals.Proposed]:
        """Return what waits for the lead."""
        assert self.round is not None
        with self.cast.database.reading() as session:
            access = self.cast.access(session, "lena", Permission.PROPOSALS_DECIDE, "round", self.round)
            return proposals.proposals(session, access)

    def decline(self, code: UUID, answer: str) -> None:
        """Let Lena decline a proposal with a sentence."""
        assert self.round is not None
        with self.cast.database.transaction() as session:
            access = self.cast.access(session, "lena", Permission.PROPOSALS_DECIDE, "round", self.round)
            decision = proposals.Decision(code=code, verdict=proposals.Verdict.DECLINE, answer=answer)
            proposals.decide(session, access, decision)

    def quotes(self) -> list[tuple[str, str]]:
        """Return (code name, quoted text) of all live codings, in reading order."""
        text = self.text
        with self.cast.database.reading() as session:
            names = dict(session.execute(sa.select(Code.id, Code.name).where(Code.project_id == self.project)).all())
        rows = sorted(self.live().values(), key=lambda row: (row["start"], row["end"]))
        return [(names[row["code"]], text[row["start"] : row["end"]]) for row in rows]

    def writes(self, method: str | None = None) -> list[JSON]:
        """Return the writes that the browser has sent so far."""
        return [write for write in self.line.writes if method in (None, write["method"])]


def make_world(cast: Cast, line: Line) -> World:
    """Start a project of its own for a test: Lena leads, Ai and Bo code, Ada adjudicates."""
    with cast.database.transaction() as session:
        name = "九案例：数字化转型中的资源行动"
        project = projects.create_project(session, cast.people["lena"], projects.NewProject(name=name)).id
        for person, role in (("ai", Role.CODER), ("bo", Role.CODER), ("ada", Role.ADJUDICATOR)):
            members.add_member(session, project, cast.people[person].id, [role])
        lead = cast.access(session, "lena", Permission.CODEBOOK_EDIT, thing=project)
        given = [
            codebook.NewCode.model_validate(
                {
                    "key": key,
                    "name": name,
                    "level": level,
                    "parent_key": above,
                    "colour": colour,
                    "definition": f"Definition of {name}.",
                }
            )
            for key, name, level, above, colour in TREE
        ]
        made = codebook.create_codes(session, lead, given)
        codes = {row[0]: code.id for row, code in zip(TREE, made, strict=True)}
        return World(cast, line, project, codes, versions.publish(session, lead, "first").id)


def sign_in(context: BrowserContext, url: str, person: str) -> None:
    """Sign somebody in, in this browser profile, as in another tab: an earlier session and its pages' tokens are void."""

    def signed_in() -> bool:
        context.clear_cookies()
        page = context.request.get(f"{url}/sign-in").text()
        token = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert token, page[:500]
        form: dict[str, str | float | bool] = {
            "csrf_token": html.unescape(token[1]),
            "email": f"{person}@study.example",
            "password": PASSWORD,
        }
        return context.request.post(f"{url}/sign-in", form=form, max_redirects=0).status == 302

    # A page that stands open asks for events meanwhile, and may be given a visitor's session in between.
    until(signed_in, f"{person} cannot sign in")
