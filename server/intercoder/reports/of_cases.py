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
    "Expected new in the next document": marked("Expected new in the next case"),
    "Expected new in the next five documents": marked("Expected new in the next five cases"),
    "Chance that the last document of a random order brings something new": marked(
        "Chance that the last case of a random order brings something new"
    ),
    "Chance that the next document brings something new (model)": marked(
        "Chance that the next case brings something new (model)"
    ),
    "Expected codes with twice the documents": marked("Expected codes with twice the cases"),
    "Expected coverage with twice the documents": marked("Expected coverage with twice the cases"),
    "Further documents for 90 % of Chao2": marked("Further cases for 90 % of Chao2"),
    "Further documents for 95 % of Chao2": marked("Further cases for 95 % of Chao2"),
    "Further documents for 99 % of Chao2": marked("Further cases for 99 % of Chao2"),
    "Fewer than 5 documents or 10 findings: every estimate is unreliable.": marked(
        "Fewer than 5 cases or 10 findings: every estimate is unreliable."
    ),
    "Every code occurs in only one document: only what was observed and the coverage mean anything.": marked(
        "Every code occurs in only one case: only what was observed and the coverage mean anything."
    ),
    "One code occurs in one document and none in two: the estimates then say that nothing is missing, on thin grounds.": marked(
        "One code occurs in one case and none in two: the estimates then say that nothing is missing, on thin grounds."
    ),
    "No code occurs in only one document. That is not completeness: it can also mean coarse codes.": marked(
        "No code occurs in only one case. That is not completeness: it can also mean coarse codes."
    ),
    (
        "The numbers describe this codebook, these coders, this order and this way of sampling. The documents were chosen "
        "on purpose; the formulas assume exchangeable ones."
    ): marked(
        "The numbers describe this codebook, these coders, this order and this way of sampling. The cases were chosen on "
        "purpose; the formulas assume exchangeable ones."
    ),
    (
        "in {orders} random orders at document {median} in the middle, and in nine of ten between {low} and {high}; as "
        "they came: {arrival}; reversed: {reversed}"
    ): marked(
        "in {orders} random orders at case {median} in the middle, and in nine of ten between {low} and {high}; as they came: "
        "{arrival}; reversed: {reversed}"
    ),
    (
        "{new} new in the {n} reserved documents. A random split would have brought {expected} on average, and "
        "nothing in {share} of the splits."
    ): marked(
        "{new} new in the {n} reserved cases. A random split would have brought {expected} on average, and nothing in {share} of "
        "the splits."
    ),
    # reasons
    "No document has been finished yet.": marked("No case has been finished yet."),
    "At least two finished documents are needed.": marked("At least two finished cases are needed."),
    "At least three finished documents are needed.": marked("At least three finished cases are needed."),
    "Undefined: every code that occurs rarely occurs in only one document.": marked(
        "Undefined: every code that occurs rarely occurs in only one case."
    ),
    "The base documents hold no code, so there is nothing to compare with.": marked(
        "The base cases hold no code, so there is nothing to compare with."
    ),
    "There are fewer documents than this rule needs.": marked("There are fewer cases than the rule needs."),
    "The rule is not met by the documents so far.": marked("The rule is not met by the cases so far."),
    "This would need more than twice the documents there are.": marked(
        "This would need more than twice the cases there are."
    ),
    "met from document {n} on": marked("met from case {n} on"),
    "first met at document {n} ({label})": marked("first met at case {n} ({label})"),
}


def said_of(unit: SamplingUnit, message: str) -> str:
    """Return a marked message as it is said of documents, or of cases; one that names neither stays as it is."""
    return message if unit is SamplingUnit.DOCUMENT else OF_CASES.get(message, message)
