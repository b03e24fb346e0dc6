"""What agreement on free spans costs: 5 coders, 100 documents, 400 codes, 1,000 resamples; CPU of the job, bytes that are kept.

python benchmarks/spans.py [--overlapping]
"""

import sys
import time

import numpy as np

from intercoder.services.span_sections import Spans as Kept
from intercoder.services.span_sections import tables_of, whole_of
from intercoder.stats.spans.continuum import DocumentSpans, Span, Spans
from intercoder.stats.spans.digest import digest
from intercoder.stats.spans.report import span_report

CODERS, DOCUMENTS, CODES, LENGTH, SEED = 5, 100, 400, 12_000, 20_260_401


def study(*, overlapping: bool) -> Spans:
    """Return spans of coders who mark four fifths of the same places with ends that move a little."""
    chance = np.random.default_rng(SEED)
    documents = []
    for d in range(DOCUMENTS):
        places = np.sort(chance.integers(0, LENGTH - 400, 100 if overlapping else 40))
        lengths, codes = chance.integers(40, 300, len(places)), chance.integers(CODES, size=len(places))
        spans = []
        for c in range(CODERS):
            reached = 0
            for start, length, code in zip(places.tolist(), lengths.tolist(), codes.tolist(), strict=True):
                if chance.random() > 0.8:
                    continue
                first = max(0 if overlapping else reached, start + int(chance.integers(-10, 10)))
                last = start + length + int(chance.integers(-10, 10))
                if last > first:
                    reached = last
                    other = int(chance.integers(CODES))
                    spans.append(Span(f"c{c}", f"k{code if chance.random() < 0.8 else other}", first, last))
        documents.append(DocumentSpans(f"d{d}", LENGTH, [f"c{i}" for i in range(CODERS)], spans))
    return Spans.of(documents, [f"k{i}" for i in range(CODES)])


def main() -> None:
    """Print the CPU seconds of each step and the bytes of each section."""
    data = study(overlapping="--overlapping" in sys.argv)
    began = time.process_time()
    report = span_report(data)
    computed = time.process_time()
    kept = Kept(*digest(report)).sections()
    written = time.process_time()
    whole_of(kept), tables_of(kept)
    read = time.process_time()
    print(f"spans {len(data.start)}  headline {report.headline}")
    print(f"computed {computed - began:.2f} s CPU  kept {written - computed:.2f}  read {read - written:.3f}")
    print("bytes  " + "  ".join(f"{section} {len(text):,}" for section, text in kept.items()))


if __name__ == "__main__":
    main()
