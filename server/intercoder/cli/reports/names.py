"""What the numbers are called in tables."""

from collections.abc import Mapping

from intercoder.cli.reports import Figure
from intercoder.cli.words import gettext
from intercoder.stats.results import gettext_noop

#: method of an estimate -> its name
METHODS: Mapping[str, str] = {
    "krippendorff_alpha": gettext_noop("Krippendorff’s alpha"),
    "percent_agreement": gettext_noop("Percent agreement"),
    "holsti": gettext_noop("Holsti’s coefficient"),
    "cohen_kappa": gettext_noop("Cohen’s kappa"),
    "mean_pairwise_cohen_kappa": gettext_noop("Cohen’s kappa, mean of pairs"),
    "scott_pi": gettext_noop("Scott’s pi"),
    "bennett_s": gettext_noop("Bennett’s S"),
    "fleiss_kappa": gettext_noop("Fleiss’ kappa"),
    "conger_kappa": gettext_noop("Conger’s kappa"),
    "gwet_ac1": gettext_noop("Gwet’s AC1"),
    "gwet_ac2": gettext_noop("Gwet’s AC2"),
    "brennan_prediger": gettext_noop("Brennan-Prediger"),
    "u_alpha": gettext_noop("u-alpha"),
    "bar_u_alpha": gettext_noop("|u-alpha: coded or not"),
    "cu_alpha": gettext_noop("cu-alpha: codes where both coded"),
    "ku_alpha": gettext_noop("(k)u-alpha"),
    "binary_u_alpha": gettext_noop("|u-alpha"),
    "mean_binary_u_alpha": gettext_noop("|u-alpha, mean of codes"),
    "any_code_u_alpha": gettext_noop("|u-alpha, any code or none"),
    "character_alpha": gettext_noop("Alpha over characters"),
}
#: value of the parameters level, variant or weights -> how it is said behind the name
KINDS: Mapping[str, str] = {
    "nominal": gettext_noop("nominal"),
    "ordinal": gettext_noop("ordinal"),
    "interval": gettext_noop("interval"),
    "ratio": gettext_noop("ratio"),
    "jaccard": gettext_noop("Jaccard distance"),
    "masi": gettext_noop("MASI distance"),
    "tree": gettext_noop("along the code tree"),
    "units": gettext_noop("mean over units"),
    "values": gettext_noop("weighted by values"),
    "pairs": gettext_noop("pairs of values"),
    "coderpairs": gettext_noop("mean over pairs of coders"),
    "linear": gettext_noop("linear weights"),
    "quadratic": gettext_noop("quadratic weights"),
}
SCOPES: Mapping[str, str] = {
    "code": gettext_noop("Code"),
    "pair": gettext_noop("Pair of coders"),
    "document": gettext_noop("Document"),
    "coder": gettext_noop("Coder left out"),
    "case": gettext_noop("Case"),
    "source": gettext_noop("Source"),
}
#: level of the code tree -> its codes, as the web calls them
LIFTED: Mapping[str, str] = {
    "label": gettext_noop("labels"),
    "concept": gettext_noop("first-order concepts"),
    "theme": gettext_noop("second-order themes"),
    "construct": gettext_noop("aggregate constructs"),
}
#: how an interval of alpha is made
INTERVALS: Mapping[str, str] = {
    "percentile": gettext_noop("percentiles"),
    "bca": gettext_noop("bias-corrected and accelerated"),
}


def scope_name(scope: str) -> str:
    """Return what the rows of a table are: codes, pairs, documents."""
    return gettext(SCOPES[scope])


def title(figure: Figure) -> str:
    """Return the name of a number with what it depends on: level, variant, weights."""
    method = (
        figure.coefficient if figure.coefficient in METHODS else str(figure.found.get("method", figure.coefficient))
    )
    name = gettext(METHODS[method]) if method in METHODS else method.replace("_", " ")
    parameters: Mapping[str, object] = figure.found.get("parameters", {})
    kinds = [str(parameters[key]) for key in ("level", "variant", "weights") if key in parameters]
    said = [gettext(KINDS[kind]) for kind in kinds if kind in KINDS]
    if "_own_" in figure.coefficient:
        said.append(gettext("Krippendorff’s algorithm"))
    return ", ".join([name, *said])
