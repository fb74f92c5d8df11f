"""HTML of notebooks as a published page may hold it."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workbench.publish.clean import _Cleaner, clean

PIECES = [
    *(
        '<svg viewBox="0 0 1 1">',
        "</svg>",
        "<title>",
        "</title>",
        "<TITLE>",
        "<title>a &amp; b</title>",
        "text",
    ),
    *(
        '<path d="M1 2"/>',
        '<path d="M1 2" />',
        "<p>",
        "</p >",
        "<br>",
        '<td class="a&amp;b" title="&copy=1">',
        "&lt;",
        "&lt",
        "&",
    ),
    *(
        "<script>",
        "</script>",
        "<style>",
        "</style>",
        "<textarea>",
        "</textarea>",
        "<iframe>",
        "</iframe>",
        "/>",
    ),
    *(
        '<a href="#x">',
        "<a href='#x'>",
        "<a href=#x>",
        '<b title="a>b">',
        '<b title="a<b">',
        "<b hidden>",
        "< b >",
    ),
    *(
        "<!-- <p> -->",
        "<!doctype html>",
        "<?x?>",
        "<![CDATA[<p>]]>",
        "<noscript>",
        "<math>",
        "</math>",
        "<",
        '"',
    ),
    *(
        '<a href="javascript:x">',
        '<p style="x" id="y"id="z">',
        "<p\vid='x'>",
        '<p id="x"/id="y">',
        "</p x>",
        "\0",
    ),
]


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<p>a &lt; b</p>", "<p>a &lt; b</p>"),
        ("<script>window.x=1</script>after", "after"),
        ("<style>@import url(http://example.org)</style>", ""),
        ('<img src="x" onerror="window.x=1">', ""),
        (
            '<img src="data:image/png;base64,aGk=" alt="Dots">',
            '<img src="data:image/png;base64,aGk=" alt="Dots">',
        ),
        ('<img src="data:image/svg+xml;base64,aGk=">', ""),
        ('<a href="javascript:window.x=1">go</a>', "<a>go</a>"),
        ('<a href="JaVa\nScript:x">go</a>', "<a>go</a>"),
        ('<a href="https://example.org">go</a>', "<a>go</a>"),
        ('<a href="//example.org">go</a>', "<a>go</a>"),
        ('<a href="../../index.html#parks">up</a>', '<a href="../../index.html#parks">up</a>'),
        ('<a href="#gaps">down</a>', '<a href="#gaps">down</a>'),
        ('<iframe src="x">inner</iframe>', ""),
        ("<form><input name=a><button>b</button></form>", "b"),
        ('<p style="position:fixed">a</p>', "<p>a</p>"),
        ('<p style="max-width:20px">a</p>', '<p style="max-width:20px">a</p>'),
        ("<svg><foreignObject><p>a</p></foreignObject></svg>", "<svg>a</svg>"),
        ('<svg><a xlink:href="javascript:x"><text>a</text></a></svg>', "<svg><text>a</text></svg>"),
        ('<svg><rect fill="url(http://example.org#a)"/></svg>', "<svg><rect></rect></svg>"),
        ('<svg><rect fill="url(#a)"/></svg>', '<svg><rect fill="url(#a)"></rect></svg>'),
        ("<title>a</title>", "a"),
        ("<!-- a --><p>b", "<p>b</p>"),
        ("<b><i>a</b>c", "<b><i>a</i></b>c"),
        ("</p>a", "a"),
        ('<p title="&quot;&gt;&lt;script&gt;">a</p>', '<p title="&quot;&gt;&lt;script&gt;">a</p>'),
    ],
)
def test_only_what_cannot_act_or_fetch_is_kept(html, kept):
    assert clean(html) == kept


def test_headings_go_down_so_that_the_page_keeps_its_one_h1():
    assert clean("<h1>a</h1><h6>b</h6>") == "<h2>a</h2><h6>b</h6>"


@given(st.text(alphabet="<>/='\" abpscriptonsvgtylehrfjx:&;#-!", max_size=60))
def test_cleaning_what_is_clean_changes_nothing(text):
    once = clean(text, demote=0)
    assert clean(once, demote=0) == once
    assert "<script" not in once.lower()


@example("<script><textarea></script>after")
@example('<b title="a<b">a</b><p>c</p>')
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_plain_tags_are_taken_as_the_parser_takes_them(html):
    by_parser = _Cleaner(demote=1)
    by_parser.feed(html)
    by_parser.close()
    assert clean(html) == "".join(by_parser.parts) + by_parser.closing()


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ('<svg><path d="M1 2"/></svg>', ""),
        ("<svg><title>a</title></svg>", ""),
        ("<p>a</p><script>b</script>", "<script>b</script>"),
        ("<p>a</p><p id=b>c</p>", "<p id=b>c</p>"),
    ],
)
def test_what_is_not_plain_is_left_to_the_parser(html, left):
    assert _Cleaner(demote=1).take_plain(html) == left
