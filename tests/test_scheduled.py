"""docs/scheduled.md: what is to be copied from it can be read by whom it is for, and calls commands that exist."""

import ast
import re
import shlex
from pathlib import Path

import pytest
import typer
import yaml

from workbench import errors
from workbench.cli import app

PAGE = (Path(__file__).parents[1] / "docs" / "scheduled.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)


def yaml_of(word: str, loader=yaml.BaseLoader) -> dict:
    # BaseLoader keeps GitHub's key `on` what it is.
    found = [yaml.load(block, loader) for block in blocks("yaml") if word in block]
    assert len(found) == 1
    return found[0]


def cron_line() -> str:
    (block,) = blocks("crontab")
    (line,) = [line for line in block.splitlines() if "MAILTO" not in line]
    return line


def of_airflow() -> ast.Module:
    (block,) = blocks("python")
    return ast.parse(block)


def job() -> dict:
    return yaml_of("kind: Job")["spec"]


def words_of_airflow() -> list[str]:
    (command,) = [
        node.value
        for node in ast.walk(of_airflow())
        if isinstance(node, ast.Assign) and node.targets[0].id == "command"
    ]
    return ast.literal_eval(command)


def commands() -> list[list[str]]:
    many = [shlex.split(line) for block in blocks("text") for line in block.splitlines()]
    cron = shlex.split(cron_line().split("&& ")[1].split(" >>")[0])
    cron[0] = Path(cron[0]).name
    (step,) = yaml_of("runs-on")["jobs"]["review"]["steps"]
    (container,) = job()["template"]["spec"]["containers"]
    return [*many, cron, words_of_airflow(), container["command"], shlex.split(step["run"])]


def test_there_is_one_command_for_each_scheduler_and_three_for_many_machines():
    assert len(commands()) == 7


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_is_one_of_the_product_with_options_that_it_has(words):
    assert words[:2] == ["workbench", "review"]
    review = typer.main.get_command(app).commands["review"]
    context = review.make_context("review", list(words[2:]))
    assert context.params["name"] == "practice-2025-Q4"


def test_the_cron_line_has_five_fields_in_their_ranges_and_nothing_that_cron_reads_otherwise():
    fields = cron_line().split()[:5]
    ranges = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
    for field, (least, most) in zip(fields, ranges, strict=True):
        assert field == "*" or least <= int(field) <= most
    assert "%" not in cron_line()
    assert cron_line().split()[5:8] == ["cd", "/srv/city", "&&"]
    assert re.search(r"2>|&>", cron_line()) is None  # errors go to whoever reads the mail
    assert yaml_of("runs-on")["on"]["schedule"] == [{"cron": " ".join(fields)}]


def codes_of_the_table() -> dict[str, list[int]]:
    rows = re.findall(r"^\| ([\d, ]+) \| (.*?) \|$", PAGE, flags=re.MULTILINE)
    return {what: [int(code) for code in codes.split(",")] for codes, what in rows}


def test_every_exit_code_of_a_review_has_one_row():
    kinds = [each for each in vars(errors).values() if isinstance(each, type) and hasattr(each, "exit_code")]
    of_review = {each.exit_code for each in kinds} - {errors.DiffersError.exit_code}
    told = [code for codes in codes_of_the_table().values() for code in codes]
    assert sorted(told) == sorted({0, errors.INTERRUPTED, 128 + 9, *of_review})


def test_schedulers_repeat_what_the_table_says_and_nothing_else():
    table = codes_of_the_table()
    (again,) = [set(codes) for what, codes in table.items() if "run it again" in what]
    others = {code for codes in table.values() for code in codes} - again - {0}
    (_, failed) = job()["podFailurePolicy"]["rules"]
    assert {int(code) for code in failed["onExitCodes"]["values"]} == others
    assert failed["action"] == "FailJob"
    assert failed["onExitCodes"]["containerName"] == job()["template"]["spec"]["containers"][0]["name"]
    (airflow,) = [
        ast.literal_eval(node.value)
        for node in of_airflow().body
        if isinstance(node, ast.Assign) and node.targets[0].id == "AGAIN"
    ]
    assert {code for code in airflow if code > 0} == again


def test_certificates_stand_where_dask_looks_for_them():
    import dask
    import distributed

    said = yaml_of("require-encryption", yaml.SafeLoader)
    with dask.config.set(dask.config.merge(dask.config.config, said)):
        security = distributed.Security()
    assert security.require_encryption is True
    assert security.tls_ca_file == "/etc/workbench/ca.pem"
    for role in ("client", "worker", "scheduler"):
        found = security.get_tls_config_for_role(role)
        assert found["cert"] == f"/etc/workbench/{role}.pem"
        assert found["key"] == f"/etc/workbench/{role}.key"
