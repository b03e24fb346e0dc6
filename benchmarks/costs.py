"""The statistics against other programs and against their budgets: CPU seconds, peak memory, ratios.

    python benchmarks/costs.py [SECTION ...]

Sections: resamples report memory coefficients sets spans saturation idle. Everything is made from fixed seeds in this run, and
every row compares within this run only. CPU seconds are those of all threads of the process; medians of several
runs where one takes less than a second. Loops over other programs are timed on some of their calls and
multiplied: "extrapolated" says so. vegan is measured when R has it (Debian: r-cran-vegan).
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests"))

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the program sets it, for all programs compared

CODES, CODERS, RESAMPLES = 400, 5, 1000


def cpu(work: Callable[[], Any], times: int = 1) -> float:
    """Return the median CPU seconds of a call."""
    taken = []
    for _ in range(times):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return sorted(taken)[len(taken) // 2]


def peak() -> float:
    """Return the largest resident memory of this process so far, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def row(what: str, *figures: str) -> None:
    print(f"{what:<66} " + "   ".join(figures), flush=True)


def budget(ratio: float, limit: float, *, least: bool = True) -> str:
    kept = ratio >= limit if least else ratio <= limit
    return f"budget {'≥' if least else '≤'} {limit:,g}: {'kept' if kept else 'NOT KEPT'}"


# --- data ----------------------------------------------------------------------------------------


def study(documents: int, units: int, codes: int = CODES, coders: int = CODERS, thin: float = 1.0) -> Any:
    """Return ratings of coded units: few codes are frequent, most are rare, as in an open codebook."""
    import numpy as np

    from intercoder.stats.reliability import Ratings

    generator = np.random.default_rng(1)
    share = np.minimum(0.25, 0.2 / np.arange(1, codes + 1) ** 0.9) * thin
    names = [f"k{c:03}" for c in range(codes)]
    rows: list[list[frozenset[str]]] = [[] for _ in range(coders)]
    for _ in range(documents):
        here = share * generator.gamma(0.5, 2.0, codes)
        truth = generator.random((units, codes)) < here
        for cells in rows:
            own = np.where(generator.random((units, codes)) < 0.8, truth, generator.random((units, codes)) < here)
            cells.extend(frozenset(names[c] for c in np.flatnonzero(unit)) for unit in own)
    of = [d for d in range(documents) for _ in range(units)]
    return Ratings.from_rows(rows, coders=[f"c{c}" for c in range(coders)], documents=of), names


# --- sections ------------------------------------------------------------------------------------


def resamples() -> None:
    """400 codes x 1,000 resamples against a loop over the package."""
    import krippendorff
    import numpy as np

    from intercoder.stats.agreement.binary import BinaryData
    from intercoder.stats.intervals import resample
    from intercoder.stats.patterns import patterns

    for units in (2_000, 10_000):
        ratings, names = study(1, units)
        binary = BinaryData.from_ratings(ratings, names)
        ours = cpu(lambda binary=binary: binary.alphas_of_resamples(RESAMPLES, 1), 5)
        alphas = binary.alphas_of_resamples(RESAMPLES, 1)
        from_counts, from_data, furthest, calls = 0.0, 0.0, 0.0, 0
        for c in range(0, CODES, 20):
            binary_ratings = ratings.binary(names[c])
            data = patterns(binary_ratings)
            weights = next(resample(data.frequency, resamples=2, seed=1, width=1)).astype(int)
            counts = data.counts.toarray()
            for b in range(2):
                drawn = np.repeat(counts, weights[b], axis=0)
                table = np.where(
                    binary_ratings.index[:, np.random.default_rng(b).integers(0, units, units)] == 1, 1.0, 0.0
                )
                if (drawn.sum(axis=0) == 0).any() or len(np.unique(table)) < 2:
                    continue
                calls += 1
                theirs: list[float] = []
                from_counts += cpu(
                    lambda drawn=drawn, theirs=theirs: theirs.append(
                        krippendorff.alpha(value_counts=drawn, level_of_measurement="nominal")
                    )
                )
                from_data += cpu(
                    lambda table=table: krippendorff.alpha(reliability_data=table, level_of_measurement="nominal")
                )
                furthest = max(furthest, abs(theirs[0] - alphas[c, b]))
        for what, loop in (("counts", from_counts), ("reliability data", from_data)):
            total = loop / calls * CODES * RESAMPLES
            row(
                f"{CODES} codes x {RESAMPLES:,} resamples, {units:,} units x {CODERS} coders, loop from {what}",
                f"{ours:.3f} s",
                f"loop {total:,.0f} s (extrapolated from {calls})",
                f"{total / ours:,.0f} x",
                budget(total / ours, 2000),
            )
        row("    furthest from the package in these resamples", f"{furthest:.1e}", budget(furthest, 1e-12, least=False))


def report() -> None:
    """Every code, pair, document and coefficient with its interval."""
    from intercoder.stats.agreement.grid import agreement_grid
    from intercoder.stats.agreement.report import DocumentRatings, agreement_report

    for thin, what in ((0.05, "as a study has them"), (0.23, "five times as many"), (1.0, "twenty times as many")):
        ratings, names = study(100, 100, thin=thin)
        documents = [
            DocumentRatings(
                f"d{d}",
                ratings.coders,
                100,
                {
                    coder: [ratings.values[v] for v in ratings.index[i, d * 100 : d * 100 + 100]]
                    for i, coder in enumerate(ratings.coders)
                },
            )
            for d in range(100)
        ]
        codings = sum(len(cell) for document in documents for cells in document.sets.values() for cell in cells)
        grid = cpu(
            lambda ratings=ratings, names=names: agreement_grid(ratings, names, documents=[f"d{d}" for d in range(100)])
        )
        whole = cpu(lambda documents=documents, names=names: agreement_report(documents, names))
        row(f"full report, {codings:,} codings on units, {what}", f"grid {grid:.2f} s CPU", f"report {whole:.2f} s CPU")
        row(
            "    grid: 400 codes x 10 pairs x 5 coefficients, overall and 100 documents",
            budget(grid, 5, least=False),
            f"with the report {budget(grid + whole, 5, least=False)}",
            f"report alone {budget(whole, 3, least=False)}",
            f"{peak():.0f} MiB in all, {budget(peak(), 512, least=False)}",
        )


def _memory_of(units: int, values: int, level: str) -> None:
    """Print the memory of one alpha; runs in a process of its own."""
    import numpy as np

    from intercoder.stats.agreement.alpha import krippendorff_alpha
    from intercoder.stats.reliability import Ratings

    generator = np.random.default_rng(1)
    truth = generator.integers(0, values, units, dtype=np.int32)
    index = np.empty((CODERS, units), dtype=np.int32)
    for row in index:
        row[:] = truth
        other = np.flatnonzero(generator.random(units) < 0.4)
        row[other] = generator.integers(-1, values, len(other))
    ratings = Ratings(tuple(f"c{c}" for c in range(CODERS)), tuple(range(1, values + 1)), index)
    before = peak()
    began = time.process_time()
    estimate = krippendorff_alpha(ratings, level)  # type: ignore[arg-type]
    print(json.dumps([time.process_time() - began, peak() - before, peak(), estimate.value]))


def memory() -> None:
    """One alpha of any size: seconds and memory, in a process of its own."""
    for units, values in ((1_000_000, 20), (10_000, 400)):
        limit = 16 * units * values / 2**20 + 64
        for level in ("nominal", "ordinal", "interval", "ratio"):
            code = f"import statistics_benchmark as b; b._memory_of({units}, {values}, {level!r})"
            with tempfile.TemporaryDirectory() as folder:
                shutil.copy(__file__, Path(folder) / "statistics_benchmark.py")
                done = subprocess.run(
                    [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True
                )
            seconds, more, whole, value = json.loads(done.stdout)
            row(
                f"alpha {level}, {units:,} units x {values} values, {CODERS} coders: {value:.4f}",
                f"{seconds:.2f} s CPU",
                f"+{more:.0f} MiB, {whole:.0f} in all",
                budget(whole, round(limit), least=False),
            )


def coefficients() -> None:
    """One coefficient of one matrix against the other programs."""
    import krippendorff
    import numpy as np
    import pandas
    from irrCAC.raw import CAC
    from nltk.metrics.agreement import AnnotationTask

    from intercoder.stats.agreement.alpha import krippendorff_alpha
    from intercoder.stats.agreement.gwet import fleiss_kappa, gwet_ac, standard_error
    from intercoder.stats.reliability import Ratings

    generator = np.random.default_rng(2)
    truth = generator.integers(1, 6, 2000)
    table = np.where(generator.random((6, 2000)) < 0.7, truth, generator.integers(1, 6, (6, 2000)))
    ratings = Ratings.from_rows(table.tolist())
    frame = pandas.DataFrame(table.T.astype(float))
    triples = [(c, u, int(v)) for c, line in enumerate(table) for u, v in enumerate(line)]

    def with_error() -> None:
        gwet_ac(ratings)
        standard_error(ratings, "gwet_ac")

    rows: Sequence[tuple[str, Callable[[], Any], Callable[[], Any]]] = (
        (
            "alpha, nominal: krippendorff",
            lambda: krippendorff_alpha(ratings),
            lambda: krippendorff.alpha(reliability_data=table.astype(float), level_of_measurement="nominal"),
        ),
        ("alpha, nominal: nltk", lambda: krippendorff_alpha(ratings), lambda: AnnotationTask(triples).alpha()),
        ("AC1 and its error: irrCAC", with_error, lambda: CAC(frame).gwet()),
        ("Fleiss' kappa: nltk (multi-pi)", lambda: fleiss_kappa(ratings), lambda: AnnotationTask(triples).pi()),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for what, mine, theirs in rows:
            ours, other = cpu(mine, 7), cpu(theirs, 1 if "nltk" in what else 3)
            row(
                f"6 coders x 2,000 units, {what}",
                f"{ours * 1000:.1f} ms",
                f"{other * 1000:.1f} ms",
                f"{other / ours:.1f} x",
            )


def sets() -> None:
    """mv-alpha of units with several codes: the value, and its interval in a report."""
    from intercoder.stats.agreement.mv_alpha import mv_alpha

    for thin in (0.05, 1.0):
        ratings, _ = study(1, 100_000, coders=3, thin=thin)
        largest = max(len(value) for value in ratings.values if isinstance(value, frozenset))
        value = cpu(lambda ratings=ratings: mv_alpha(ratings))
        row(
            f"mv-alpha, {CODES} labels x 100,000 units x 3 coders, sets of up to {largest}",
            f"{value:.2f} s CPU",
            budget(value, 1.5, least=False),
        )
        of_documents, _ = study(100, 100, thin=thin)
        interval = cpu(lambda ratings=of_documents: mv_alpha(ratings, resamples=RESAMPLES))
        row(f"    {RESAMPLES:,} resamples, 100 documents x 100 units x {CODERS} coders", f"{interval:.2f} s CPU")


def spans() -> None:
    """The sweep over boundaries against arrays of characters."""
    from stats.slow_spans import cpu_seconds

    seconds = cpu_seconds()
    row(
        "u-alpha family, 5 coders x 12,000 characters, 30 codes: by character",
        f"sweep {seconds['sweep'] * 1000:.0f} ms",
        f"characters {seconds['by_character']:.2f} s",
        f"{seconds['times']:.0f} x",
        f"differ by {seconds['differ']:.1e}",
    )


_VEGAN = """
x <- as.matrix(read.csv("{file}", header = FALSE)); suppressPackageStartupMessages(library(vegan))
t <- system.time({{ specaccum(x, "exact", conditioned = FALSE, gamma = "chao");
  specaccum(x, "random", permutations = 1000); specpool(x) }}); cat(t[["user.self"]] + t[["sys.self"]])
"""


def saturation() -> None:
    """The curves of 10,000 documents, one more document, and vegan."""
    import numpy as np

    from intercoder.stats.saturation.accumulation import accumulation, knots, union_sizes
    from intercoder.stats.saturation.growing import Grown
    from intercoder.stats.saturation.incidence import Incidence
    from intercoder.stats.saturation.reordering import random_lasts
    from intercoder.stats.saturation.richness import chao2
    from intercoder.stats.saturation.study.counts import Arrived

    def world(documents: int, codes: int) -> list[list[str]]:
        generator = np.random.default_rng(4)
        chance = np.minimum(0.9, 0.9 / np.arange(1, codes + 1) ** 0.83)
        return [[str(c) for c in np.flatnonzero(generator.random(codes) < chance)] for _ in range(documents)]

    def curves(documents: list[list[str]]) -> None:
        incidence = Incidence.of(documents)
        f = incidence.frequencies
        accumulation(f, knots(f.documents), total=chao2(f).estimate, unions=union_sizes(incidence))
        random_lasts(incidence, 1000, 1)

    large = world(10_000, 5_000)
    ones = sum(map(len, large))
    seconds = cpu(lambda: curves(large), 3)
    row(
        f"exact curve, both SDs, 1,000 orders: 10,000 x 5,000, {ones:,} ones",
        f"{seconds:.2f} s CPU",
        budget(seconds, 1, least=False),
    )
    row("    peak memory", f"{peak():.0f} MiB")
    for size in (1_000, 10_000):
        documents = [frozenset(of) for of in world(size, 5_000)]
        keys = [(str(place),) for place in range(size)]
        arrived, grown = Arrived.of(documents[:-1]), Grown.of(keys[:-1], documents[:-1])
        rule = cpu(lambda documents=documents, arrived=arrived: Arrived.of(documents, arrived), 9)
        arrays = cpu(lambda keys=keys, documents=documents, grown=grown: Grown.of(keys, documents, grown), 9)
        row(
            f"one more document after {size:,}",
            f"{rule * 1e6:.0f} µs CPU for rules and declarations",
            f"{arrays * 1e6:.0f} µs for figures",
        )
    documents = world(1_000, 400)
    if shutil.which("Rscript") is None:
        row("vegan", "not installed")
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x.csv"
        names = {str(c): c for c in range(400)}
        table = np.zeros((1_000, 400), dtype=int)
        for d, codes in enumerate(documents):
            table[d, [names[c] for c in codes]] = 1
        np.savetxt(file, table[:, table.any(axis=0)], fmt="%d", delimiter=",")
        done = subprocess.run(["Rscript", "-e", _VEGAN.format(file=file)], capture_output=True, text=True, check=False)
    if done.returncode:
        row("vegan", f"did not run: {done.stderr.strip()[-100:]}")
        return
    ours = cpu(lambda: curves(documents), 5)
    row(
        "the same of 1,000 x 400: vegan",
        f"{ours * 1000:.0f} ms",
        f"vegan {float(done.stdout):.2f} s",
        f"{float(done.stdout) / ours:.0f} x",
        budget(float(done.stdout) / ours, 100),
    )


def idle() -> None:
    """What importing costs when no number is asked for."""
    code = "import time; t = time.process_time(); import intercoder, intercoder.cli; import sys; print(time.process_time() - t, 'numpy' in sys.modules)"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    row(
        "importing intercoder and its command line",
        f"{float(printed[0]) * 1000:.0f} ms CPU",
        f"numpy imported: {printed[1]}",
    )


SECTIONS: dict[str, Callable[[], None]] = {
    "resamples": resamples,
    "report": report,
    "memory": memory,
    "coefficients": coefficients,
    "sets": sets,
    "spans": spans,
    "saturation": saturation,
    "idle": idle,
}

if __name__ == "__main__":
    wanted = sys.argv[1:] or list(SECTIONS)
    if len(wanted) == 1:
        print(f"# {wanted[0]}: {SECTIONS[wanted[0]].__doc__}", flush=True)
        SECTIONS[wanted[0]]()
    else:
        for name in wanted:  # each in a process of its own: memory is then that section's
            subprocess.run([sys.executable, __file__, name], check=True)
