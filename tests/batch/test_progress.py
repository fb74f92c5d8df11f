import io
import json

from workbench.batch.outcome import Failure
from workbench.batch.progress import Bar, Events, Lines

FAILURE = Failure("kernel died", "the kernel died", "'view' (page)")


def tell(progress):
    """One phase of two items, the second of which fails."""
    progress.phase("notebooks", 2)
    progress.started("fire/toy/a")
    progress.finished("fire/toy/a")
    progress.started("fire/toy/b")
    progress.finished("fire/toy/b", FAILURE)
    progress.close()


def test_plain_lines_say_each_item_and_its_end():
    stream = io.StringIO()
    tell(Lines(stream))
    assert stream.getvalue().splitlines() == [
        "notebooks 1/2 fire/toy/a: done",
        "notebooks 2/2 fire/toy/b: FAILED the kernel died (in cell 'view' (page))",
    ]


def test_the_time_left_is_told_when_it_is_a_second_or_more(monkeypatch):
    stream, progress = io.StringIO(), Lines(io.StringIO())
    progress.stream = stream
    progress.phase("notebooks", 4)
    progress.began -= 10
    progress.finished("a")
    assert stream.getvalue() == "notebooks 1/4 a: done (about 30 s left)\n"


def test_events_are_one_json_object_a_line_without_the_cause():
    stream = io.StringIO()
    tell(Events(stream))
    events = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [each["event"] for each in events] == ["phase", "started", "done", "started", "failed"]
    assert events[4] == {
        "event": "failed",
        "phase": "notebooks",
        "item": "fire/toy/b",
        "count": 2,
        "failures": 1,
        "total": 2,
        "kind": "kernel died",
        "cell": "'view' (page)",
    }


def test_the_bar_shows_what_is_in_hand_and_prints_failures(capsys):
    bar = Bar()
    bar.phase("notebooks", 3)
    bar.started("fire/toy/a")
    assert bar.bar.tasks[0].fields["in_hand"] == "fire/toy/a"
    bar.finished("fire/toy/a", FAILURE)
    assert (bar.bar.tasks[0].completed, bar.bar.tasks[0].fields["failed"]) == (1, "1 failed")
    bar.close()
    assert "FAILED fire/toy/a: the kernel died (in cell 'view' (page))" in capsys.readouterr().err
