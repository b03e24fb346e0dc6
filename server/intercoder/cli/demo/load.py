"""Filling a database with the demo study, through the same services as real work."""

import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.cli.demo import described, theory
from intercoder.cli.demo.study import Code, Ruling, Study, load_study
from intercoder.cli.demo.study import Round as StudyRound
from intercoder.db import Database, within
from intercoder.jobs.runner import run_next
from intercoder.models import (
    Assignment,
    AssignmentState,
    CodebookPolicy,
    Disagreement,
    Level,
    MakeReport,
    MaterialLanguage,
    ReportLevel,
    Role,
    RoundState,
    SaturationKind,
    StoppingRule,
    Unit,
    User,
)
from intercoder.policy import Permission
from intercoder.services import (
    accounts,
    adjudication,
    agreement,
    codebook,
    coding,
    declared,
    disagreements,
    ingest,
    materials,
    members,
    own_codes,
    projects,
    rounds,
    storing,
    versions,
)
from intercoder.services.access import Access, RoundAccess, authorise
from intercoder.services.accounts import Actor
from intercoder.services.adjudication import RulingIn, Span
from intercoder.services.assigning import Pair
from intercoder.services.codebook import NewCode
from intercoder.services.coding import CodingWrite
from intercoder.services.declared import DeclareIn, RuleIn
from intercoder.services.ingest import FileChange, FileDetails
from intercoder.services.materials import NewCase
from intercoder.services.own_codes import NewOwnCode
from intercoder.services.paging import every
from intercoder.services.projects import NewProject
from intercoder.services.quoting import PassageIn, places_of
from intercoder.services.rounds import NewRound
from intercoder.text.readers import read

#: what two coders have proposed in the round that is open: the lead has not decided yet
PROPOSALS = (("marin", "先让它不出错"), ("lin", "谁会用谁说了算"))
#: why the lead declares themes, and why before all places are decided
DECLARED = "前两轮后半程的资料没有再带来新的二阶主题；第三轮的资料继续检验这一判断。"
DESPITE = "待裁决的分歧都在一阶概念之间，不改变已出现哪些主题。"


@dataclass(frozen=True)
class Account:
    """An account of the demo, to be printed."""

    email: str
    password: str
    name: str
    role: Role


def load(database: Database) -> list[Account]:
    """Make the accounts and the project of the demo study; return who can sign in."""
    loader = _Loader(database, load_study())
    loader.project()
    loader.rule_on_saturation()
    loader.materials()
    for number, round_ in enumerate(loader.study.rounds, 1):
        loader.publish_until(number)
        loader.round(round_)
    loader.declaration()
    loader.theory()
    return loader.accounts


class _Loader:
    def __init__(self, database: Database, study: Study) -> None:
        self.study = study
        self._database = database
        self._people: dict[str, Actor] = {}
        self._project: UUID | None = None
        self._documents: dict[str, UUID] = {}
        self._codes: dict[str, UUID] = {}
        self.accounts: list[Account] = []

    def _in_round(self, session: Session, person: str, permission: Permission, round_id: UUID) -> RoundAccess:
        return authorise(session, self._people[person], permission, "round", round_id)

    def _lead(self, session: Session, permission: Permission) -> Access:
        assert self._project is not None
        return authorise(session, self._people[self._with_role(Role.LEAD)[0]], permission, "project", self._project)

    def _with_role(self, role: Role) -> list[str]:
        return [p.key for p in self.study.people if p.role is role]

    def project(self) -> None:
        """The people with the password of this run, the project, its members."""
        password = "-".join(secrets.token_hex(2) for _ in range(3))
        hashed = accounts.hash_password(password, "")
        for person in self.study.people:
            email = f"{person.key}@demo.example"
            with self._database.transaction() as session:
                user = accounts.create_user(session, email, person.name, hashed, is_admin=person.role is Role.LEAD)
                self._people[person.key] = accounts.actor_of(user)
            self.accounts.append(Account(email, password, person.name, person.role))
        about = self.study.project
        with self._database.transaction() as session:
            lead = self._people[self._with_role(Role.LEAD)[0]]
            description = f"{about.description_zh}\n\n{about.name_en}. {about.description_en}"
            given = NewProject(name=about.name_zh, description=description, language=MaterialLanguage.ZH)
            self._project = projects.create_project(session, lead, given).id
            for person in self.study.people:
                if person.role is not Role.LEAD:
                    members.add_member(session, self._project, self._people[person.key].id, [person.role])

    def materials(self) -> None:
        """The cases and the documents, read by the same readers as any upload."""
        cases = {c.key: c for c in self.study.cases}
        with self._database.transaction() as session:
            projects.change_project(session, self._lead(session, Permission.PROJECT_EDIT), described.DESCRIBED)
        with self._database.transaction() as session:
            access = self._lead(session, Permission.MATERIALS_MANAGE)
            for case in self.study.cases:
                materials.create_case(session, access, NewCase(name=case.name, attributes=described.of_case(case)))
            for document, attributes in described.of_documents(self.study):
                data = document.text.encode()
                details = FileDetails(
                    title=document.title,
                    case=cases[document.case].name,
                    source_type=document.source_type,
                    source=described.source_of(document),
                    primary=document.primary,
                )
                file = ingest.stage_file(session, access, document.file.rsplit("/", 1)[-1], data, details)
                ingest.change_file(session, access, file.id, FileChange(attributes=attributes))
                stored = storing.store_document(session, access, file, read(file.name, data))
                self._documents[document.key] = stored.id

    def publish_until(self, number: int) -> None:
        """Add the codes that the team had before round ``number`` and publish them as a version."""
        known = {r.key for r in self.study.rounds[:number]}
        new = [c for c in self.study.codes if c.since in known and c.key not in self._codes]
        with self._database.transaction() as session:
            access = self._lead(session, Permission.CODEBOOK_EDIT)
            made = codebook.create_codes(session, access, [self._given(session, access.project.id, c) for c in new])
            self._codes |= {c.key: code.id for c, code in zip(new, made, strict=True)}
            versions.publish(session, access, _NOTES[number - 1])

    def _given(self, session: Session, project: UUID, code: Code) -> NewCode:
        known = code.parent in self._codes
        quoted = next(iter(places_of(session, project, code.example)), None)
        passage = PassageIn(**asdict(quoted.passage)) if quoted else None
        return NewCode(
            key=code.key,
            name=code.name,
            level=code.level,
            definition=code.definition,
            include=code.include,
            exclude=code.exclude,
            example="" if passage else code.example,
            example_at=passage,
            near_miss=code.near_miss,
            other_name="" if code.name_en == code.name else code.name_en,
            parent_id=self._codes[code.parent] if code.parent and known else None,
            parent_key=None if known else code.parent,
        )

    def round(self, study_round: StudyRound) -> None:
        """One round: its assignments, the coders' work, and what followed when it has closed."""
        with self._database.transaction() as session:
            access = self._lead(session, Permission.ROUND_MANAGE)
            version = versions.latest_version(session, access.project.id)
            assert version is not None
            pairs = [
                Pair(document_id=self._documents[a.document], coder_id=self._people[a.coder].id)
                for a in study_round.assignments
            ]
            made = rounds.create_round(
                session,
                access,
                NewRound(
                    name=study_round.name,
                    version_id=version.id,
                    unit=study_round.unit,
                    policy=study_round.policy,
                    pairs=tuple(pairs),
                ),
            )
            round_id = made.id
            lead = self._with_role(Role.LEAD)[0]
            rounds.open_round(session, self._in_round(session, lead, Permission.ROUND_MANAGE, round_id))
        for document in study_round.documents:
            self._code_document(study_round, round_id, document)
        if study_round.policy is CodebookPolicy.PROPOSALS:
            self._propose(round_id)
        if study_round.state is RoundState.CLOSED:
            self._close(study_round, round_id)

    def _code_document(self, study_round: StudyRound, round_id: UUID, document: str) -> None:
        with self._database.transaction() as session:
            for assignment in study_round.assignments:
                if assignment.document != document or assignment.state is AssignmentState.ASSIGNED:
                    continue
                access = self._in_round(session, assignment.coder, Permission.CODE, round_id)
                for c in self.study.codings:
                    if (c.round, c.document, c.coder) == (study_round.key, document, assignment.coder):
                        write = CodingWrite(
                            code=self._codes[c.code], start=c.start, end=c.end, memo=c.memo, doubt=c.doubt
                        )
                        coding.put_coding(
                            within(session), access.asking(Permission.CODE), self._documents[document], uuid4(), write
                        )
                if assignment.state is AssignmentState.SUBMITTED:
                    coding.submit(session, access, self._documents[document])

    def _propose(self, round_id: UUID) -> None:
        with self._database.transaction() as session:
            for coder, name in PROPOSALS:
                access = self._in_round(session, coder, Permission.CODE, round_id)
                own_codes.put_code(session, access, uuid4(), NewOwnCode(name=name))

    def rule_on_saturation(self) -> None:
        """The stopping rule, saved before anything could be looked at."""
        with self._database.transaction() as session:
            access = self._lead(session, Permission.SATURATION_JUDGE)
            declared.save_rule(session, access, RuleIn(rule=StoppingRule.GUEST2020, base=4, run=3, threshold=0.05))

    def declaration(self) -> None:
        """What the lead declares after the second round, while the third goes on to try it."""
        with self._database.transaction() as session:
            access = self._lead(session, Permission.SATURATION_JUDGE)
            given = DeclareIn(
                kind=SaturationKind.CODES, level=Level.THEME, view="union", reason=DECLARED, despite=DESPITE
            )
            declared.declare(session, access, given)

    def theory(self) -> None:
        """The model, its relations with passages, and the typical quotations."""
        with self._database.transaction() as session:
            theory.build(session, self._lead(session, Permission.THEORY_EDIT), self._codes)

    def _close(self, study_round: StudyRound, round_id: UUID) -> None:
        with self._database.transaction() as session:
            lead = self._with_role(Role.LEAD)[0]
            access = self._in_round(session, lead, Permission.ROUND_MANAGE, round_id)
            rounds.close_round(session, access)
            agreement.start_report(session, access, MakeReport(Unit.SENTENCE, ReportLevel.CONCEPT))
        while run_next(self._database):
            pass
        with self._database.transaction() as session:
            access = self._in_round(session, self._with_role(Role.ADJUDICATOR)[0], Permission.ADJUDICATE, round_id)
            self._rule(session, access, [r for r in self.study.rulings if r.round == study_round.key])

    def _rule(self, session: Session, access: RoundAccess, rulings: Iterable[Ruling]) -> None:
        """Lay each ruling on the disagreement that it overlaps most."""
        open_places = [*every(lambda asked: disagreements.disagreements(session, access, asked=asked))]
        for ruling in rulings:
            document = self._documents[ruling.document]

            def overlap(d: Disagreement, r: Ruling = ruling, document: UUID = document) -> int:
                return min(d.end, r.end) - max(d.start, r.start) if d.document_id == document else -1

            best = max(open_places, key=overlap, default=None)
            if best is None or overlap(best) <= 0:
                continue
            open_places.remove(best)
            codings = tuple(Span(code=self._codes[c.code], start=c.start, end=c.end) for c in ruling.codings)
            decision = RulingIn(codings=codings, reason=ruling.reason)
            adjudication.rule(session, access, best.id, best.version, decision)


_NOTES = (
    "试编码用的第一版：试点材料中的标签与全部一阶概念、二阶主题、聚合构念。",
    "正式编码用的第二版：补入第二批材料的标签，按裁决理由改写易混概念的纳入与排除标准。",
    "理论抽样后的第三版：补入第三批材料的标签，一阶概念不再增加。",
)


def is_empty(database: Database) -> bool:
    """Whether nobody has an account yet."""
    with database.reading() as session:
        return not session.scalar(sa.select(sa.func.count()).select_from(User)) and not session.scalar(
            sa.select(sa.func.count()).select_from(Assignment)
        )
