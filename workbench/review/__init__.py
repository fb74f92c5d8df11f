"""The quarterly review as a list of verbs: ordered, planned, made; foreseen, and verified afterwards."""

from workbench.review.foreseen import Foreseen, foreseen
from workbench.review.making import Made, made, review
from workbench.review.means import Means
from workbench.review.orders import Order, again, ordered, planned, trial
from workbench.review.verifying import Verified, verified
from workbench.review.words import entries_to_look_at, failures_in_words, first_findings

__all__ = [
    "Foreseen",
    "Made",
    "Means",
    "Order",
    "Verified",
    "again",
    "entries_to_look_at",
    "failures_in_words",
    "first_findings",
    "foreseen",
    "made",
    "ordered",
    "planned",
    "review",
    "trial",
    "verified",
]
