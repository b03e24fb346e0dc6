"""The passages of a study: what stands in its texts as each concept, joined through the mapping. Every table of the theory counts these."""

from collections.abc import Collection, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.events import Subject
from intercoder.models import Case, Code, Document, Event, Revision, Round
from intercoder.policy import Permission
from intercoder.services import held_out
from intercoder.services.access import Access, answers_hidden
from intercoder.services.code_states import remembered, renewed
from intercoder.services.counting import COMPARED, tries_coders
from intercoder.services.mapping import mapping
from intercoder.services.standing_passages import StandingPassages, standing
from intercoder.services.study_tallies import Basis, Source, StudyPassages

#: what acts are done to that change no coding, no layer and no consensus; what codes count as has a state of its own
_APART = (
    Subject.PROJECT,
    Subject.MEMBER,
    Subject.INVITATION,
    Subject.FILE,
    Subject.CASE,
    Subject.DOCUMENT,
    Subject.CODE,
    Subject.VERSION,
    Subject.REPORT,
    Subject.ELEMENT,
    Subject.RELATION,
)


def study_passages(session: Session, access: Access, basis: Basis = Basis.CONSENSUS) -> StudyPassages:
    """Return the passages of a study: of compared rounds that ask about the materials, and whose answers the person may know.

    Texts alone are read anew in which something changed; O(passages) for a state of the project. A handful of statements.
    """
    rounds = tuple(
        session.scalars(
            sa.select(Round.id)
            .where(
                Round.project_id == access.project.id,
                Round.state.in_(COMPARED),
                Round.compared_at.is_not(None),
                Round.id.not_in(tries_coders(access)),
                Round.id.not_in(answers_hidden(access.project.id, access.actor.id)),
            )
            .order_by(Round.number)
        )
    )
    # Every change of what is read here leaves a row in the project's own stream; a comparison says when it was finished.
    then = session.execute(
        sa.select(
            sa.select(sa.func.max(Event.seq)).where(Event.stream == access.project.id).scalar_subquery(),
            sa.select(sa.func.max(Round.compared_at)).where(Round.project_id == access.project.id).scalar_subquery(),
            sa.select(Event.seq)
            .where(Event.stream == access.project.id, Event.subject_kind.not_in(_APART))
            .order_by(Event.seq.desc())
            .limit(1)
            .scalar_subquery(),
        )
    ).one()
    compared = str(then[1])

    def stands() -> StandingPassages:
        about = ("standing passages", basis, rounds)
        return renewed(
            session,
            access.project.id,
            about,
            about[:2],
            lambda before: standing(session, access.project.id, basis, rounds, before),
            (then[2], compared),
        )

    # Who manages the materials knows of documents that are held out; what is remembered for one must not be shown to another.
    about = ("study passages", basis, rounds, access.may(Permission.MATERIALS_MANAGE))
    return remembered(
        session, access.project.id, about, lambda: _read(session, access, basis, stands()), (then[0], compared)
    )


def _read(session: Session, access: Access, basis: Basis, standing: StandingPassages) -> StudyPassages:
    mapped = mapping(session, access.project.id)
    sources, cases = _sources(session, access, standing.finished)
    rows = [row for source in sources for row in standing.rows.get(source, ())]
    names = {case: name for case, (name, _) in cases.items()}
    attributes = {case: given for case, (_, given) in cases.items()}
    definitions = {
        str(code): text
        for code, text in session.execute(
            sa.select(Code.id, Code.definition).where(Code.project_id == access.project.id, Code.definition != "")
        )
    }
    many = len(standing.alone & sources.keys())
    counted = sum(n for document, n in standing.codings.items() if document in sources)
    waiting = sum(n for document, n in standing.waiting.items() if document in sources)
    return StudyPassages(basis, mapped, sources, names, attributes, definitions, rows, many, counted, waiting)


def _sources(
    session: Session, access: Access, finished: Collection[str]
) -> tuple[dict[str, Source], dict[str, tuple[str, Mapping[str, str]]]]:
    newest = (
        sa.select(Revision.length)
        .where(Revision.document_id == Document.id)
        .order_by(Revision.number.desc())
        .limit(1)
        .correlate(Document)
        .scalar_subquery()
    )
    cases: dict[str, tuple[str, Mapping[str, str]]] = {
        str(case): (name, attributes)
        for case, name, attributes in session.execute(
            sa.select(Case.id, Case.name, Case.attributes)
            .where(Case.project_id == access.project.id, held_out.known_cases(access))
            .order_by(Case.position, Case.id)
        )
    }
    place = {case: n for n, case in enumerate(cases)}
    rows = session.execute(
        sa.select(
            Document.id,
            Document.title,
            Document.position,
            Document.case_id,
            Document.source_type,
            Document.source,
            Document.is_primary,
            Document.attributes,
            sa.func.coalesce(newest, 0),
        ).where(Document.project_id == access.project.id, Document.removed_at.is_(None), held_out.known(access))
    ).all()
    made = [
        Source(
            str(row[0]),
            row[1],
            row[2],
            str(row[3]) if row[3] else None,
            cases[str(row[3])][0] if row[3] else "",
            row[4],
            row[5],
            row[6],
            row[7],
            row[8],
            str(row[0]) in finished,
        )
        for row in rows
    ]
    made.sort(key=lambda s: (place.get(s.case_id or "", len(place)), s.position, s.id))
    return {source.id: source for source in made}, cases
