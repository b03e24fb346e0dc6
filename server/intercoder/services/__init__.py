"""The verbs: they take a session, know no Flask, and never commit."""

from uuid import UUID

from sqlalchemy.orm import Session

from intercoder.events import FOLLOWERS, Act


def _hold_declarations(session: Session, project_id: UUID, actor_id: UUID, acts: tuple[Act, ...]) -> None:
    from intercoder.services.holding import CHANGING, hold  # what few studies need is imported by these

    if any(act.subject_kind in CHANGING for act in acts):
        hold(session, project_id, actor_id)


FOLLOWERS.append(_hold_declarations)
