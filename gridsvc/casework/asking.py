"""What somebody asks of their queue; the pages of its cases carry it along, to lead back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query

from gridsvc.auth.principal import Principal
from gridsvc.casework.queue import Looking
from gridsvc.casework.tabs import TABS, Tab, tabs_of
from gridsvc.errors import Invalid
from gridsvc.http.values import Code, Text
from gridsvc.incidents.search import Filters

_NAMES = frozenset(tab.name for tab in TABS)


@dataclass(frozen=True, slots=True)
class Asked:
    """A tab by its name, and what it is narrowed to; empty is not at all."""

    tab: str
    area: str
    category: str
    text: str

    def query(self, **changes: str) -> str:
        """Write it as an address does."""
        said = {"tab": self.tab, "area": self.area, "category": self.category, "q": self.text}
        return urlencode({name: value for name, value in {**said, **changes}.items() if value})

    def looking(self, who: Principal, now: datetime) -> Looking:
        """Look by it."""
        filters = Filters(
            area=self.area or None, category=self.category or None, text=self.text.strip() or None
        )
        return Looking(who, now, filters)

    def tab_of(self, who: Principal) -> Tab | None:
        """Find the tab, if it is one of somebody's."""
        return next((tab for tab in tabs_of(who) if tab.name == self.tab), None)


async def _asked(
    tab: Code = "",
    area: Code = "",
    category: Code = "",
    q: Annotated[Text, Query(max_length=100)] = "",
) -> Asked:
    if tab and tab not in _NAMES:
        raise Invalid(
            "unknown_tab",
            en=f"There is no such queue; there are: {', '.join(sorted(_NAMES))}.",
            zh=f"没有该队列；可选：{'、'.join(sorted(_NAMES))}。",
            field="tab",
        )
    return Asked(tab, area, category, q)


AskedQueue = Annotated[Asked, Depends(_asked)]
