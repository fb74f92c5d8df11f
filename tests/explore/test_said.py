import toy_app

from workbench.explore.said import concerning
from workbench.findings import Findings


def test_a_finding_on_a_place_with_a_slash_in_its_name_is_found():
    waterfront = "South Boston / South Boston Waterfront"
    findings = Findings([toy_app.finding("potholes", *one) for one in (("all", "all"), ("all", waterfront))])
    kept, exact = concerning(findings, {"place": f"neighbourhood/{waterfront}"})
    assert ([found.place for found in kept], exact) == ([waterfront], True)
