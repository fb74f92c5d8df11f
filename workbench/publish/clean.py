"""HTML reduced to what a published page may hold: text, tables, figures, links within the review."""

import re
from html import escape, unescape
from html.parser import HTMLParser

from markupsafe import Markup


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_HTML = _words(
    "a abbr article aside b blockquote br caption cite code col colgroup dd del details div dl dt em "
    "figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li ol p pre q s samp section small span "
    "strong sub summary sup table tbody td tfoot th thead tr u ul var"
)
_DRAWING = _words(
    "svg g path rect line circle ellipse polygon polyline text tspan title desc defs clippath "
    "lineargradient radialgradient stop marker use pattern mask"
)
_ATTRIBUTES = _words(
    "id class lang dir title role tabindex hidden scope colspan rowspan headers alt width height open "
    "start viewbox preserveaspectratio d x y x1 y1 x2 y2 cx cy r rx ry dx dy points transform fill "
    "stroke opacity display offset orient markerwidth markerheight markerunits refx refy gradientunits "
    "gradienttransform clippathunits patternunits patterntransform textlength lengthadjust"
)
_FAMILIES = (
    "aria-",
    "data-column",
    "stroke-",
    "fill-",
    "font-",
    "text-",
    "stop-",
    "marker-",
    "clip-",
    "dominant-",
)
_VOID = frozenset(("br", "hr", "img", "col"))
_SILENT = frozenset(
    ("script", "style", "template", "noscript", "iframe", "object", "textarea", "select", "math")
)
# What is inside these is text to the parser, or was up to some version of Python.
_RAW = _words("script style textarea title xmp iframe noembed noframes noscript plaintext")
_SPACE, _TAG, _NAME, _VALUE = r"[ \t\r\n\f]", r"([a-zA-Z][a-zA-Z0-9]*)", r"[a-zA-Z_][\w:.-]*", r'[^"<>]*'
_PLAIN = re.compile(
    rf'([^<]*)<(?:/{_TAG}{_SPACE}*>|{_TAG}((?:{_SPACE}+{_NAME}="{_VALUE}")*){_SPACE}*(/?)>)', re.ASCII
)
_PAIR = re.compile(rf'({_NAME})="({_VALUE})"', re.ASCII)
_TITLE = re.compile(r"[^<]*</title>")
_INSIDE = re.compile(r"(#[\w.:-]*|(\.\./)*[\w-][\w.-]*(/[\w-][\w.-]*)*(#[\w.:-]*)?)")
_PICTURE = re.compile(r"data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/=\s]+")
_SIZE = re.compile(r"\s*(max-width|text-align)\s*:\s*[\w.%-]+\s*;?\s*")
_ELSEWHERE = re.compile(r"url\(\s*['\"]?(?!#)|script:|expression\(", re.IGNORECASE)


def clean(html: str, demote: int = 1) -> Markup:
    """HTML of a notebook as a published page may hold it.

    Parameters
    ----------
    html : str
        What a cell shows. Elements and attributes that are not on the list are dropped,
        text is kept, and every value is escaped anew, so that nothing in it can act or fetch.
    demote : int
        Levels that headings go down, so that the page keeps its one ``h1``.

    Returns
    -------
    Markup
        Balanced HTML.
    """
    cleaner = _Cleaner(demote)
    cleaner.feed(cleaner.take_plain(str(html)))
    cleaner.close()
    return Markup("".join(cleaner.parts) + cleaner.closing())


class _Cleaner(HTMLParser):
    """Writes again what is allowed of the HTML that it is fed."""

    def __init__(self, demote: int):
        super().__init__(convert_charrefs=True)
        self.demote = demote
        self.parts: list[str] = []
        self.opened: list[str] = []
        self.silent = 0

    def take_plain(self, html: str) -> str:
        """Take what HTML begins with of tags written in full, as charts and tables are, and return the rest.

        The parser would make the same of it, and is five times slower because it knows all that HTML may be.
        """
        place = 0
        while found := _PLAIN.match(html, place):
            text, ended, begun, attributes, is_empty = found.groups()
            tag = (ended or begun).lower()
            if tag in _RAW and begun and not (tag == "title" and _TITLE.match(html, found.end())):
                break
            if text:
                self.handle_data(unescape(text))
            if ended:
                self.handle_endtag(tag)
            else:
                attrs = [(name.lower(), unescape(value)) for name, value in _PAIR.findall(attributes)]
                (self.handle_startendtag if is_empty else self.handle_starttag)(tag, attrs)
            place = found.end()
        return html[place:]

    def handle_starttag(self, tag, attrs):
        if tag in _SILENT:
            self.silent += 1
        if self.silent or not self._is_allowed(tag) or (tag == "img" and not _is_picture(attrs)):
            return
        name = self._name(tag)
        self.parts.append(f"<{name}{''.join(_attribute(key, value) for key, value in attrs)}>")
        if name not in _VOID:
            self.opened.append(name)

    def handle_startendtag(self, tag, attrs):
        if tag in _SILENT:
            return
        self.handle_starttag(tag, attrs)
        if tag in _DRAWING:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        name = self._name(tag)
        if self.silent or name not in self.opened:
            return
        while self.opened:
            last = self.opened.pop()
            self.parts.append(f"</{last}>")
            if last == name:
                return

    def handle_data(self, data):
        if not self.silent:
            self.parts.append(escape(data))

    def closing(self) -> str:
        """End tags of what is still open."""
        return "".join(f"</{name}>" for name in reversed(self.opened))

    def _is_allowed(self, tag: str) -> bool:
        return tag == "svg" or tag in (_DRAWING if "svg" in self.opened else _HTML)

    def _name(self, tag: str) -> str:
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            return f"h{min(6, int(tag[1]) + self.demote)}"
        return tag


def _is_picture(attrs: list[tuple[str, str | None]]) -> bool:
    return any(name == "src" and _may_stay(name, value or "") for name, value in attrs)


def _attribute(name: str, value: str | None) -> str:
    value = value or ""
    return f' {name}="{escape(value)}"' if _may_stay(name, value) else ""


def _may_stay(name: str, value: str) -> bool:
    if name == "href":
        return _INSIDE.fullmatch(value) is not None
    if name == "src":
        return _PICTURE.fullmatch(value) is not None
    if name == "style":
        return _SIZE.fullmatch(value) is not None
    is_listed = name in _ATTRIBUTES or name.startswith(_FAMILIES)
    return is_listed and not (("(" in value or ":" in value) and _ELSEWHERE.search(value))
