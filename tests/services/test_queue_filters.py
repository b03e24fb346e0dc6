"""What the queue can be narrowed by: what lies at its places, and nothing before these are shown."""

from uuid import UUID

from cast import Cast
from intercoder.policy import Permission
from intercoder.services import queue_filters
from intercoder.services.picking import Fitting
from intercoder.services.queue_filters import Offered


def offered(cast: Cast, round_id: UUID, fitting: Fitting, *, of: UUID | None = None) -> Offered:
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.DISAGREEMENTS_VIEW, "round", of or round_id)
        if of is not None:  # as it is while somebody opens it again
            access.round.compared_at = None
        return queue_filters.offered(session, access, fitting)


def test_coders_cases_and_codes_of_the_places_are_offered(cast: Cast, compared_round: UUID) -> None:
    l2, l3, k1 = (cast.codes[key] for key in ("l2", "l3", "k1"))
    found = offered(cast, compared_round, Fitting(code=l2, against=l3))
    assert [name for _, name in found.coders] == ["Ai", "Bo"]
    assert [name for _, name in found.cases] == ["案例一"]
    assert (found.code and found.code.id, found.against and found.against.id) == (l2, l3)
    # A code that lies at none of these places is not even named.
    assert offered(cast, compared_round, Fitting(code=k1)).code is None


def test_nothing_is_offered_while_the_places_are_hidden(cast: Cast, compared_round: UUID) -> None:
    nothing = Offered((), (), None, None)
    assert offered(cast, compared_round, Fitting(code=cast.codes["l2"]), of=compared_round) == nothing
