"""A new round like an earlier one: the same documents, coders and design, under another seed; nothing is stored by it."""

from collections import Counter

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import Assignment, Document
from intercoder.services.access import RoundAccess
from intercoder.services.assigned import own_only
from intercoder.services.assigning import coders_of
from intercoder.services.round_plans import DesignIn
from intercoder.services.rounds import NewRound


def copied(session: Session, access: RoundAccess) -> NewRound:
    """Return what would make a round like this one, without days and without a seed: chance is asked anew.

    Documents that were removed and people who are no coders any longer are left out. Who codes in the round while it is
    open gets the own documents. A round whose documents were given out by hand has the design that most of them have.
    """
    round_ = access.round
    own = Assignment.coder_id == access.actor.id if own_only(access) else sa.true()
    rows = session.execute(
        sa.select(Assignment.document_id, Assignment.coder_id)
        .join(Document, Document.id == Assignment.document_id)
        .where(Assignment.round_id == round_.id, Document.removed_at.is_(None), own)
        .order_by(Document.position, Document.id, Assignment.coder_id)
    ).all()
    there = coders_of(session, round_.project_id)
    numbers = Counter(Counter(document for document, _ in rows).values())
    each = numbers.most_common(1)[0][0] if numbers else 2
    kept = round_.design
    design = (
        DesignIn(
            each=kept.each,
            percent=kept.percent,
            more=kept.more,
            spread_by=kept.spread_by,
            order=kept.order,
            ceilings={person: most for person, most in kept.ceilings if person in there},
        )
        if kept
        else DesignIn(each=each)
    )
    return NewRound(
        name=round_.name,
        version_id=round_.version_id,
        unit=round_.unit,
        policy=round_.policy,
        purpose=round_.purpose,
        live_figures=round_.live_figures,
        documents=tuple(dict.fromkeys(document for document, _ in rows)),
        coders=tuple(dict.fromkeys(coder for _, coder in rows if coder in there)),
        design=design,
    )
