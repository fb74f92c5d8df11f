"""What the command tells people: by real mail and to a real web address, of reviews that end in every way."""

import json
from pathlib import Path

import pytest

from workbench.batch.folders import ReviewFolder
from workbench.notify.addresses import ENVIRONMENT

PASSWORD = "sw0rdfish"


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch, request):
    if "tiny_city" not in request.fixturenames:
        monkeypatch.setenv("PYTHONPATH", request.getfixturevalue("toy_environment")["PYTHONPATH"])
    for name in (ENVIRONMENT, "WORKBENCH_SITE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def both(declare, mail, hook):
    """A mail address that is told of everything, and a web address that is told of failures only."""

    def of(city: Path, site: str = "") -> None:
        declare(
            city,
            f'{site}addresses:\n  head: {{url: "{mail.url}"}}\n  it: {{url: "{hook.url}", when: [failure]}}\n',
        )

    return of


def words_of(letter) -> str:
    return letter.get_body(("plain",)).get_content().replace("\r\n", "\n")


def written(city: Path) -> bytes:
    """All that a review leaves behind, but the file that addresses are declared in."""
    kept = [each for each in city.rglob("*") if each.is_file() and each.name != "notify.yml"]
    return b"\0".join(each.read_bytes() for each in kept)


def test_tiny_city_tells_what_it_found_then_nothing_then_what_failed(
    tmp_path, tiny_city, in_process, both, mail, hook
):
    city = tiny_city(tmp_path / "town")
    both(city, "site: https://tiny.example/reviews/\n")

    code, out, _ = in_process("review", "q4", "--city", city, "--notify")
    assert (code, len(mail.letters), hook.got) == (0, 1, [])
    assert "Told head." in out
    assert mail.who == [("office", PASSWORD)]
    letter = mail.letters[0]
    assert letter["Subject"] == "Tiny Town: review q4 published"
    assert "head@tiny.example" in letter["To"]
    text = words_of(letter)
    first = [line for line in out.splitlines() if line[:3] in ("1. ", "2. ", "3. ")]
    assert len(first) == 3
    assert text.startswith("What to talk about first:\n" + "\n".join(first))
    assert text.rstrip().endswith("Read it: https://tiny.example/reviews/q4/index.html")

    assert in_process("review", "q4", "--city", city, "--notify")[0] == 0
    assert in_process("review", "q4", "--city", city, "--fresh", "--dry-run", "--notify")[0] == 0
    assert len(mail.letters) == 1  # nothing has changed, or nothing was run

    (city / "private" / "sources" / "months.csv").write_text(f"MONTH,CALLS\n{PASSWORD},1\n")
    code, out, err = in_process("review", "q4", "--city", city, "--notify")
    assert (code, len(mail.letters), len(hook.got)) == (13, 2, 1)
    assert mail.letters[1]["Subject"] == "Tiny Town: review q4 published, 1 of 3 runs failed"
    text = words_of(mail.letters[1])
    assert "Failed (1 source):\n  works/target_tracking/all: source\n" in text
    assert "Exit code 13." in text
    assert "What to talk about first:\n1. " in text
    assert PASSWORD not in text
    assert hook.got[0]["type"] == "warning"
    assert hook.got[0]["title"] == mail.letters[1]["Subject"]

    log = [json.loads(line) for line in (city / "private/logs/notifications.log").read_text().splitlines()]
    assert [(each["address"], each["arrived"]) for each in log] == [("head", True)] * 2 + [("it", True)]
    assert mail.url.encode() not in written(city)
    assert hook.url.encode() not in written(city)


def test_a_place_that_is_named_like_a_script_is_only_text_in_a_mail(mail, declare, tmp_path):
    from workbench.notify import Address, Message, send

    send(
        Message("a", "1. </script><script>x</script> {{7*7}} & more", "success", ("success",)),
        [Address("a", mail.url)],
    )
    kinds = {part.get_content_type() for part in mail.letters[0].walk()}
    assert "text/html" not in kinds
    assert words_of(mail.letters[0]).rstrip() == "1. </script><script>x</script> {{7*7}} & more"


def test_faults_that_everything_rests_on_are_told_by_their_places_only(toy_city, command, both, mail, hook):
    city = toy_city("one")
    both(city)
    (city / "parameters" / "city.yml").write_text(f"format: 1\nname: Toy Town\ntime_zone: {PASSWORD}\n")
    code, _, err = command("review", "q4", "--city", city, "--notify")
    assert code == 10
    assert PASSWORD in err  # the person at the terminal is told what stands there
    assert mail.letters[0]["Subject"] == "town: review q4 failed"
    assert words_of(mail.letters[0]) == (
        "The parameter files have faults that everything rests on. What was published before stays.\n"
        "  parameters/city.yml:3\n\n"
        "What to do: Run `workbench check`: it tells every fault with its line.\nExit code 10.\n"
    )
    assert hook.got[0]["type"] == "failure"
    assert PASSWORD not in hook.got[0]["message"]


def test_when_no_run_succeeded_each_is_told_with_its_kind(toy_city, command, both, mail):
    city = toy_city("one")
    both(city)
    (city / "private" / "sources" / "one.csv").unlink()
    code, *_ = command("review", "q4", "--city", city, "--notify")
    text = words_of(mail.letters[0])
    assert code == 13
    assert mail.letters[0]["Subject"] == "Toy Town: review q4 failed"
    assert "No run succeeded." in text
    assert ": source\n" in text
    assert "Exit code 13." in text


def test_another_review_of_the_name_a_crash_and_an_unknown_name_are_told(
    toy_city, command, both, mail, monkeypatch
):
    city = toy_city("one")
    both(city)
    with ReviewFolder(city / "outputs", "q4").locked():
        assert command("review", "q4", "--city", city, "--notify")[0] == 15
    assert command("review", "q5", "--city", city, "--notify")[0] == 2

    def broken(*_):
        raise ValueError(f"row 7 holds {PASSWORD}")

    monkeypatch.setattr("workbench.review.making._snapshots", broken)
    with pytest.raises(ValueError, match="row 7"):
        command("review", "q4", "--city", city, "--notify")
    monkeypatch.setattr(
        "workbench.review.making._snapshots", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt)
    )
    command("review", "q4", "--city", city, "--notify")
    told = [words_of(each) for each in mail.letters]
    assert [each.splitlines()[0].split(".")[0] for each in told] == [
        "Another review of the same name was running",
        "The command was not understood",
        "Something went wrong inside the workbench",
        "It was stopped",
    ]
    assert [each.split("Exit code ")[1] for each in told] == ["15.\n", "2.\n", "1.\n", "130.\n"]
    assert not any(PASSWORD in each or "Traceback" in each or "ValueError" in each for each in told)


def test_a_message_that_does_not_arrive_changes_nothing_else(toy_city, command, declare, hook, mail, caplog):
    city = toy_city("one")
    nobody = f"mailto://me:{PASSWORD}@127.0.0.1:1/?from=a@b.example&to=c@d.example&mode=insecure"
    declare(
        city,
        f'addresses:\n  lost: {{url: "{nobody}"}}\n  it: {{url: "{hook.url}"}}\n  head: {{url: "{mail.url}"}}\n',
    )
    hook.answer = 500
    code, out, err = command("review", "q4", "--city", city, "--notify")
    assert code == 0
    assert err.count("could not be told; try it with: workbench notify") == 2
    assert len(mail.letters) == 1
    assert words_of(mail.letters[0]).rstrip().endswith(f"Read it: {city / 'outputs' / 'q4' / 'index.html'}")
    assert PASSWORD not in out + err + caplog.text
    assert PASSWORD.encode() not in written(city)
    log = (city / "private/logs/notifications.log").read_text()
    assert [json.loads(line)["arrived"] for line in log.splitlines()] == [False, False, True]


def test_nothing_is_told_unless_it_is_asked_for(toy_city, command, both, mail, hook):
    city = toy_city("one")
    both(city)
    assert command("review", "q4", "--city", city)[0] == 0
    assert (mail.letters, hook.got) == ([], [])


def test_a_review_that_could_tell_nobody_is_not_begun(toy_city, command):
    city = toy_city("one")
    code, _, err = command("review", "q4", "--city", city, "--notify")
    assert code == 2
    assert "there is nobody to tell" in err
    assert not (city / "outputs").exists()


def test_the_verb_notify_tries_every_address_and_tells_which_took_it(toy_city, command, both, mail, hook):
    city = toy_city("one")
    both(city)
    code, out, err = command("notify", "--city", city)
    assert (code, out, err) == (0, "Told head.\nTold it.\n", "")
    assert mail.letters[0]["Subject"] == "town: a trial message"
    hook.answer = 404
    code, out, err = command("notify", "--city", city)
    assert (code, out) == (1, "Told head.\n")
    assert "1 of 2 addresses did not take the trial message." in err
    assert PASSWORD not in out + err


def test_a_scheduler_learns_as_an_event_who_was_told(toy_city, command, monkeypatch, hook):
    city = toy_city("one")
    monkeypatch.setenv(ENVIRONMENT, hook.url)
    code, out, _ = command("review", "q4", "--city", city, "--notify", "--json")
    assert code == 0
    events = [json.loads(line) for line in out.splitlines()]
    assert events[-1] == {"event": "told", "item": "address 1", "arrived": True}
    assert hook.got[0]["title"] == "Toy Town: review q4 published"
    assert PASSWORD not in out
