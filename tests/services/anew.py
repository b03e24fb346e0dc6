"""Figures that are counted on from earlier ones, beside those of somebody who remembers nothing."""

from collections.abc import Mapping, Sequence
from itertools import product

from sqlalchemy.orm import Session

from cast import Cast
from intercoder.models import Level, SamplingUnit
from intercoder.policy import Permission
from intercoder.services import saturation
from intercoder.services.arriving import Asked, count_of
from intercoder.services.saturation import Picture, compared_rounds
from intercoder.stats.saturation.study.events import Kind
from intercoder.stats.saturation.study.whose import View

VIEWS = ("union", "agree:2", "consensus")


def _pictures(cast: Cast, session: Session, views: Sequence[str]) -> Mapping[tuple[str, SamplingUnit], Picture]:
    access = cast.access(session, "lena", Permission.SATURATION_VIEW)
    return {
        (view, unit): saturation.picture(session, access, Asked(Level.LABEL, View.of(view), unit))
        for view, unit in product(views, SamplingUnit)
    }


def as_anew(cast: Cast, views: Sequence[str] = VIEWS) -> None:
    """Say that what is counted on is what is counted from scratch: by who reads, and by who is about to write."""
    with cast.database.reading() as session:
        session.info.pop("remembered")
        scratch = _pictures(cast, session, views)
        held = _held(session, cast)
    with cast.database.reading() as session:
        told = _pictures(cast, session, views)
        assert _held(session, cast) == held
    with cast.database.transaction() as session:
        assert _held(session, cast) == held
    for asked, picture in told.items():
        other = scratch[asked]
        assert picture.levels == other.levels, asked
        for level, figures in picture.levels.items():
            assert figures.result == other.levels[level].result, (asked, level)
            assert figures.grown.unions == other.levels[level].grown.unions
        assert (picture.count.about, picture.count.attributes) == (other.count.about, other.count.attributes)
        assert list(picture.staircase) == list(other.staircase)
        assert (picture.arrivals, picture.names, picture.waiting) == (other.arrivals, other.names, other.waiting)
        assert picture.provenance == other.provenance


def _held(session: Session, cast: Cast) -> object:
    """Return what each document holds in the eyes of a declaration."""
    count = count_of(session, cast.project, compared_rounds(session, cast.project), ruled=True)
    found = count.found
    asked = [Asked(level, View.of(view), unit) for view in VIEWS for level in Level for unit in SamplingUnit]
    return (
        found.submitted,
        found.study.sources,
        [(view, level, found.held(View.of(view), level)) for view in VIEWS for level in (*Level, *Kind)],
        [(one, count.units(one), count.arrived(one), found.present(one.view, Level(one.level))) for one in asked],
        [sorted(found.in_use(View.of(view))) for view in VIEWS],
        dict(count.about),
    )
