"""Rules that look at more than the arrival curve: what is said of each code, and where news ends in other orders."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from intercoder.stats.saturation.incidence import Incidence
from intercoder.stats.saturation.reordering import reordering

#: in so many of a thousand orders the news has to end
MOST_ORDERS = 0.95


def since_news(units: Sequence[Iterable[str]], said: Sequence[Mapping[str, AbstractSet[str]]]) -> dict[str, int]:
    """Return for each code how many units that hold it came since one that said something new of it.

    Parameters
    ----------
    units
        the codes of each document or case, in order of arrival.
    said
        what each of them says of its codes: codes below them, properties.

    Notes
    -----
    The first unit that holds a code says something new of it. O(codes in units + what is said of them).
    """
    since: dict[str, int] = {}
    known: dict[str, set[str]] = {}
    for codes, things in zip(units, said, strict=True):
        for code in codes:
            here, before = things.get(code, frozenset()), known.setdefault(code, set())
            since[code] = since.get(code, 0) + 1 if here <= before and code in since else 0
            before |= here
    return since


def hennink2017(new: Sequence[int], since: Iterable[int], stop: int = 3) -> bool:
    """Return whether codes and what is said of them have both been quiet for so many units (Hennink, Kaiser & Marconi 2017).

    ``new``: new codes of each unit in order of arrival. ``since``: of each code, see ``since_news``. Qual. Health Res. 27: 591; the number is
    ours: the paper tells in which interview each was reached, and no rule. O(n + codes).
    """
    return len(new) > stop and not any(new[-stop:]) and min(since, default=0) >= stop


def constantinou2017(
    units: Sequence[frozenset[str]] | Incidence, stop: int = 3, *, orders: int = 1000, seed: int = 0
) -> bool:
    """Return whether news ends so many units before the last one as they came, reversed, and in 95 % of random orders.

    Constantinou, Georgiou & Perdikogianni 2017, doi 10.1177/1468794116686650: other orders; the share is ours. A code of more than
    ``stop`` units is in one before the last of them in whatever order: such codes are not looked at. O(orders x (n + occurrences of
    codes of ``stop`` units at most)).
    """
    every = units if isinstance(units, Incidence) else Incidence.of(units)
    if not every.codes or every.documents <= stop:
        return False
    rare = every.rare(stop)
    if not rare.codes:
        return True
    found = reordering(rare, orders=orders, run=stop, seed=seed)
    ends = max(found.arrival, found.reversed) <= found.documents - stop
    return ends and (found.share_stopped or 0.0) >= MOST_ORDERS
