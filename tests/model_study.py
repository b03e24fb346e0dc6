"""A study of the shape of the paper that the program starts from, with data of its own: 9 cases, 407 labels, 21 concepts, 8 themes, 4 constructs.

What was put in is kept beside it, counted while it is made, so that tables and figures are compared with that and not with
the program. Two coders work in the same words but for one place, which is ruled on.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import sqlalchemy as sa

from cast import Cast, store
from intercoder.db import Database, within
from intercoder.models import Disagreement, Role, RoundPurpose, Unit
from intercoder.policy import Permission
from intercoder.services import (
    accounts,
    adjudication,
    codebook,
    coding,
    materials,
    members,
    projects,
    rounds,
    versions,
)
from intercoder.services.access import authorise
from intercoder.services.adjudication import RulingIn, Span
from intercoder.services.codebook import NewCode
from intercoder.services.coding import CodingWrite
from intercoder.services.materials import CaseChange, DocumentChange
from intercoder.services.projects import NewProject, ProjectChange

TREE: dict[str, dict[str, dict[str, int]]] = {
    "资源行动": {
        "就手拼凑": {"旧物改用": 22, "土法沉淀": 21, "外力借用": 18},
        "能力重组": {"边试边改": 20, "岗位重排": 17, "代际互教": 19},
    },
    "信任嵌入": {
        "信任积累": {"以人立信": 24, "数据互见": 21, "分寸拿捏": 17},
        "平台周旋 Platform bargaining": {"借台登场": 14, "依附之忧": 23, "多栖周旋": 16},
    },
    "价值重塑 Reframing of value": {
        "价值重述": {"需求细读": 26, "由物及服 From goods to services that last": 19},
        "协同共创": {"客户共改": 25, "校企协作": 15, "同行结伴": 18},
    },
    "合法性建构": {
        "认可获取": {"资质背书": 21, "示范说服": 20},
        "规则参与": {"标准参写": 17, "规则倡导": 14},
    },
}
CASES = (
    "恒泽阀业",
    "素禾织造",
    "味坊酱园",
    "顺驿物流",
    "岚山模具",
    "曜石照明",
    "百川洗涤",
    "北坪农机站",
    "Brook Joinery",
)
#: of each case a primary and a secondary source, as the project calls them
SOURCES = (("现场访谈", True), ("媒体报道", False))
#: a construct of which this case has nothing
BARE = ("合法性建构", "味坊酱园")


@dataclass
class Put:
    """One passage that stands in the end: what was put in, in words."""

    construct: str
    theme: str
    concept: str
    label: str
    case: str
    document: str
    source: str
    primary: bool
    paragraph: int
    text: str


@dataclass
class ModelStudy:
    """The study and what was put into it."""

    cast: Cast
    put: list[Put] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    codes: dict[str, UUID] = field(default_factory=dict)

    @classmethod
    def of(cls, cast: Cast) -> "ModelStudy":
        """Say what was put into the study of a cast: it is the same each time."""
        study = cls(cast)
        study.codes = cast.codes
        _plan(study)
        return study

    @property
    def round(self) -> UUID:
        """The round in which all of it was coded."""
        return self.cast.rounds["model"]

    def count(self, *by: str) -> Counter[tuple[str, ...]]:
        """Count the passages by some of their fields."""
        return Counter(tuple(str(getattr(put, name)) for name in by) for put in self.put)

    def documents(self, *by: str) -> dict[tuple[str, ...], int]:
        """Count the documents by some fields of the passages in them."""
        found: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for put in self.put:
            found[tuple(str(getattr(put, name)) for name in by)].add(put.document)
        return {key: len(documents) for key, documents in found.items()}


def make_model(database: Database) -> Cast:
    """Make the study in an empty database."""
    cast = Cast(database)
    study = ModelStudy(cast)
    _people(cast)
    _plan(study)
    _codes(study)
    _materials(study)
    _code(study)
    cast.codes = study.codes
    return cast


def _people(cast: Cast) -> None:
    with cast.database.transaction() as session:
        for name in ("lena", "ai", "bo", "ada", "olga"):
            user = accounts.create_user(session, f"{name}@study.example", name.capitalize(), "no password")
            cast.people[name] = accounts.actor_of(user)
        given = NewProject(name="九家企业：资源行动如何成事")
        cast.project = projects.create_project(session, cast.people["lena"], given).id
        for name, role in (("ai", "coder"), ("bo", "coder"), ("ada", "adjudicator"), ("olga", "observer")):
            members.add_member(session, cast.project, cast.people[name].id, [Role(role)])
        access = cast.access(session, "lena", Permission.PROJECT_EDIT)
        described = ProjectChange(
            source_types={name: "primary" if primary else "secondary" for name, primary in SOURCES},
            case_attributes={"成立": "date", "员工": "number"},
            document_attributes={"受访者": "text"},
            citation="{case}·{受访者}，第{paragraph}段",
        )
        projects.change_project(session, access, described)


def _codes(study: ModelStudy) -> None:
    given: list[NewCode] = []

    def code(key: str, level: str, parent: str | None) -> None:
        definition = f"“{key}”的内涵。" if level == "concept" else ""
        given.append(NewCode(key=key, name=key, level=level, parent_key=parent, definition=definition))

    for construct, themes in TREE.items():
        code(construct, "construct", None)
        for theme, concepts in themes.items():
            code(theme, "theme", construct)
            for concept, many in concepts.items():
                code(concept, "concept", theme)
                for n in range(1, many + 1):
                    label = f"{concept[:4]}之说 {n}"
                    code(label, "label", concept)
    with study.cast.database.transaction() as session:
        access = study.cast.access(session, "lena", Permission.CODEBOOK_EDIT)
        created = codebook.create_codes(session, access, given)
        study.codes = {one.name: code.id for one, code in zip(given, created, strict=True)}
        study.cast.version = versions.publish(session, access, "first").id


def _plan(study: ModelStudy) -> None:
    """Say where each label stands: once, and each fifth a second time in the other source of another case."""
    lines: dict[str, list[str]] = defaultdict(list)
    n = 0

    def put(construct: str, theme: str, concept: str, label: str, case: int, kind: int) -> None:
        if (construct, CASES[case]) == BARE:
            case = (case + 1) % len(CASES)
        source, primary = SOURCES[kind]
        document = f"{CASES[case]} {source}"
        said = (
            f"They told us of {label}, number {len(lines[document])}."
            if CASES[case].isascii()
            else f"他们说到{label}，这是第{len(lines[document])}处。"
        )
        lines[document].append(said)
        text = said[:-1]
        paragraph = len(lines[document])
        study.put.append(Put(construct, theme, concept, label, CASES[case], document, source, primary, paragraph, text))

    for construct, themes in TREE.items():
        for theme, concepts in themes.items():
            for concept, many in concepts.items():
                for k in range(1, many + 1):
                    label = f"{concept[:4]}之说 {k}"
                    study.labels.append(label)
                    put(construct, theme, concept, label, n % 9, n % 2)
                    if n % 5 == 0:
                        put(construct, theme, concept, label, (n + 4) % 9, (n + 1) % 2)
                    n += 1
    study.texts = {document: "\n".join(said) for document, said in lines.items()}


def _materials(study: ModelStudy) -> None:
    cast = study.cast
    order = [f"{case} {source}" for case in CASES for source, _ in SOURCES]
    with cast.database.transaction() as session:
        access = cast.access(session, "lena", Permission.MATERIALS_MANAGE)
        for n, title in enumerate(order):
            case, source = CASES[n // 2], SOURCES[n % 2]
            made = store(session, access, title, study.texts[title], case)
            cast.documents[title] = made.id
            told = {"受访者": f"{'F' if source[1] else 'S'}{n // 2 + 1:02}"}
            materials.change_document(session, access, made.id, DocumentChange(source=source[0], attributes=told))
        for n, of in enumerate(materials.cases(session, access)):
            attributes = {"成立": str(1990 + n), "员工": str(10 * (n + 1))}
            materials.change_case(session, access, of.id, CaseChange(attributes=attributes))


def _code(study: ModelStudy) -> None:
    cast = study.cast
    with cast.database.transaction() as session:
        access = cast.access(session, "lena", Permission.ROUND_MANAGE)
        made = rounds.create_round(
            session,
            access,
            rounds.NewRound(
                name="正式编码",
                version_id=cast.version,
                unit=Unit.SPAN,
                documents=tuple(cast.documents.values()),
                coders=(cast.people["ai"].id, cast.people["bo"].id),
                purpose=RoundPurpose.MAIN,
            ),
        )
        cast.rounds["model"] = made.id
        rounds.open_round(session, cast.access(session, "lena", Permission.ROUND_MANAGE, "round", made.id))
    for person in ("ai", "bo"):
        with cast.database.transaction() as session:
            access = cast.access(session, person, Permission.CODE, "round", study.round)
            for place, put in enumerate(study.put):
                start = study.texts[put.document].index(put.text + ("." if put.case.isascii() else "。"))
                code = study.codes[study.put[2].label if person == "bo" and place == 0 else put.label]
                write = CodingWrite(
                    code=code, start=start, end=start + len(put.text), typical=person == "ai" and place % 7 == 0
                )
                asking = access.asking(Permission.CODE)
                coding.put_coding(within(session), asking, cast.documents[put.document], uuid4(), write)
            for document in cast.documents.values():
                coding.submit(session, access, document)
    cast.close(study.round)
    with cast.database.transaction() as session:
        d = session.scalars(sa.select(Disagreement)).one()
        door = authorise(session, cast.people["ada"], Permission.ADJUDICATE, "disagreement", d.id)
        stands = Span(code=study.codes[study.put[0].label], start=d.start, end=d.end)
        given = RulingIn(codings=(stands,), reason="原话如此。")
        adjudication.rule(session, door, d.id, d.version, given)
