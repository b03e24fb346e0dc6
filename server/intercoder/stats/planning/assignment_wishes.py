"""What is asked of a distribution of documents: who may have what, and how many coders each document gets."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Literal, TypeAlias, get_args

from intercoder.errors import WrongArgument
from intercoder.stats.planning.allocation import Chance
from intercoder.stats.results import Plain

#: In which order a coder meets the documents: as they were given, by chance, or what has been coded least before the rest.
Order: TypeAlias = Literal["given", "random", "least_coded"]
#: A document and a coder, by their ids.
Pair: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Document(Plain):
    """A document to be coded: its length, and what it shall be spread by (a case, a source type, ...)."""

    id: str
    characters: int
    stratum: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Coder(Plain):
    """Somebody who codes: at most ``ceiling`` characters in all, ``already`` of which are given out elsewhere."""

    id: str
    ceiling: int | None = None
    already: int = 0


@dataclass(frozen=True, slots=True)
class Design(Plain):
    """How many coders a document gets: ``each``, and a ``share`` of the documents ``more`` than that."""

    each: int
    more: int | None = None
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Wishes:
    """The same in numbers from 0 on, checked. ``strata`` are in the order of their first document."""

    documents: tuple[Document, ...]
    coders: tuple[Coder, ...]
    design: Design
    strata: tuple[tuple[str, ...], ...]
    stratum_of: tuple[int, ...]
    given: tuple[frozenset[int], ...]
    barred: tuple[frozenset[int], ...]
    order: Order
    coded: tuple[int, ...]
    seed: int

    @property
    def each(self) -> int:
        """How many coders a document gets when it is not one of those that get more."""
        return min(self.design.each, len(self.coders))

    @property
    def more(self) -> int:
        """How many the others get."""
        return min(self.design.more or self.design.each, len(self.coders))

    @property
    def exact(self) -> Fraction:
        """The share of the documents that get more, as it is written: 0.3 is three tenths."""
        return Fraction(str(self.design.share)) if self.more > self.each else Fraction(0)


def wishes(
    documents: Sequence[Document],
    coders: Sequence[Coder],
    design: Design,
    given: Iterable[Pair],
    barred: Iterable[Pair],
    order: Order,
    coded: Mapping[str, int],
    seed: int,
) -> Wishes:
    """Return what is asked for, in numbers. O(documents + coders + pairs).

    Raises
    ------
    WrongArgument : no coder, the same id twice, an id that is unknown, a negative number, a design or an order that
    does not exist, or a pair that is given and barred.
    """
    numbers = {document.id: d for d, document in enumerate(documents)}
    people = {coder.id: c for c, coder in enumerate(coders)}
    _check(documents, coders, design, order, coded, seed)
    strata = {stratum: s for s, stratum in enumerate(dict.fromkeys(document.stratum for document in documents))}
    kept, kept_out = (_by_document(pairs, numbers, people) for pairs in (given, barred))
    if any(one & other for one, other in zip(kept, kept_out, strict=True)):
        raise WrongArgument("given_and_barred", "A coder cannot be given a document that the coder must not have.")
    return Wishes(
        tuple(documents),
        tuple(coders),
        design,
        tuple(strata),
        tuple(strata[document.stratum] for document in documents),
        kept,
        kept_out,
        order,
        tuple(coded.get(document.id, 0) for document in documents),
        seed,
    )


def round_half_up(number: Fraction) -> int:
    """Return the nearest whole number, of two the greater. O(1)."""
    return floor(number + Fraction(1, 2))


def numbers_of_coders(asked: Wishes, chance: Chance) -> list[int]:
    """Return for each document how many coders it gets. O(documents log documents).

    The documents that get more are as many as the share says, rounded half up, and spread over the strata by largest
    remainders, so that each stratum is within 1 of its share while nobody is barred; within a stratum chance
    picks them. A document keeps all coders that it was given, and gets no more than may have it.
    """
    able = [d for d, out in enumerate(asked.barred) if len(asked.coders) - len(out) >= asked.more]
    chosen: set[int] = set()
    places = _places(asked, Counter(asked.stratum_of[d] for d in able), chance)
    for s, number in enumerate(places):
        inside = chance.shuffled([d for d in able if asked.stratum_of[d] == s])
        inside.sort(key=lambda d: -min(max(len(asked.given[d]), asked.each), asked.more))
        chosen.update(inside[:number])
    wanted = (asked.more if d in chosen else asked.each for d in range(len(asked.documents)))
    return [
        min(max(number, len(asked.given[d])), len(asked.coders) - len(asked.barred[d]))
        for d, number in enumerate(wanted)
    ]


def _places(asked: Wishes, able: Mapping[int, int], chance: Chance) -> list[int]:
    """Return how many documents of each stratum get more coders, by largest remainders; ties by chance."""
    sizes = Counter(asked.stratum_of)
    quotas = [asked.exact * sizes[s] for s in range(len(asked.strata))]
    places = [min(floor(quota), able.get(s, 0)) for s, quota in enumerate(quotas)]
    left = round_half_up(asked.exact * len(asked.documents)) - sum(places)
    ranks = chance.shuffled(range(len(quotas)))
    while left > 0:
        open_ones = [s for s in ranks if places[s] < able.get(s, 0)]
        if not open_ones:
            break
        places[max(open_ones, key=lambda s: quotas[s] - places[s])] += 1
        left -= 1
    return places


def _by_document(
    pairs: Iterable[Pair], documents: Mapping[str, int], coders: Mapping[str, int]
) -> tuple[frozenset[int], ...]:
    found: list[set[int]] = [set() for _ in documents]
    for document, coder in pairs:
        if document not in documents or coder not in coders:
            raise WrongArgument(
                "unknown_pair", "Given and barred pairs name documents and coders of this distribution."
            )
        found[documents[document]].add(coders[coder])
    return tuple(map(frozenset, found))


def _check(
    documents: Collection[Document],
    coders: Collection[Coder],
    design: Design,
    order: Order,
    coded: Mapping[str, int],
    seed: int,
) -> None:
    if not coders:
        raise WrongArgument("no_coders", "Documents can be given out when there is at least one coder.")
    if len({document.id for document in documents}) < len(documents) or len({c.id for c in coders}) < len(coders):
        raise WrongArgument("listed_twice", "A document or a coder is listed twice.")
    numbers = [document.characters for document in documents] + [coder.already for coder in coders] + [seed]
    if min([*numbers, *(c.ceiling for c in coders if c.ceiling is not None), *coded.values()]) < 0:
        raise WrongArgument("negative_characters", "Characters, ceilings, counts and seeds cannot be negative.")
    if design.each < 1 or not 0.0 <= design.share <= 1.0:
        raise WrongArgument("bad_design", "A document has at least one coder, and a share lies between 0 and 1.")
    if (design.more is None and design.share > 0.0) or (design.more is not None and design.more <= design.each):
        raise WrongArgument("bad_more", "Say how many coders the share of documents gets: more than the rest.")
    if order not in get_args(Order):
        raise WrongArgument("bad_order", "The order is given, random or least_coded.")
