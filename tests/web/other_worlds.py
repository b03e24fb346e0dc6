"""Pairs of worlds that differ in what Ai must not learn besides what Bo does: the answers of a test, what a round is for, a blind ruling.

Both of a pair are made from the beginning, with the same chance and the same clock, so that nothing else differs.
"""

import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from unittest import mock
from uuid import UUID, uuid4

import sqlalchemy as sa
from flask import Flask

from cast import Cast, make_cast
from intercoder.clock import now
from intercoder.db import Database
from intercoder.models import Assignment, DrawnFrom, Event, RoundPurpose, Unit
from intercoder.policy import Permission
from intercoder.services import repeats, rounds
from intercoder.services.assigning import Pair
from services.comparing import allow, disagreements_of
from services.settled import RIGHT, make_test, settled_study
from services.test_blind_rulings import draw, say, whole
from templates import Templates
from web.two_worlds import Still, Worlds, ai_comes, at
from web.what_bo_does import Other
from web.world import Ids, own_ids

#: minutes before noon: what was submitted then can come again
_DAYS_BEFORE = -4 * 24 * 60
_SWAPPED = {"l1": "l2", "l2": "l1"}

#: what one world of a pair holds: the closed round and the open one, and what fills addresses
Made = tuple[UUID, UUID, Ids]
Begin = Callable[[str], None]


@contextmanager
def same_chance() -> Iterator[Begin]:
    """Draw everything from what asks for it and how often it has; what is given begins anew with a word.

    So what one of two worlds draws besides shifts nothing of the rest.
    """
    drawn: Counter[tuple[str, int]] = Counter()
    said = [""]

    def draw(size: int) -> bytes:
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and not frame.f_globals.get("__name__", "").startswith(
            ("intercoder.", "web.world", "cast", "services.")
        ):
            frame = frame.f_back
        who = frame.f_code.co_name if frame is not None else ""
        drawn[who, size] += 1
        return random.Random(f"{said[0]} {who} {size} {drawn[who, size]}").randbytes(size)

    def begin(word: str) -> None:
        drawn.clear()
        said[0] = word

    def moment() -> int:
        return int(Still.moment.timestamp() * 1e9)

    with (
        mock.patch.object(os, "urandom", draw),
        mock.patch.object(random, "_urandom", draw),
        mock.patch.object(time, "time_ns", moment),
    ):
        yield begin


def answers(templates: Templates, app: Flask, idle: list[Database], roles: str) -> tuple[Worlds, Other]:
    """Return worlds in which Ai takes a test: what Bo and Olga agreed on there is another in each."""

    def made(cast: Cast, begin: Begin, *, second: bool) -> Made:
        right = {place: _SWAPPED[code] if second else code for place, code in RIGHT.items()}
        settled = settled_study(cast, "已定甲", codes=right, apart=True)
        ids = own_ids(cast, settled, settled)  # what waits there is ruled on
        begin("the test")
        at(1)
        test = make_test(cast, "已定甲")
        ids.values |= {"document": cast.documents["已定甲"], "round": test}
        return settled, test, ids

    return _pair(templates, app, idle, roles, made)


def purposes(templates: Templates, app: Flask, idle: list[Database], roles: str) -> tuple[Worlds, Other]:
    """Return worlds in which Ai codes again what Ai submitted before: by chance in one, to look for drift in the other."""

    def made(cast: Cast, begin: Begin, *, second: bool) -> Made:
        at(_DAYS_BEFORE)
        closed = cast.compared_round()
        at(0)
        opened = cast.round(documents=("年报节选", "Partner interview"))
        ids = own_ids(cast, closed, opened)
        begin("again")
        at(1)
        again = _again(cast, repeated=second)
        begin("opened")
        at(2)
        with cast.acting("lena", Permission.ROUND_MANAGE, "round", again) as (session, access):
            rounds.open_round(session, access)
        ids.values["round"] = again
        return closed, again, ids

    return _pair(templates, app, idle, roles, made)


def verdicts(templates: Templates, app: Flask, idle: list[Database], roles: str) -> tuple[Worlds, Other]:
    """Return worlds in which places wait for the rulings of two: in one of them Ada has ruled on all of them, blind."""

    def made(cast: Cast, begin: Begin, *, second: bool) -> Made:
        closed = cast.compared_round()
        opened = cast.round(documents=("Partner interview",))
        ids = own_ids(cast, closed, opened)
        begin("drawn")
        at(1)
        allow(cast)  # so that Ai, who coded there, is offered what an adjudicator is
        for of in (DrawnFrom.RULED, DrawnFrom.OPEN):
            ids.values["draw"] = draw(cast, closed, of)
        # But for the place on which Ada ruled before: that is somebody else's to check.
        waiting = [place for place in disagreements_of(cast, closed) if place.version == 2]
        ids.values |= {"round": closed, "disagreement": waiting[-1].id}
        begin("ruled blind")
        at(2)
        for place in waiting if second else ():
            say(cast, "ada", place, whole(cast, place, "l3"), "没有行动")
        at(3)
        return closed, opened, ids

    return _pair(templates, app, idle, roles, made)


def _again(cast: Cast, *, repeated: bool) -> UUID:
    ai, document = cast.people["ai"].id, cast.documents["访谈一"]
    with cast.acting("lena", Permission.ROUND_MANAGE) as (session, access):
        if repeated:
            drawn = repeats.NewRepeats(name="再看几份", version_id=cast.version, coders=(ai,), percent=100, seed=3)
            return repeats.create_repeats(session, access, drawn).round_id
        now()  # drawing repeats asks once which day it is, and each answer is a moment later
        main = rounds.NewRound(
            name="再看几份",
            version_id=cast.version,
            unit=Unit.SENTENCE,
            purpose=RoundPurpose.MAIN,
            pairs=(Pair(document_id=document, coder_id=ai),),
        )
        return rounds.create_round(session, access, main).id


def _pair(
    templates: Templates, app: Flask, idle: list[Database], roles: str, made: Callable[..., Made]
) -> tuple[Worlds, Other]:
    """Make both worlds of a pair; what is drawn is the same in both, or this says so."""
    both = []
    for second in (False, True):
        folder = Path(tempfile.mkdtemp(dir=app.config["FOLDER"]))
        at(0)
        with same_chance() as begin:
            begin("cast")
            cast = make_cast(Database(templates.copy("empty", str(folder / "base.sqlite3"))))
            closed, opened, ids = made(cast, begin, second=second)
            with cast.database.reading() as session:
                ids.values["assignment"] = session.scalars(
                    sa.select(Assignment.id).where(
                        Assignment.round_id == opened, Assignment.coder_id == cast.people["ai"].id
                    )
                ).one()
                of_bo = sa.select(Event.id).where(Event.actor_id == cast.people["bo"].id)
                ids.values["event"] = session.scalars(of_bo.order_by(Event.position, Event.id)).first() or uuid4()
            begin("Ai comes")
            both.append(ai_comes(app, idle, cast, ids, closed, opened, roles=roles, folder=folder))
    first, other = both
    here, there = first.ids.values, other.ids.values
    assert here == there, (
        f"the worlds are not made alike: {[name for name in here if here[name] != there[name]]} differ"
    )
    assert first.sign_ins == other.sign_ins
    known = first.known | other.known
    return replace(first, known=known), Other(other.base, first.ids, first.cast.people["bo"].id)
