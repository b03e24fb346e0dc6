"""The page of what came of adjudication: the account of disagreements, coders against the consensus, leanings."""

from collections.abc import Mapping
from uuid import UUID

from flask import render_template

from intercoder.language import LANGUAGES, speaking
from intercoder.models import DisagreementKind, RulingTag
from intercoder.policy import Permission
from intercoder.reports import after_ruling
from intercoder.reports.numbers import ends, number, percent, remark
from intercoder.services import account, coders_against, disagreements, masks
from intercoder.services.access import RoundAccess
from intercoder.stats.agreement.rulings import Resolution
from intercoder.web.adjudicator.blueprint import blueprint
from intercoder.web.pages import page
from intercoder.web.queries import Query
from intercoder.web.session import db

#: codes of a coder that are shown, worst first
CODES = 60


class PlacesAsked(Query):
    """Which places are listed; none where nothing is said. ``of``: whose codes are shown one by one."""

    kind: DisagreementKind | None = None
    resolution: Resolution | None = None
    coder: UUID | None = None
    ruler: UUID | None = None
    tag: RulingTag | None = None
    of: UUID | None = None

    @property
    def asked(self) -> account.Asked:
        """What the service is asked for."""
        return account.Asked(self.kind, self.resolution, self.coder, self.ruler, self.tag)


@page(blueprint, "/rounds/<uuid:round>/adjudication/after", Permission.DISAGREEMENTS_VIEW, tab="adjudication")
def after(access: RoundAccess, query: PlacesAsked) -> str:
    """Show what came of adjudication; each number opens its places."""
    told, found = account.account(db(), access), coders_against.against(db(), access)
    names = after_ruling.names_of(told, found)
    listed = account.listed(db(), access, query.asked) if query.asked != account.Asked() else None
    return render_template(
        "adjudicator/after.html",
        asked=query,
        told=told,
        found=found,
        names=names,
        listed=listed,
        words=after_ruling,
        paragraphs=_paragraphs(told),
        resolutions=Resolution,
        shown=next(
            (one for one in found.coders if one.coder == str(query.of)), found.coders[0] if found.coders else None
        ),
        codes=CODES,
        masked=masks.hidden(access),
        summary=disagreements.summary(db(), access),
        numbers={"number": number, "percent": percent, "ends": ends, "remark": remark},
    )


def _paragraphs(told: account.Account) -> Mapping[str, str]:
    said = {}
    for code in LANGUAGES:
        with speaking(code):
            said[code] = after_ruling.paragraph(told)
    return said
