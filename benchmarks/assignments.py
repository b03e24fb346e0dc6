"""What giving out documents costs, and how equal it comes out: CPU by size, and pairs and loads over many wizards.

    python benchmarks/assignments.py [--seeds 3] [--figures FILE]

Everything is made from fixed seeds. Pairs: the most less the fewest documents that two coders share, over wizards of 3 to
12 coders without ceilings, given or barred pairs; as a count of wizards for each difference. Loads: the heaviest less the
lightest in longest documents, where every coder has at least eight.
"""

import argparse
import time
from collections import Counter
from random import Random

import figures
from figures import Figure

from intercoder.stats.planning.assignment_sums import AssignmentPlan
from intercoder.stats.planning.assignment_wishes import Coder, Design, Document
from intercoder.stats.planning.assignments import plan_assignments

#: documents, coders, design, seconds that it may take
SIZES = (
    (100, 12, Design(2, 3, 0.3), 0.3),
    (500, 30, Design(1, 2, 0.2), 2.0),
    (500, 30, Design(2, 3, 0.3), 2.0),
    (500, 30, Design(3), 2.0),
)
NUMBERS = (5, 8, 10, 13, 20, 27, 40, 60, 100)


def planned(documents: int, coders: int, design: Design, seed: int, *, limited: bool = False) -> AssignmentPlan:
    """Return the plan of a wizard of chance: documents of 300 to 9,000 characters in four cases."""
    random = Random(seed)
    texts = [Document(f"d{n}", random.randint(300, 9000), (str(random.randrange(4)),)) for n in range(documents)]
    fair = round(1.15 * (design.each + design.share) * sum(text.characters for text in texts) / coders)
    people = [Coder(f"c{n}", fair + 9000 if limited and n % 2 else None) for n in range(coders)]
    return plan_assignments(texts, people, design, seed=seed)


def costs(seeds: int) -> list[Figure]:
    """Return the median CPU of each size."""
    found = []
    for documents, coders, design, budget in SIZES:
        for limited in (False, True):
            taken = []
            for seed in range(seeds):
                began = time.process_time()
                planned(documents, coders, design, seed, limited=limited)
                taken.append(time.process_time() - began)
            what = f"{documents} documents x {coders} coders, {design.each} each"
            what += f", {design.share:.0%} by {design.more}" if design.more else ""
            what += ", half of the coders with ceilings" if limited else ""
            found.append(Figure(what, sorted(taken)[seeds // 2], "s", budget))
    return found


def equality(each: int, seeds: int) -> str:
    """Return the line of one number of coders per document."""
    pairs: Counter[int] = Counter()
    loads: list[float] = []
    for coders in range(max(3, each + 1), 13):
        for documents in NUMBERS:
            for seed in range(seeds):
                balance = planned(documents, coders, Design(each), seed).balance
                pairs[balance.most - balance.least] += 1
                if documents * each >= 8 * coders:
                    loads.append((balance.heaviest - balance.lightest) / 9000)
    differences = ", ".join(f"{difference}: {times}" for difference, times in sorted(pairs.items()))
    loads.sort()
    return f"{each} each   pairs differ by {differences}   loads: median {loads[len(loads) // 2]:.2f}, worst {loads[-1]:.2f}"


def main() -> None:
    """Print both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3, help="wizards of each kind [3]")
    figures.option(parser)
    given = parser.parse_args()
    for each in (1, 2, 3, 4, 5):
        print(equality(each, given.seeds), flush=True)
    figures.report(costs(given.seeds), given.figures)


if __name__ == "__main__":
    main()
