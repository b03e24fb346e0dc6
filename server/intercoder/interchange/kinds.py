"""What kind of file a table is, told by its columns."""

from intercoder.errors import InvalidInput
from intercoder.interchange.tables import Table


def reliability_kind(table: Table) -> str:
    """Return ``spans`` (it has start or end), ``long`` (it has coder, or unit and value) or ``wide``.

    Which columns are then missing is said by the reader of that kind.

    Raises
    ------
    InvalidInput : ``incidence_given`` for a file of documents and codes without coders.
    """
    if table.find("start") is not None or table.find("end") is not None:
        return "spans"
    if table.find("coder") is not None or table.has("unit", "value"):
        return "long"
    if table.has("document", "code"):
        raise InvalidInput(
            "incidence_given",
            "{file} says which code is in which document, and nothing of coders: that is a file for “intercoder "
            "saturation”. Agreement needs a column coder.",
            file=table.name,
        )
    return "wide"


def saturation_kind(table: Table) -> str:
    """Return ``long`` (it has a column code: one row for each document and code) or ``wide``.

    Raises
    ------
    InvalidInput : ``ratings_given`` for a file of units, coders and values.
    """
    if table.find("code") is not None:
        return "long"
    if table.has("unit", "coder"):
        raise InvalidInput(
            "ratings_given",
            "{file} says which coder gave which value to which unit: that is a file for “intercoder reliability”. "
            "Saturation needs the columns document and code, or one column for each code.",
            file=table.name,
        )
    return "wide"
