"""The API of what came of adjudication: the account of disagreements, coders against the consensus, leanings."""

from dataclasses import replace
from uuid import UUID

from pydantic import JsonValue

from intercoder.models import DisagreementKind
from intercoder.policy import Permission
from intercoder.reports.after_ruling import MOST
from intercoder.services import account, coders_against
from intercoder.services.access import RoundAccess
from intercoder.stats.agreement.rulings import Resolution
from intercoder.web.api.endpoint import endpoint
from intercoder.web.api.shapes import In, Out
from intercoder.web.session import db


class ResolvedOut(Out):
    """So many places of a kind were resolved in this way."""

    kind: DisagreementKind
    resolution: Resolution
    places: int


class ExampleOut(Out):
    """A place that stands for its kind; ``given``: the names of the codes of each coder, A first as on the desk."""

    place: UUID
    title: str
    words: str
    kind: DisagreementKind
    resolution: Resolution
    given: list[list[str]]
    stands: list[str]
    reason: str


class AccountOut(Out):
    """What became of the places of a round; ``by_rule``: rulings by a rule for many, ``own``: by who had coded the document.

    ``leanings``: of each adjudicator (null: of all) towards each coder, empty while the project hides names.
    """

    total: int
    resolved: list[ResolvedOut]
    tags: dict[str, int]
    rulers: int
    by_rule: int
    own: int
    leanings: list[dict[str, JsonValue]]
    by_leverage: bool
    examples: list[ExampleOut]


class AgainstOut(Out):
    """Each coder against the consensus; empty while the project hides names. ``undecided`` units are left out.

    ``by_code`` are those of the coder who was asked for; ``coded_as`` the 40 most frequent.
    """

    units: int
    undecided: int
    names: dict[str, str]
    coders: list[dict[str, JsonValue]]
    by_code: list[dict[str, JsonValue]]
    coded_as: list[dict[str, JsonValue]]


@endpoint("GET", "/rounds/<uuid:round>/account", Permission.DISAGREEMENTS_VIEW, tag="rulings")
def get_account(access: RoundAccess) -> AccountOut:
    """The account of disagreements: kinds, how they were resolved, examples, and whose reading was taken."""
    told = account.account(db(), access)
    return AccountOut.of(
        told,
        resolved=[ResolvedOut(kind=kind, resolution=way, places=n) for (kind, way), n in sorted(told.counts.items())],
        tags={str(tag or "not_said"): n for tag, n in told.tags.items()},
        leanings=[one.to_json() for one in told.leanings],
        examples=[
            ExampleOut.of(
                one,
                given=[[code.name for code in codes] for _, codes in one.given],
                stands=[code.name for code in one.stands],
            )
            for some in told.examples.values()
            for one in some
        ],
    )


class CoderAskedQuery(In):
    """Whose codes are told one by one; nobody's when nothing is said."""

    coder: UUID | None = None


@endpoint("GET", "/rounds/<uuid:round>/coders-against-consensus", Permission.DISAGREEMENTS_VIEW, tag="rulings")
def get_coders_against_consensus(access: RoundAccess, query: CoderAskedQuery) -> AgainstOut:
    """Each coder against the consensus: alpha, recall, precision, F1 and kappa by code, and what was coded for what stands."""
    found = coders_against.against(db(), access)
    coded_as = found.coded_as[:MOST]
    by_code = [code for one in found.coders if one.coder == str(query.coder) for code in one.by_code]
    named = {one.coder for one in found.coders} | {code.code for code in by_code}
    named |= {code for one in coded_as for code in (one.ruled, one.coded) if code}
    return AgainstOut.of(
        found,
        names={one: found.names[one] for one in sorted(named)},
        coders=[replace(one, by_code=()).to_json() for one in found.coders],
        by_code=[code.to_json() for code in by_code],
        coded_as=[one.to_json() for one in coded_as],
    )
