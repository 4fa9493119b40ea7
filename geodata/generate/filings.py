"""Filing conditions (立案条件) of the example scheme, in words of our own; no standard's text."""

from pathlib import Path
from typing import Final

import pandas as pd

from geodata.generate.catalogue import categories

FILE: Final = Path(__file__).with_name("conditions.csv")
SUPERVISOR: Final = "城市运行管理中心"


def conditions() -> pd.DataFrame:
    """List the filing conditions of every category of the scheme.

    Returns
    -------
    DataFrame
        `category` (code), `code` (from 1 within the category), `text`, `text_en`, `limit_value`
        (int64), `limit_unit`, `closing`, `closing_en`, `lead` and `supervisor` (who handles and who
        supervises, as a city's table words it). The shortest limit of a category is its own.
    """
    table = pd.read_csv(FILE)
    own = categories()
    # Its name stands for a class in the file; who handles it, beside its first condition.
    table["category"] = table["category"].map(own.set_index("name")["code"])
    table["code"] = (table.groupby("category").cumcount() + 1).astype(str)
    table["lead"] = table.groupby("category")["lead"].ffill()
    table["supervisor"] = SUPERVISOR
    columns = ["category", "code", "text", "text_en", "limit_value", "limit_unit"]
    return table[[*columns, "closing", "closing_en", "lead", "supervisor"]]
