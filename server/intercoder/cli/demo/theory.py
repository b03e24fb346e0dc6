"""What the demo study has of a theory: three forces, four modes, one outcome, relations with passages, typical quotations, memos."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from intercoder.models import (
    Backing,
    ElementKind,
    MemoAbout,
    MemoKind,
    MemoReaders,
    RelationSort,
    Sign,
    Stance,
    Succession,
)
from intercoder.services.access import Access
from intercoder.services.category_work import (
    CasePlace,
    NegativeIn,
    NewProperty,
    ShownIn,
    add_property,
    note_negative,
    place_case,
    show_property,
)
from intercoder.services.elements import NewElement, add_element
from intercoder.services.paging import Asked
from intercoder.services.passage_views import NewView, keep
from intercoder.services.passages import Passage, Stands, passages
from intercoder.services.quotations import Star, star
from intercoder.services.relating import End, EvidenceIn, NewRelation, add_evidence, relate
from intercoder.services.study_memos import NewMemo, OtherMemo, cases, tie, write

#: characters of a passage that is good to quote
_SHORTEST, _LONGEST, _STARS, _PASSAGES = 12, 70, 2, 14
_FORCES, _MODES = "三种驱动力", "四种模式"


class _Element(NamedTuple):
    key: str
    kind: ElementKind
    name: str
    code: str | None
    grouped: str


class _Relation(NamedTuple):
    first: str
    second: str
    sort: RelationSort
    words: str
    #: the concepts whose passages speak for it, and against it
    supports: str
    opposes: str | None = None


_ELEMENTS = (
    _Element("scarce", ElementKind.FORCE, "资源不宽裕", None, _FORCES),
    _Element("squeezed", ElementKind.FORCE, "平台挤压", "concept-dependence", _FORCES),
    _Element("barred", ElementKind.FORCE, "准入门槛抬高", "concept-credentials", _FORCES),
    _Element("resourcing", ElementKind.MODE, "", "construct-resourcing", _MODES),
    _Element("trust", ElementKind.MODE, "", "construct-trust", _MODES),
    _Element("value", ElementKind.MODE, "", "construct-value", _MODES),
    _Element("legitimacy", ElementKind.MODE, "", "construct-legitimacy", _MODES),
    _Element("two-way", ElementKind.MODERATOR, "", "concept-two-way", ""),
    _Element("outcome", ElementKind.OUTCOME, "转型立得住", None, ""),
)
_RELATIONS = (
    _Relation(
        "scarce", "resourcing", RelationSort.CAUSES, "手里没有的多，企业就从手边有的做起。", "concept-repurposing"
    ),
    _Relation(
        "squeezed",
        "trust",
        RelationSort.CAUSES,
        "越怕被平台拿住，越要先把人和数据的信任立起来。",
        "concept-dependence",
        "concept-multihoming",
    ),
    _Relation("barred", "legitimacy", RelationSort.CAUSES, "门槛抬高，先要有人认。", "concept-credentials"),
    _Relation("squeezed", "legitimacy", RelationSort.CAUSES, "规则由平台定，企业便去参与定规则。", "concept-advocacy"),
    _Relation(
        "resourcing", "trust", RelationSort.CONDITIONS, "就手做成的样子，让别人愿意信。", "concept-outside-means"
    ),
    _Relation("trust", "value", RelationSort.CONDITIONS, "数据互见之后，才谈得上共改。", "concept-visible-data"),
    _Relation("value", "legitimacy", RelationSort.CONDITIONS, "客户认了，行业才认。", "concept-codeveloping"),
    _Relation("resourcing", "outcome", RelationSort.LEADS_TO, "", "concept-trial"),
    _Relation("trust", "outcome", RelationSort.LEADS_TO, "", "concept-persons"),
    _Relation("value", "outcome", RelationSort.LEADS_TO, "", "concept-servitising"),
    _Relation("legitimacy", "outcome", RelationSort.LEADS_TO, "", "concept-demonstrating"),
)
#: concepts that have no star yet, as the table of evidence shows
_WITHOUT = frozenset({"concept-outside-means"})


def build(session: Session, access: Access, codes: Mapping[str, UUID]) -> None:
    """Make the theory of the demo out of what its compared rounds hold; ``codes``: key of the study -> code."""
    nodes = {
        one.key: add_element(
            session,
            access,
            NewElement(kind=one.kind, name=one.name, code=codes[one.code] if one.code else None, grouped=one.grouped),
        ).id
        for one in _ELEMENTS
    }
    for one in _RELATIONS:
        ends = End(element=nodes[one.first]), End(element=nodes[one.second])
        given = NewRelation(first=ends[0], second=ends[1], sort=one.sort, words=one.words)
        made = relate(session, access, given).id
        _put(session, access, made, _found(session, access, codes[one.supports]), Stance.FOR)
        if one.opposes:
            _put(session, access, made, _found(session, access, codes[one.opposes])[:_STARS], Stance.AGAINST)
        if (one.first, one.second) == ("resourcing", "outcome"):
            moderated = NewRelation(
                first=End(element=nodes["two-way"]),
                second=End(relation=made),
                sort=RelationSort.MODERATES,
                sign=Sign.POSITIVE,
            )
            row = relate(session, access, moderated).id
            _put(session, access, row, _found(session, access, codes["concept-two-way"]), Stance.FOR)
    for key, code in codes.items():
        if key.startswith("concept-") and key not in _WITHOUT:
            held = [p for p in _found(session, access, code) if p.stands in {Stands.AGREED, Stands.RULED}]
            fitting = [p for p in held if _SHORTEST <= p.end - p.start <= _LONGEST]
            for passage in fitting[:_STARS]:
                star(session, access, code, Star(coder=passage.layer.coder_id, key=passage.key))

    _work_on_a_category(session, access, codes)
    _remember(session, access, codes)
    _keep_views(session, access, codes)


def _keep_views(session: Session, access: Access, codes: Mapping[str, UUID]) -> None:
    """Keep what the team asks again and again: what interviewees say of one concept, and what two concepts say near one another."""
    dependence, data = codes["concept-dependence"], codes["concept-visible-data"]
    for view in (
        NewView(name="一手资料中的依附之忧", code=dependence, primary=True),
        NewView(name="小型企业的数据互见", code=data, attribute="规模", value="小型"),
        NewView(
            name="依附之忧之后说到多栖周旋",
            code=dependence,
            beside=codes["concept-multihoming"],
            near=400,
            sequence=Succession.BEFORE,
        ),
        NewView(name="裁决后成立的片段", agreement=Backing.RULED),
    ):
        keep(session, access, view)


def _remember(session: Session, access: Access, codes: Mapping[str, UUID]) -> None:
    """Write a memo of each kind, the first two tied to one another."""
    theoretical = NewMemo(
        about=MemoAbout.CODE,
        of=codes["concept-dependence"],
        title="依附之忧从哪里来",
        text="各案例说的不是离不开平台，而是规则说变就变。先核对是不是每个提到依附的片段都提到规则。",
    )
    methodological = NewMemo(
        kind=MemoKind.METHODOLOGICAL,
        title="为什么第二轮改为自由片段",
        text="逐句编码时，一个完整的做法常被切成两三句，分歧多半出在边界上；第二轮起按自由片段编码，边界另行比较。",
    )
    reflexive = NewMemo(
        kind=MemoKind.REFLEXIVE,
        title="我自己的立场",
        text="我在其中两家企业做过顾问，读到它们的访谈时更容易替它们解释。这两家的片段请另两位编码者先编。",
        readers=MemoReaders.LEADS,
    )
    first, second, _ = (write(session, access, given) for given in (theoretical, methodological, reflexive))
    tie(session, access, first.id, OtherMemo(memo=second.id))


def _work_on_a_category(session: Session, access: Access, codes: Mapping[str, UUID]) -> None:
    """Give a concept two properties, places on a dimension, a condition and a consequence."""
    code = codes["concept-dependence"]
    degree = add_property(
        session, access, code, NewProperty(name="依附程度", words="离了平台还剩多少订单。", low="轻", high="重")
    )
    add_property(session, access, code, NewProperty(name="应对", words="压价时怎么办。"))
    placed: dict[UUID, int] = {}
    # A case of which nobody says that it depends on a platform.
    without = [
        case for case in _cases(session, access) if case not in {p.layer.case_id for p in _found(session, access, code)}
    ]
    for case in without[:1]:
        note_negative(session, access, code, NegativeIn(case=case, words="各份资料都没有提到离不开哪一个平台。"))
    for n, passage in enumerate(_found(session, access, code)):
        at = 35 + (n * 17) % 60
        show_property(session, access, degree.id, ShownIn(coder=passage.layer.coder_id, key=passage.key, at=at))
        if passage.layer.case_id:
            placed.setdefault(passage.layer.case_id, at)
    for case, at in placed.items():
        place_case(session, access, degree.id, case, CasePlace(at=at))
    for first, second, sort in (
        ("concept-dependence", "concept-multihoming", RelationSort.CONDITIONS),
        ("concept-multihoming", "concept-dependence", RelationSort.ACTS_ON),
    ):
        ends = End(code=codes[first]), End(code=codes[second])
        made = relate(session, access, NewRelation(first=ends[0], second=ends[1], sort=sort)).id
        _put(session, access, made, _found(session, access, codes["concept-multihoming"])[:_STARS], Stance.FOR)


def _cases(session: Session, access: Access) -> Sequence[UUID]:
    return [case for case, _ in cases(session, access)]


def _found(session: Session, access: Access, code: UUID) -> Sequence[Passage]:
    """Return passages of a code, each place once."""
    rows = passages(session, access, code, asked=Asked(limit=100)).part.rows
    places = {(p.layer.document_id, p.start, p.end): p for p in reversed(rows) if p.layer.round_state.compared}
    return list(reversed(places.values()))[:_PASSAGES]


def _put(session: Session, access: Access, relation: UUID, found: Sequence[Passage], stance: Stance) -> None:
    for passage in found:
        given = EvidenceIn(coder=passage.layer.coder_id, key=passage.key, stance=stance)
        add_evidence(session, access, relation, given)
