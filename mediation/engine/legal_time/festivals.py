"""The seven holidays that every yearly notice sets, and when in the year each can fall."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from mediation.engine.legal_time.calendars import LABOUR_DAY, NATIONAL_DAY
from mediation.engine.legal_time.notices import Holiday
from mediation.language import Label

MonthDay = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Festival:
    """One statutory holiday.

    Args:
        earliest, latest: month and day between which the feast itself falls, in any year.
    """

    name: Label
    earliest: MonthDay
    latest: MonthDay

    def falls_in(self, holiday: Holiday, year: int) -> bool:
        """Tell whether days off can be this feast's: a mistyped month cannot."""
        return holiday.first <= date(year, *self.latest) and holiday.last >= date(
            year, *self.earliest
        )


# 全国年节及纪念日放假办法 (2024) art. 2. The feasts of the moon move within these bounds.
FESTIVALS: Final[Mapping[str, Festival]] = {
    "new_year": Festival(Label("元旦", "New Year's Day"), (1, 1), (1, 1)),
    "spring": Festival(Label("春节", "Spring Festival"), (1, 21), (2, 21)),
    "qingming": Festival(Label("清明节", "Tomb-sweeping Day"), (4, 4), (4, 6)),
    "labour": Festival(LABOUR_DAY, (5, 1), (5, 1)),
    "dragon_boat": Festival(Label("端午节", "Dragon Boat Festival"), (5, 27), (6, 26)),
    "mid_autumn": Festival(Label("中秋节", "Mid-autumn Festival"), (9, 7), (10, 9)),
    "national": Festival(NATIONAL_DAY, (10, 1), (10, 1)),
}
MID_AUTUMN, NATIONAL = "mid_autumn", "national"

# In some years the two run into one (2020, 2023, 2025), and the notice sets them together.
JOINED: Final = Label("国庆节、中秋节", "National Day and Mid-autumn Festival")
