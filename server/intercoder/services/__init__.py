"""The verbs: they take a session, know no Flask, and never commit."""

from uuid import UUID

from sqlalchemy.orm import Session

from intercoder.events import FOLLOWERS, Act


def _hold_declarations(session: Session, project_id: UUID, actor_id: UUID, acts: tuple[Act, ...]) -> None:
    from intercoder.services.holding import CHANGING, RELATING, hold  # what few studies need is imported by these

    changed = {act.subject_kind for act in acts} & CHANGING
    if changed:
        hold(session, project_id, actor_id, relating=changed <= RELATING)


FOLLOWERS.append(_hold_declarations)
