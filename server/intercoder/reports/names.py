"""What coefficients, scopes and levels are called."""

from collections.abc import Mapping

from intercoder.errors import marked
from intercoder.language import gettext, inline, translate
from intercoder.models import Level, ReportLevel
from intercoder.stats.saturation.study.events import Kind

#: method of an estimate → its name
METHODS: Mapping[str, str] = {
    "krippendorff_alpha": marked("Krippendorff’s alpha"),
    "mv_alpha": marked("mv-alpha: sets of codes"),
    "percent_agreement": marked("Percent agreement"),
    "holsti": marked("Holsti’s coefficient K, mean of pairs"),
    "holsti_reliability": marked("Holsti’s composite reliability R, which rises with the number of coders"),
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
#: coefficient that a report is known by → its sign in a list
SIGNS: Mapping[str, str] = {
    "alpha": "α",
    "mv_alpha": "mv-α",
    "masi": "α (MASI)",
    "percent": "%",
    "holsti": "K",
    "holsti_reliability": "R",
    "kappa": "κ",
    "ac1": "AC1",
    "u_alpha": "u-α",
    "mean_binary_u_alpha": "|u-α",
}
#: value of the parameters level, variant or weights → how it is said behind the name
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
    "union": marked("the other coders taken together (quallmer)"),
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
#: level of the code tree → its codes, inside a sentence
CODES_OF: Mapping[Level, str] = {
    Level.LABEL: marked("labels"),
    Level.CONCEPT: marked("first-order concepts"),
    Level.THEME: marked("second-order themes"),
    Level.CONSTRUCT: marked("aggregate constructs"),
}
#: what is noted of codes, and can be new as they can
NOTED: Mapping[Kind, str] = {
    Kind.RELATIONS: marked("Relations"),
    Kind.PROPERTIES: marked("Properties"),
    Kind.DIMENSIONS: marked("Dimensions"),
}
#: how an interval of alpha is made
INTERVALS: Mapping[str, str] = {
    "percentile": marked("percentiles"),
    "bca": marked("bias-corrected and accelerated"),
}
#: what is drawn when resampling
DRAWN: Mapping[str, str] = {
    "document": marked("whole documents"),
    "unit": marked("single units"),
    "pair": marked("pairs of values"),
}


def scope_name(scope: str) -> str:
    """Return what the rows of a table are: codes, pairs, documents."""
    return translate(SCOPES[scope])


def codes_of(level: Level | ReportLevel | Kind | str) -> str:
    """Return the codes of a level, or what is noted of codes, inside a sentence; of no level "as applied"."""
    if level in set(Kind):
        return inline(translate(NOTED[Kind(level)]))
    return inline(gettext("As applied")) if level == ReportLevel.AS_CODED else translate(CODES_OF[Level(level)])


def codebook(version: int | None) -> str:
    """Return which version of the codebook a round uses; None: open coding that began without one."""
    return gettext("no codebook yet") if version is None else gettext("version {number}", number=version)


def coefficient(method: str, parameters: Mapping[str, object], key: str = "") -> str:
    """Return the name of a number with what it depends on: level, variant, weights.

    ``key``: its stable name, where it tells more than the method.
    """
    method = key if key in METHODS else method
    name = translate(METHODS[method]) if method in METHODS else method.replace("_", " ")
    kinds = [str(parameters[kind]) for kind in ("level", "variant", "weights") if kind in parameters]
    said = [translate(KINDS[kind]) for kind in kinds if kind in KINDS]
    if "_own_" in key:
        said.append(gettext("Krippendorff’s algorithm"))
    return gettext(", ").join([name, *said])


def sign(name: str) -> str:
    """Return by which sign a coefficient stands in a list."""
    return SIGNS.get(name, name)
