"""What may be shown: the smallest count, zeros, and who the readers are."""

from dataclasses import dataclass
from typing import Self

from workbench.catalog import Catalog
from workbench.catalog.model import Review
from workbench.errors import DisclosureError

AUDIENCES = ("public", "internal")


@dataclass(frozen=True)
class Policy:
    """The rule that a release follows.

    Parameters
    ----------
    minimum_count : int
        The smallest count shown, 2 or more: with 11, counts 1 to 10 are hidden.
    show_zeros : bool
        Whether a count of zero is shown.
    audience : {'public', 'internal'}
        ``internal`` hides nothing and marks the result.

    Raises
    ------
    DisclosureError
        When the minimum count is missing or below 2, or the audience is not one of the two. There
        is no policy that hides nothing by accident.
    """

    minimum_count: int
    show_zeros: bool = True
    audience: str = "public"

    def __post_init__(self):
        count = self.minimum_count
        if isinstance(count, bool) or not isinstance(count, int) or count < 2:
            raise DisclosureError(
                f"`minimum_count` must be a whole number of 2 or more, not {count!r}; write 11 in city.yml to hide 1 to 10."
            )
        if not isinstance(self.show_zeros, bool):
            raise DisclosureError(f"`show_zeros` must be true or false, not {self.show_zeros!r}.")
        if self.audience not in AUDIENCES:
            raise DisclosureError(f"`audience` must be public or internal, not {self.audience!r}.")

    @classmethod
    def of(cls, catalog: Catalog, review: Review | str) -> Self:
        """The policy of a review: the city's rule, and the review's audience where it names one."""
        declared = catalog.reviews[review] if isinstance(review, str) else review
        return cls(
            catalog.city.minimum_count, catalog.city.show_zeros, declared.audience or catalog.city.audience
        )

    @property
    def smallest_hidden(self) -> int:
        """The smallest count that is sensitive: 1, or 0 where zeros are hidden too."""
        return 1 if self.show_zeros else 0

    @property
    def width(self) -> int:
        """How wide the range must be that can be worked out for a hidden small count.

        It is the minimum count. A range so wide goes beyond the small counts themselves, and no
        sum of hidden counts that can be worked out is small.
        """
        return self.minimum_count
