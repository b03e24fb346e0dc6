"""The same sentences of saturation where cases arrive and not documents: another noun, so that no number is read as one of the other."""

from collections.abc import Mapping

from intercoder.errors import marked
from intercoder.models import SamplingUnit

#: what is said of documents -> what is said of cases
OF_CASES: Mapping[str, str] = {
    "{known} codes are known from {documents} documents.": marked("{known} codes are known from {documents} cases."),
    (
        "The next document is expected to bring {news} new codes ({unique} of {documents} documents hold one that "
        "is found nowhere else)."
    ): marked(
        "The next case is expected to bring {news} new codes ({unique} of {documents} cases hold one that is found nowhere else)."
    ),
    "About {coverage} of what a new document says is covered.": marked(
        "About {coverage} of what a new case says is covered."
    ),
    "About {further} more documents for {share} of that.": marked("About {further} more cases for {share} of that."),
    "More than {documents} further documents for {share} of that: not predictable from these data.": marked(
        "More than {documents} further cases for {share} of that: not predictable from these data."
    ),
    "{scope}: whatever the order, less than one new code is expected of the next document ({expected}).": marked(
        "{scope}: whatever the order, less than one new code is expected of the next case ({expected})."
    ),
    "{scope}: nothing can be expected of the next document yet.": marked(
        "{scope}: nothing can be expected of the next case yet."
    ),
    "{scope}: with {documents} documents nothing is read from what the next one may bring.": marked(
        "{scope}: with {documents} cases nothing is read from what the next one may bring."
    ),
    "{scope}: whatever the order, the next document is expected to bring {expected} new codes.": marked(
        "{scope}: whatever the order, the next case is expected to bring {expected} new codes."
    ),
    "{scope}: under the rule chosen there is no noteworthy news from document {since} on.": marked(
        "{scope}: under the rule chosen there is no noteworthy news from case {since} on."
    ),
    "{scope}: the rule chosen needs more than {documents} documents.": marked(
        "{scope}: the rule chosen needs more than {documents} cases."
    ),
    "{scope}: the latest documents do not meet the rule chosen.": marked(
        "{scope}: the latest cases do not meet the rule chosen."
    ),
    (
        "{scope}: the reserved documents brought {new} new; a random split would have brought {expected} on "
        "average, and {share} of all splits nothing."
    ): marked(
        "{scope}: the reserved cases brought {new} new; a random split would have brought {expected} on average, and {share} of "
        "all splits nothing."
    ),
    "met from document {n} on": marked("met from case {n} on"),
    "first met at document {n} ({label})": marked("first met at case {n} ({label})"),
}


def said_of(unit: SamplingUnit, message: str) -> str:
    """Return a marked message as it is said of documents, or of cases; one that names neither stays as it is."""
    return message if unit is SamplingUnit.DOCUMENT else OF_CASES.get(message, message)
