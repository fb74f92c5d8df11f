from datetime import date

import pytest

from workbench.batch.plan import plan
from workbench.catalog.model import Catalog, City, Department, Review
from workbench.errors import UsageError


class Counting:
    """Stands in for a registered analysis: two subjects for fire, none for parks."""

    def subjects(self, catalog, department):
        return {"fire": ["b", "a"], "parks": []}[department]


CATALOG = Catalog(
    root=".",
    city=City(name="Town", time_zone="UTC"),
    departments={"parks": Department(title="Parks"), "fire": Department(title="Fire")},
    dimensions={},
    sources={},
)
ANALYSES = {"zeta": Counting(), "alpha": Counting()}
REVIEW = Review(period="2025-Q4", as_of=date(2026, 1, 15))


def names(review=REVIEW, only=()):
    return [run.name for run in plan(CATALOG, review, ANALYSES, only)]


def test_runs_are_in_the_order_of_departments_then_analyses_then_subjects():
    assert names() == ["fire/alpha/b", "fire/alpha/a", "fire/zeta/b", "fire/zeta/a"]


def test_only_a_department_an_analysis_or_a_subject():
    assert names(only=["fire/zeta"]) == ["fire/zeta/b", "fire/zeta/a"]
    assert names(only=["fire/zeta/a", "fire/alpha/a"]) == ["fire/alpha/a", "fire/zeta/a"]


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ("fier", "no department 'fier' is in this review. Did you mean 'fire'?"),
        ("fire/zetta", "no analysis 'zetta' of fire is in this review. Did you mean 'zeta'?"),
        ("fire/zeta/c", "no subject 'c' of fire/zeta is in this review. Known are: 'a', 'b'."),
        ("fire/zeta/a/b", "has 4 parts"),
    ],
)
def test_an_unknown_choice_says_what_is_near(choice, said):
    with pytest.raises(UsageError) as error:
        names(only=[choice])
    assert said in str(error.value)
    assert repr(choice) in str(error.value)


def test_a_review_may_name_its_departments_analyses_and_subjects():
    review = REVIEW.model_copy(update={"departments": ["fire"], "analyses": ["alpha"], "subjects": ["a"]})
    assert names(review) == ["fire/alpha/a"]


def test_a_review_of_an_unknown_analysis_is_refused():
    with pytest.raises(UsageError, match="there is no analysis 'alfa'. Did you mean 'alpha'"):
        names(REVIEW.model_copy(update={"analyses": ["alfa"]}))


def test_a_review_with_nothing_to_run_is_refused():
    with pytest.raises(UsageError, match="nothing to run"):
        names(REVIEW.model_copy(update={"departments": ["parks"]}))
