"""HTML of notebooks as a published page may hold it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.publish.clean import clean


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
