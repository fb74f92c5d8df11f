"""Who is told: declared in a private file or the environment, checked with line and column, never shown."""

import pytest

from workbench.errors import CatalogError, UsageError
from workbench.notify import Address, addresses
from workbench.notify.addresses import ENVIRONMENT

SECRET = "sw0rdfish"
MAIL = f"mailto://me:{SECRET}@mail.example/?to=you@example.org"


@pytest.fixture(autouse=True)
def _nothing_in_the_environment(monkeypatch):
    for name in (ENVIRONMENT, "WORKBENCH_SITE"):
        monkeypatch.delenv(name, raising=False)


def test_a_file_names_addresses_with_what_each_wants_to_know(tmp_path, declare):
    declare(
        tmp_path,
        f"""site: https://tiny.example/reviews
addresses:
  head: {{url: "{MAIL}"}}
  it: {{url: "json://it.example/{SECRET}", when: failure}}
""",
    )
    found = addresses(tmp_path)
    assert found.site == "https://tiny.example/reviews"
    assert [(each.name, each.url, each.when) for each in found.all] == [
        ("head", MAIL, ("success", "failure")),
        ("it", f"json://it.example/{SECRET}", ("failure",)),
    ]


def test_a_variable_of_the_environment_stands_for_a_password(tmp_path, declare, monkeypatch):
    monkeypatch.setenv("MAIL_PASSWORD", SECRET)
    declare(tmp_path, f'addresses: {{head: {{url: "{MAIL.replace(SECRET, "${MAIL_PASSWORD}")}"}}}}\n')
    assert addresses(tmp_path).all[0].url == MAIL


def test_the_environment_comes_before_the_file(tmp_path, declare, monkeypatch):
    declare(tmp_path, f'addresses: {{head: {{url: "{MAIL}"}}}}\n')
    monkeypatch.setenv(ENVIRONMENT, f"json://one.example\nfailure=json://two.example/?x=y success={MAIL}")
    assert [(each.name, each.url, each.when) for each in addresses(tmp_path).all] == [
        ("address 1", "json://one.example", ("success", "failure")),
        ("address 2", "json://two.example/?x=y", ("failure",)),
        ("address 3", MAIL, ("success",)),
    ]


def test_nobody_to_tell_is_told_at_once(tmp_path):
    with pytest.raises(
        UsageError, match=r"nobody to tell: write private/notify\.yml, or set WORKBENCH_NOTIFY"
    ):
        addresses(tmp_path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            f"adresses: {{head: {{url: '{MAIL}'}}}}\n",
            ["private/notify.yml:2:1: there is no key 'adresses' here."],
        ),
        ("addresses:\n  head: {}\n", ["private/notify.yml:3:3: the address has no `url`."]),
        (f"addresses:\n  head: {MAIL}\n", ["private/notify.yml:3:3: an address is a mapping"]),
        (
            f"addresses:\n  head: {{url: '{SECRET}'}}\n  it: {{url: 'json://a', when: [{SECRET}]}}\n",
            [
                "private/notify.yml:3:10: apprise cannot use the address of 'head'.",
                "private/notify.yml:4:25: `when` is not one of success and failure.",
            ],
        ),
        (f"addresses:\n  head: {{'{MAIL}': x}}\n", ["private/notify.yml:3:10: there is no key this here."]),
        (f"addresses: [{MAIL}\n", ["private/notify.yml:3:1: the file cannot be read as YAML here."]),
        (
            f"addresses: {{'{SECRET}': 1, '{SECRET}': 2}}\n",
            ["private/notify.yml:2:29: the file cannot be read as YAML here."],
        ),
        (
            f"site: ftp://me:{SECRET}@x\naddresses: {{head: {{url: 'json://a/${{LACKING}}'}}}}\n",
            [
                "private/notify.yml:2:1: the address of the published site is none.",
                "private/notify.yml:3:20: the environment variable LACKING is not set.",
            ],
        ),
    ],
)
def test_faults_are_told_with_their_place_all_at_once_and_without_an_address(tmp_path, declare, text, told):
    declare(tmp_path, text)
    with pytest.raises(CatalogError) as refused:
        addresses(tmp_path)
    faults = [str(each) for each in refused.value.faults]
    assert [each for each in told if not any(fault.startswith(each) for fault in faults)] == []
    assert SECRET not in str(refused.value)


def test_an_address_of_the_environment_that_cannot_be_used_is_told_by_its_number(tmp_path, monkeypatch):
    monkeypatch.setenv(ENVIRONMENT, f"json://one.example {SECRET}")
    with pytest.raises(CatalogError) as refused:
        addresses(tmp_path)
    assert "WORKBENCH_NOTIFY: apprise cannot use the address of 'address 2'." in str(refused.value)
    assert SECRET not in str(refused.value)


def test_an_address_is_not_in_what_python_shows_of_it():
    assert SECRET not in repr(Address("head", MAIL))
