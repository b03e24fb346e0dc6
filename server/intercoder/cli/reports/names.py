"""What the numbers are called in tables."""

from collections.abc import Mapping

from intercoder.cli.reports import Figure
from intercoder.cli.words import gettext, translate
from intercoder.errors import marked

#: method of an estimate -> its name
METHODS: Mapping[str, str] = {
    "krippendorff_alpha": marked("Krippendorff’s alpha"),
    "percent_agreement": marked("Percent agreement"),
    "holsti": marked("Holsti’s coefficient"),
    "cohen_kappa": marked("Cohen’s kappa"),
    "mean_pairwise_cohen_kappa": marked("Cohen’s kappa, mean of pairs"),
    "scott_pi": marked("Scott’s pi"),
    "bennett_s": marked("Bennett’s S"),
    "fleiss_kappa": marked("Fleiss’ kappa"),
    "conger_kappa": marked("Conger’s kappa"),
    "gwet_ac1": marked("Gwet’s AC1"),
    "gwet_ac2": marked("Gwet’s AC2"),
    "brennan_prediger": marked("Brennan-Prediger"),
    "u_alpha": marked("u-alpha"),
    "bar_u_alpha": marked("|u-alpha: coded or not"),
    "cu_alpha": marked("cu-alpha: codes where both coded"),
    "ku_alpha": marked("(k)u-alpha"),
    "binary_u_alpha": marked("|u-alpha"),
    "mean_binary_u_alpha": marked("|u-alpha, mean of codes"),
    "any_code_u_alpha": marked("|u-alpha, any code or none"),
    "character_alpha": marked("Alpha over characters"),
}
#: value of the parameters level, variant or weights -> how it is said behind the name
KINDS: Mapping[str, str] = {
    "nominal": marked("nominal"),
    "ordinal": marked("ordinal"),
    "interval": marked("interval"),
    "ratio": marked("ratio"),
    "jaccard": marked("Jaccard distance"),
    "masi": marked("MASI distance"),
    "tree": marked("along the code tree"),
    "units": marked("mean over units"),
    "values": marked("weighted by values"),
    "pairs": marked("pairs of values"),
    "coderpairs": marked("mean over pairs of coders"),
    "linear": marked("linear weights"),
    "quadratic": marked("quadratic weights"),
}
SCOPES: Mapping[str, str] = {
    "code": marked("Code"),
    "pair": marked("Pair of coders"),
    "document": marked("Document"),
    "coder": marked("Coder left out"),
    "case": marked("Case"),
    "source": marked("Source"),
}
#: level of the code tree -> its codes, as the web calls them
LIFTED: Mapping[str, str] = {
    "label": marked("labels"),
    "concept": marked("first-order concepts"),
    "theme": marked("second-order themes"),
    "construct": marked("aggregate constructs"),
}
#: how an interval of alpha is made
INTERVALS: Mapping[str, str] = {
    "percentile": marked("percentiles"),
    "bca": marked("bias-corrected and accelerated"),
}


def scope_name(scope: str) -> str:
    """Return what the rows of a table are: codes, pairs, documents."""
    return translate(SCOPES[scope])


def title(figure: Figure) -> str:
    """Return the name of a number with what it depends on: level, variant, weights."""
    method = (
        figure.coefficient if figure.coefficient in METHODS else str(figure.found.get("method", figure.coefficient))
    )
    name = translate(METHODS[method]) if method in METHODS else method.replace("_", " ")
    parameters: Mapping[str, object] = figure.found.get("parameters", {})
    kinds = [str(parameters[key]) for key in ("level", "variant", "weights") if key in parameters]
    said = [translate(KINDS[kind]) for kind in kinds if kind in KINDS]
    if "_own_" in figure.coefficient:
        said.append(gettext("Krippendorff’s algorithm"))
    return ", ".join([name, *said])
