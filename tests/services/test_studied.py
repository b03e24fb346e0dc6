"""A project as the engine of saturation counts it: at every step what a count from the codings themselves gives."""

from collections import defaultdict
from collections.abc import Hashable
from uuid import UUID

import sqlalchemy as sa

from cast import Cast
from intercoder.models import (
    Assignment,
    AssignmentState,
    Code,
    Coding,
    ConsensusCoding,
    Disagreement,
    DisagreementSide,
    DisagreementState,
    DrawnFrom,
    Level,
    Project,
    Role,
    Round,
)
from intercoder.policy import Permission
from intercoder.services import adjudication, blind_rulings, remapping, saturation
from intercoder.services.arriving import Asked
from intercoder.services.blind_rulings import NewDraw
from intercoder.services.remapping import MergeIn
from intercoder.services.studied import state_of
from intercoder.stats.saturation.study.whose import View
from services.anew import as_anew
from services.comparing import disagreements_of, give, hand_back, reopen, rule


def counted(cast: Cast, view: str) -> dict[str, set[str]]:
    """Return which labels count in each document, counted one coding after another."""
    with cast.database.reading() as session:
        codes = {code.id: code for code in session.scalars(sa.select(Code))}

        def label(code_id: UUID) -> str | None:
            code = codes[code_id]
            while code.into_id:
                code = codes[code.into_id]
            return str(code.id) if code.level is Level.LABEL else None

        seen: defaultdict[str, defaultdict[str, set[UUID]]] = defaultdict(lambda: defaultdict(set))
        coders: defaultdict[str, set[UUID]] = defaultdict(set)
        compared = set(session.scalars(sa.select(Round.id).where(Round.compared_at.is_not(None))))
        for assignment in session.scalars(sa.select(Assignment).where(Assignment.state == AssignmentState.SUBMITTED)):
            if view == "consensus" and assignment.round_id not in compared:
                continue
            document = str(assignment.document_id)
            coders[document].add(assignment.coder_id)
            for coding in session.scalars(
                sa.select(Coding).where(Coding.assignment_id == assignment.id, Coding.deleted_at.is_(None))
            ):
                name = label(coding.code_id)
                if name:
                    seen[document][name].add(coding.coder_id)
        if view == "union":
            return {document: set(seen[document]) for document in coders}
        agreed = {
            document: {code for code, who in seen[document].items() if len(who) >= 2}
            for document in coders
            if len(coders[document]) >= 2
        }
        if view == "agree:2":
            return agreed
        stands: defaultdict[str, set[str]] = defaultdict(set)
        for standing in session.scalars(sa.select(ConsensusCoding).where(ConsensusCoding.round_id.in_(compared))):
            name = label(standing.code_id)
            if name:
                stands[str(standing.document_id)].add(name)
        open_: defaultdict[str, set[str | None]] = defaultdict(set)
        for place in session.scalars(sa.select(Disagreement).where(Disagreement.round_id.in_(compared))):
            if place.state in {DisagreementState.RULED, DisagreementState.VOID}:
                continue
            for side in session.scalars(
                sa.select(DisagreementSide).where(DisagreementSide.disagreement_id == place.id)
            ):
                open_[str(place.document_id)].add(label(side.code))
        return {document: stands[document] | (codes & open_[document]) for document, codes in agreed.items()}


def state(cast: Cast) -> Hashable:
    """Return what tells whether what is kept is still true, but for the codes."""
    with cast.database.reading() as session:
        rounds = session.scalars(sa.select(Round).order_by(Round.number)).all()
        return state_of(session, rounds, ruled=True), session.scalar(
            sa.select(Project.mapping).where(Project.id == cast.project)
        )


def told(cast: Cast, view: str) -> dict[str, set[str]]:
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.SATURATION_VIEW)
        seen = saturation.picture(session, access, Asked(Level.LABEL, View.of(view)))
        return {str(arrival.documents[0]): set(arrival.codes) for arrival in seen.arrivals}


def test_what_is_kept_is_a_count_from_scratch_after_submissions_rulings_and_mappings(
    cast: Cast, compared_round: UUID
) -> None:
    met, states = [], {state(cast)}
    for act in (
        "compared",
        "ruled",
        "undone",
        "ruled",
        "drawn",
        "ended",
        "merged",
        "another",
        "closed",
        "reopened",
        "handed back",
    ):
        if act == "ruled":
            for place in disagreements_of(cast, compared_round):
                rule(cast, place, place.version, [], "not meant")
        elif act == "undone":
            for place in disagreements_of(cast, compared_round):
                with cast.acting("ada", Permission.ADJUDICATE, "disagreement", place.id) as (session, access):
                    adjudication.undo(session, access, place.id, place.version)
        elif act == "merged":
            with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
                remapping.merge(session, access, MergeIn(codes=(cast.codes["l3"],), into=cast.codes["l2"]))
        elif act in {"drawn", "ended"}:
            give(cast, "olga", Role.ADJUDICATOR)
            with cast.acting("lena", Permission.ROUND_MANAGE, "round", compared_round) as (session, access):
                if act == "drawn":
                    drawn = blind_rulings.draw(session, access, NewDraw(drawn_from=DrawnFrom.RULED, share=100)).id
                else:
                    blind_rulings.end_draw(session, access, drawn)
        elif act == "another":
            another = cast.round(documents=("年报节选",))
            for coder, code in (("ai", "l2"), ("bo", "l3")):
                cast.code(coder, another, "年报节选", code, "与两所高校签订合作协议")
                cast.submit(coder, another, "年报节选")
        elif act == "closed":
            cast.close(another)
        elif act == "reopened":
            reopen(cast, compared_round)
        elif act == "handed back":
            hand_back(cast, compared_round, "bo")
        for view in ("union", "agree:2", "consensus"):
            assert told(cast, view) == counted(cast, view), (act, view)
        as_anew(cast)
        assert act == "compared" or state(cast) not in states, f"that something was {act} shows"
        states.add(state(cast))
        met.append({view: told(cast, view) for view in ("union", "agree:2", "consensus")})
    assert met[0] != met[1], "the ruling changed what counts"
    assert met[1] == met[3]
    assert met[0] == met[2]
