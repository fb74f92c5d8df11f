"""There is no policy that hides nothing by accident."""

from types import SimpleNamespace

import pytest

from workbench.disclosure import Policy
from workbench.errors import DisclosureError


@pytest.mark.parametrize("count", [None, 0, 1, -11, True, 11.0, "11"])
def test_a_threshold_that_hides_nothing_is_refused(count):
    with pytest.raises(DisclosureError, match="`minimum_count` must be a whole number of 2 or more"):
        Policy(count)


def test_the_threshold_must_be_given():
    with pytest.raises(TypeError):
        Policy()


@pytest.mark.parametrize("audience", ["", "Public", "everyone", None])
def test_an_unknown_audience_is_refused(audience):
    with pytest.raises(DisclosureError, match="`audience` must be public or internal"):
        Policy(11, audience=audience)


def test_zeros_are_shown_or_not():
    with pytest.raises(DisclosureError, match="`show_zeros` must be true or false"):
        Policy(11, show_zeros="yes")
    assert (Policy(11).smallest_hidden, Policy(11, show_zeros=False).smallest_hidden) == (1, 0)


def test_a_review_may_name_its_own_audience():
    city = SimpleNamespace(minimum_count=16, show_zeros=False, audience="public")
    reviews = {"internal": SimpleNamespace(audience="internal"), "plain": SimpleNamespace(audience=None)}
    catalog = SimpleNamespace(city=city, reviews=reviews)
    assert Policy.of(catalog, "internal") == Policy(16, False, "internal")
    assert Policy.of(catalog, reviews["plain"]) == Policy(16, False, "public")
