"""What all entries of ``parameters/`` have in common."""

import re
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from workbench.catalog.hours import checked_hours, checked_span

_ID = r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}"
Id = Annotated[str, Field(pattern=f"^{_ID}$")]
Text = Annotated[str, Field(min_length=1)]
ColumnType = Literal["text", "integer", "number", "date", "time", "yes_no"]
Direction = Literal["increase", "decrease", "neutral"]
Frequency = Literal["month", "quarter", "year"]
Weekday = Literal["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
WEEKDAYS: tuple[str, ...] = get_args(Weekday)


def _as_list(value):
    return value if isinstance(value, list) else [value]


OneOrMore = Annotated[list[str], BeforeValidator(_as_list)]
Hours = Annotated[list[Annotated[str, AfterValidator(checked_span)]], AfterValidator(checked_hours)]
ID_WORDS = "an id: letters, digits, - and _, at most 64, beginning with a letter or digit"


class Entry(BaseModel):
    """Base of all entries: frozen, and an unknown key is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    key_noun: ClassVar[str] = "an id"  # what the key of such an entry is, and how it is written
    key_words: ClassVar[str] = ID_WORDS

    @classmethod
    def is_key(cls, key: str) -> bool:
        """Whether a key can be that of such an entry."""
        return bool(re.fullmatch(_ID, key))
