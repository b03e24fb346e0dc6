"""A round to which things happen, and what must stand in it after each: the model of the test over whole histories."""

from random import Random
from uuid import UUID, uuid4

import sqlalchemy as sa

from cast import Cast
from intercoder.db import within
from intercoder.jobs.runner import run_next
from intercoder.models import (
    CodeState,
    Disagreement,
    DisagreementSide,
    DisagreementState,
    DrawnFrom,
    Job,
    JobState,
    Level,
    TwicePlace,
    TwiceState,
)
from intercoder.policy import Permission
from intercoder.services import (
    adjudication,
    assigning,
    blind_rulings,
    cards,
    coding,
    comparing,
    layers,
    remapping,
    taking_back,
)
from intercoder.services.adjudication import RulingIn, Span
from intercoder.services.assigning import Pair
from intercoder.services.blind_rulings import NewDraw
from intercoder.services.mapping import Mapped, mapping
from intercoder.services.paging import Asked
from intercoder.services.remapping import MergeIn, PassageIn, PassagesIn, SplitIn
from intercoder.services.submitted import submitted_layers
from intercoder.services.targets import Target
from intercoder.stats.differences import PlaceKind, places
from services.comparing import consensus_of, disagreements_of, hand_back, reopen, rule

#: code, start, end
Coded = tuple[UUID, int, int]


def again(cast: Cast, round_id: UUID) -> None:
    """Compare a round again as its lead does, by the job."""
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", round_id) as (session, access):
        job = comparing.compare_again(session, access).id
    run_next(cast.database, job)
    with cast.database.reading() as session:
        assert session.get_one(Job, job).state is JobState.DONE


def merge(cast: Cast, into: UUID, *codes: UUID) -> UUID:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        return remapping.merge(session, access, MergeIn(codes=codes, into=into)).id


def split(cast: Cast, code: UUID, *names: str) -> UUID:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        return remapping.split(session, access, code, SplitIn(into=tuple(Target(name=n) for n in names))).id


def undo(cast: Cast, act: UUID) -> None:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        taking_back.undo(session, access, act)


def put(cast: Cast, code: UUID, coder: UUID, key: UUID, at: UUID) -> UUID:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        given = PassagesIn(passages=(PassageIn(coder=coder, key=key, at=at),))
        return remapping.put_passages(session, access, code, given).id


def sides_of(cast: Cast, d: Disagreement) -> list[tuple[UUID, UUID, UUID]]:
    with cast.database.reading() as session:
        access = cast.access(session, "ada", Permission.DISAGREEMENTS_VIEW, "disagreement", d.id)
        return [(side.coder, side.key, side.code) for side in cards.card(session, access, d.id).codings]


def disagreements_of_open(cast: Cast, round_id: UUID) -> list[Disagreement]:
    """Return the places that a round had when it was compared last, while it is open."""
    with cast.database.reading() as session:
        return [
            *session.scalars(
                sa.select(Disagreement).where(Disagreement.round_id == round_id).order_by(Disagreement.position)
            )
        ]


#: of a place: its document, its codings as they were applied, who was compared there
Key = tuple[UUID, frozenset[tuple[str, str, str, int, int]], frozenset[str]]


class History:
    """A round to which things happen, and what was ruled at each of its places, by the codings there."""

    def __init__(self, cast: Cast, round_id: UUID, chance: Random) -> None:
        self.cast, self.round_id, self.chance = cast, round_id, chance
        self.ruled: dict[Key, list[Span]] = {}
        #: places that wait for two, and who has said what there; a ruling of ``ruled`` sleeps meanwhile
        self.twice: dict[Key, dict[str, list[Span]]] = {}
        self.draws: list[UUID] = []
        #: how often a coding stood by more than one ruling, or by a ruling and by all
        self.doubled = 0
        #: rulings that were made blind
        self.blind = 0
        #: whether a third coder has come
        self.late = False

    def mapped(self) -> Mapped:
        with self.cast.database.reading() as session:
            return mapping(session, self.cast.project)

    def places(self) -> tuple[dict[Key, dict[str, set[str]]], dict[Coded, bool]]:
        """Return the places in which coders differ, with what each code applied there counts as, and what is unanimous."""
        mapped, differ, stands = self.mapped(), dict[Key, dict[str, set[str]]](), dict[Coded, bool]()
        with self.cast.database.reading() as session:
            for layer in submitted_layers(session, [self.round_id], mapped):
                marks = [mark for marks in layer.codings.values() for mark in marks]
                for place in places(marks, sorted(map(str, layer.codings)), mapped.tree):
                    if place.kind is PlaceKind.UNANIMOUS:
                        stands |= {(UUID(m.code), m.start, m.end): False for m in place.codings}
                        continue
                    ends: dict[str, set[str]] = {}
                    sides = set()
                    for m in place.codings:
                        applied = layer.applied.get((m.coder, m.id), m.code)
                        ends.setdefault(applied, set()).add(m.code)
                        sides.add((m.coder, m.id, applied, m.start, m.end))
                    differ[layer.document_id, frozenset(sides), frozenset(map(str, layer.codings))] = ends
        return differ, stands

    def key(self, d: Disagreement) -> Key:
        mapped = self.mapped()
        with self.cast.database.reading() as session:
            for layer in submitted_layers(session, [self.round_id], mapped):
                wanted = {(str(coder), str(key)) for coder, key, _ in sides_of(self.cast, d)}
                marks = [m for marks in layer.codings.values() for m in marks if (m.coder, m.id) in wanted]
                if marks:
                    sides = ((m.coder, m.id, layer.applied.get((m.coder, m.id), m.code), m.start, m.end) for m in marks)
                    return layer.document_id, frozenset(sides), frozenset(map(str, d.coders))
        raise AssertionError(d.id)

    def stands(self) -> list[tuple[UUID, int, int, bool]]:
        """Return what has to stand, from scratch and once: what is unanimous, and what was ruled where they still differ."""
        differ, stands = self.places()
        mapped = self.mapped()
        said = set(stands)
        for key, ends in differ.items():
            if key in self.twice:
                continue
            codings = set()
            for span in self.ruled.get(key, ()):
                code = mapped.codes[str(span.code)]
                while code.state is CodeState.MERGED and code.into:
                    code = mapped.codes[code.into]
                counts = {code.id} if code.state is not CodeState.SPLIT else ends.get(str(span.code), set())
                if len(counts) != 1 or any(mapped.codes[end].state is CodeState.SPLIT for end in counts):
                    break
                codings.add((UUID(counts.pop()), span.start, span.end))
            else:
                self.doubled += bool(said & codings)
                said |= codings
                stands = dict.fromkeys(codings, True) | stands
        return sorted((*coding, ruled) for coding, ruled in stands.items())

    def labels(self) -> list[UUID]:
        codes = self.mapped().codes.values()
        return [UUID(c.id) for c in codes if c.state is CodeState.ACTIVE and c.level is Level.LABEL]

    # --- what happens -------------------------------------------------------------------------------

    def rules(self) -> None:
        d = self.chance.choice(disagreements_of(self.cast, self.round_id))
        spans = self.decision(d)
        rule(self.cast, d, d.version, spans, "因为", beyond=True)
        self.ruled[self.key(d)] = spans

    def decision(self, d: Disagreement) -> list[Span]:
        codes = [*dict.fromkeys(code for *_, code in sides_of(self.cast, d))]
        chosen = self.chance.sample(codes, self.chance.randint(0, min(2, len(codes))))
        # Often the words of another place, or of what is unanimous: the same coding from several sides.
        spans = (Span(code=code, start=start, end=end) for code in chosen for start, end in [self.words(d)])
        return [*dict.fromkeys(spans)]

    def says_again(self) -> None:
        """Rule that something stands which does already, by all or by another ruling."""
        d = self.chance.choice(disagreements_of(self.cast, self.round_id))
        code, start, end, _ = self.chance.choice(consensus_of(self.cast, self.round_id))
        spans = [Span(code=code, start=start, end=end)]
        rule(self.cast, d, d.version, spans, "因为", beyond=True)
        self.ruled[self.key(d)] = spans

    def words(self, d: Disagreement) -> tuple[int, int]:
        with self.cast.database.reading() as session:
            wanted = sa.select(Disagreement.start, Disagreement.end).where(Disagreement.document_id == d.document_id)
            places_ = sorted({(start, end) for start, end in session.execute(wanted)})
        agreed = [(start, end) for _, start, end, _ in consensus_of(self.cast, self.round_id)]
        return self.chance.choice([(d.start, d.end), *places_[:1], *agreed[:1]])

    def takes_back(self) -> None:
        ruled = [d for d in disagreements_of(self.cast, self.round_id) if d.state is DisagreementState.RULED]
        d = self.chance.choice(ruled)
        with self.cast.acting("ada", Permission.ADJUDICATE, "disagreement", d.id) as (session, access):
            adjudication.undo(session, access, d.id, d.version)
        del self.ruled[self.key(d)]

    def merges(self) -> None:
        into, gone = self.chance.sample(self.labels(), 2)
        merge(self.cast, into, gone)
        again(self.cast, self.round_id)

    def splits(self) -> None:
        split(self.cast, self.chance.choice(self.labels()), f"甲{self.chance.random()}", f"乙{self.chance.random()}")
        again(self.cast, self.round_id)

    def puts(self) -> None:
        mapped = self.mapped()
        with self.cast.database.reading() as session:
            layers_ = [*submitted_layers(session, [self.round_id], mapped)]
        marks = [m for layer in layers_ for marks in layer.codings.values() for m in marks]
        waiting = [m for m in marks if mapped.codes[m.code].state is CodeState.SPLIT]
        m = self.chance.choice(waiting)
        part = self.chance.choice(mapped.codes[m.code].split)
        put(self.cast, UUID(m.code), UUID(m.coder), UUID(m.id), part)
        again(self.cast, self.round_id)

    def undoes(self) -> None:
        with self.cast.database.reading() as session:
            access = self.cast.access(session, "lena", Permission.CODEBOOK_VIEW)
            act = taking_back.acts(session, access, Asked(None, 1)).rows[0].id
        undo(self.cast, act)
        again(self.cast, self.round_id)

    def recodes(self) -> None:
        reopen(self.cast, self.round_id)
        hand_back(self.cast, self.round_id, "bo")
        with self.cast.acting("bo", Permission.CODE, "round", self.round_id) as (session, access):
            rows = layers.codings(session, access).rows
            asking, document = access.asking(Permission.CODE), self.cast.documents["访谈一"]
            if rows:
                mine = self.chance.choice(rows)
                code = self.cast.codes[self.chance.choice(["l1", "l2", "l3"])]
                patch = coding.CodingPatch(code=code)
                coding.change_coding(within(session), asking, document, mine.key, mine.version, patch)
        self.cast.submit("bo", self.round_id, "访谈一")
        self.cast.close(self.round_id)

    def comes_late(self) -> None:
        """Give the text to one more coder, or to the one who came late before once more."""
        agreed = [(code, start, end) for code, start, end, _ in consensus_of(self.cast, self.round_id)]
        reopen(self.cast, self.round_id)
        document = self.cast.documents["访谈一"]
        if self.late:
            hand_back(self.cast, self.round_id, "root")
        else:
            with self.cast.acting("lena", Permission.ROUND_MANAGE, "round", self.round_id) as (session, access):
                wanted = Pair(document_id=document, coder_id=self.cast.people["root"].id)
                assigning.add_assignments(session, access, assigning.given_pairs([wanted]))
        self.late = True
        places_ = [(self.cast.codes["l1"], d.start, d.end) for d in disagreements_of_open(self.cast, self.round_id)]
        with self.cast.acting("root", Permission.CODE, "round", self.round_id) as (session, access):
            _, start, end = self.chance.choice([*agreed, *places_, (self.cast.codes["l2"], 0, 6)])
            code = self.cast.codes[self.chance.choice(["l1", "l2", "l3"])]
            write = coding.CodingWrite(code=code, start=start, end=end)
            coding.put_coding(within(session), access.asking(Permission.CODE), document, uuid4(), write)
        self.cast.submit("root", self.round_id, "访谈一")
        self.cast.close(self.round_id)

    def draws_for_two(self) -> None:
        of = self.chance.choice([DrawnFrom.OPEN, DrawnFrom.RULED])
        wanted = NewDraw(drawn_from=of, share=self.chance.choice([20, 50]), seed=self.chance.randint(0, 99))
        with self.cast.acting("lena", Permission.ROUND_MANAGE, "round", self.round_id) as (session, access):
            self.draws.append(blind_rulings.draw(session, access, wanted).id)
        for d in disagreements_of(self.cast, self.round_id):
            if d.state is DisagreementState.TWICE and (key := self.key(d)) not in self.twice:
                # Who made the ruling that is checked has said it.
                self.twice[key] = {"ada": self.ruled[key]} if key in self.ruled and of is DrawnFrom.RULED else {}

    def rules_blind(self) -> None:
        waiting = [d for d in disagreements_of(self.cast, self.round_id) if d.state is DisagreementState.TWICE]
        d = self.chance.choice(waiting)
        key = self.key(d)
        said = self.twice[key]
        by = self.chance.choice([person for person in ("ada", "olga") if person not in said or key not in self.ruled])
        # Often the same as the other, or it would never be agreed on.
        other = [spans for person, spans in said.items() if person != by]
        spans = self.chance.choice([*other, *other, self.decision(d)])
        with self.cast.acting(by, Permission.ADJUDICATE, "disagreement", d.id) as (session, access):
            decision = RulingIn(codings=tuple(spans), reason="因为", beyond=True)
            state = blind_rulings.rule_blind(session, access, d.id, d.version, decision)
        said[by] = spans
        self.blind += 1
        if state is TwiceState.WAITS:
            return
        del self.twice[key]
        if state is TwiceState.DIFFERED:
            self.ruled.pop(key, None)
        elif not other or key not in self.ruled:
            self.ruled[key] = spans

    def ends_a_draw(self) -> None:
        # One on which somebody has ruled comes first: else nothing would ever be decided by two.
        draw_id = self.chance.choice(self.draws if self.blind else [])
        with self.cast.database.reading() as session:
            mine = set(session.scalars(sa.select(TwicePlace.disagreement_id).where(TwicePlace.draw_id == draw_id)))
            rows = session.scalars(sa.select(Disagreement).where(Disagreement.id.in_(mine))).all()
        keys = {d.id: self.key_of_any(d) for d in rows}
        with self.cast.acting("lena", Permission.ROUND_MANAGE, "round", self.round_id) as (session, access):
            blind_rulings.end_draw(session, access, draw_id)
        self.draws.remove(draw_id)
        for d in rows:
            said = self.twice.pop(keys[d.id], None)
            if said and d.state is not DisagreementState.VOID:
                (self.ruled[keys[d.id]],) = said.values()

    def key_of_any(self, d: Disagreement) -> Key:
        """Return the key of a place, also of one that is none any more."""
        with self.cast.database.reading() as session:
            sides = session.execute(
                sa.select(DisagreementSide.coder, DisagreementSide.key).where(DisagreementSide.disagreement_id == d.id)
            )
            wanted = {(str(coder), str(key)) for coder, key in sides}
        for key in [*self.twice]:
            if (key[0], key[2]) == (d.document_id, frozenset(map(str, d.coders))) and {
                (coder, coding_) for coder, coding_, *_ in key[1]
            } == wanted:
                return key
        return self.key(d)
