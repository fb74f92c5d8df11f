"""What all entries of ``parameters/`` have in common."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
Text = Annotated[str, Field(min_length=1)]
ColumnType = Literal["text", "integer", "number", "date", "time", "yes_no"]
Direction = Literal["increase", "decrease", "neutral"]
Frequency = Literal["month", "quarter", "year"]
Weekday = Literal["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def _as_list(value):
    return value if isinstance(value, list) else [value]


OneOrMore = Annotated[list[str], BeforeValidator(_as_list)]


class Entry(BaseModel):
    """Base of all entries: frozen, and an unknown key is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)
