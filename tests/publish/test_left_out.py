"""What a review was made without, on its pages."""

import re
from html import unescape

import pytest

from workbench.agenda import agenda
from workbench.catalog.left_out import LeftOut
from workbench.errors import Fault
from workbench.findings import Finding, Verdict
from workbench.publish import publish

FAULT = Fault("parameters/measures.yml", 12, 5, "there is no goal 'saef'.", "Did you mean 'safe'?")


@pytest.fixture
def index(folder, catalog, review):
    """The first page of a review without two entries, of which one was reported in the review before."""
    lamps = LeftOut(
        section="measures",
        name="lamps",
        title="<b>Lamps</b>",
        owner="A. Okafor",
        department="works",
        faults=(FAULT,),
    )
    early = LeftOut(section="actions", name="early", title="More staff", faults=(FAULT,))
    before = Finding(
        "target_tracking", "works", "lamps", "variation", Verdict.WORSENING, message="x", arguments={}
    )
    without = catalog.model_copy(update={"left_out": (lamps, early)})
    publish(folder, without, review, agenda([], previous=agenda([before])))
    return (folder / "index.html").read_text(encoding="utf-8")


def text(markup: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", markup)))


def test_each_has_its_owner_and_its_fault(index):
    section = index.partition('<h2 id="left-out">')[2].partition("</section>")[0]
    assert "&lt;b&gt;Lamps&lt;/b&gt; (Public Works, owner A. Okafor)" in section
    fault = "parameters/measures.yml:12:5: there is no goal 'saef'. Did you mean 'safe'?"
    assert text(section).count(fault) == 2
    assert "Action: More staff (no owner named)" in section


def test_what_was_found_of_it_before_is_not_called_gone_without_a_reason(index):
    changed = text(index.partition('id="changed">')[2].partition("</section>")[0])
    assert "<b>Lamps</b>: was worsening. Left out of this review because of a fault." in changed


def test_a_review_of_everything_says_nothing_of_it(folder, catalog, review, ranked):
    publish(folder, catalog, review, ranked)
    assert "because of a fault" not in (folder / "index.html").read_text(encoding="utf-8")
