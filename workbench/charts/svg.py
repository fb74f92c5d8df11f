"""Charts and maps as one accessible, script-free SVG element with the same bytes each time."""

import re
from itertools import count
from xml.etree import ElementTree

from workbench.charts.engine import pdf_of, svg_of

SVG = "http://www.w3.org/2000/svg"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_PLAIN = frozenset(
    [
        "svg",
        "g",
        "path",
        "rect",
        "line",
        "circle",
        "ellipse",
        "polygon",
        "polyline",
        "text",
        "tspan",
        "title",
        "desc",
        "defs",
        "clipPath",
        "linearGradient",
        "radialGradient",
        "stop",
        "marker",
        "use",
        "pattern",
        "mask",
    ]
)
_REFERENCE = re.compile(r"url\(\s*['\"]?#([^)'\"]+)['\"]?\s*\)")
_ELSEWHERE = re.compile(r"url\(\s*['\"]?(?!#)|javascript:|@import|expression\(", re.IGNORECASE)
_BOLD, _OUTLINED = 'font-weight="bold"', 'stroke="currentColor" stroke-width="0.45"'
_INSIDE = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)*(\?[\w.=&%+-]*)?(#[\w.:-]*)?")  # a page beside this one
_LEAST_WIDTH = re.compile(r"min-width:\d+px")
_SPOKEN = ("role", "tabindex", "class")

ElementTree.register_namespace("", SVG)


def rendered(chart) -> str:
    """SVG of an Altair chart; nothing is loaded from elsewhere.

    Parameters
    ----------
    chart : altair chart
        Drawn from released rows with only the columns it shows.

    Returns
    -------
    str
        One ``<svg>`` element as the converter writes it, with ids that go on from the drawing before:
        :func:`accessible` numbers them anew. Single marks, axes and keys have no labels, which it would remove.
    """
    from workbench.charts.spec import spec_of

    spec = spec_of(chart)
    return svg_of({**spec, "config": {**spec.get("config", {}), "aria": False}})


def printed(svg: str) -> bytes:
    """An SVG element as a PDF of one page: vector, nothing loaded, the same bytes each time.

    Bold words are the plain font with an outline: the converter writes two fonts in any order.
    """
    return pdf_of(svg.replace(_BOLD, _OUTLINED))


def accessible(svg: str, name: str, title: str, text: str, *, is_linked: bool = False) -> str:
    """The drawing as one image for assistive technology, with its title and text alternative.

    Parameters
    ----------
    svg : str
        One ``<svg>`` element.
    name : str
        Unique in the page; ids inside begin with it.
    title, text : str
        Accessible name and description.
    is_linked : bool
        Whether links to other pages of the review stay: the drawing is then a group, since what is inside an image
        cannot be reached by keyboard.

    Returns
    -------
    str
        The element without scripts, links, handlers, foreign content and labels of single
        marks; it scales with the page and keeps its proportions.
    """
    root = _parsed(svg)
    _strip(root, _PLAIN | {"a"} if is_linked else _PLAIN)
    _renumber(root, f"{name}-")
    _scale(root)
    root.set("role", "group" if is_linked else "img")
    root.set("aria-labelledby", f"{name}-title {name}-desc")
    for place, (tag, words) in enumerate((("title", title), ("desc", text))):
        element = ElementTree.Element(f"{{{SVG}}}{tag}", {"id": f"{name}-{tag}"})
        element.text = words
        root.insert(place, element)
    return ElementTree.tostring(root, encoding="unicode")


def _parsed(svg: str) -> ElementTree.Element:
    if "<!DOCTYPE" in svg or "<!ENTITY" in svg:
        svg = re.sub(r"<!DOCTYPE[^>\[]*>", "", svg)
        assert "<!ENTITY" not in svg, "a drawing of ours declares no entities"
    root = ElementTree.fromstring(svg)
    assert root.tag == f"{{{SVG}}}svg", "a drawing is one svg element of the SVG namespace"
    return root


def _strip(element: ElementTree.Element, plain: frozenset[str]) -> None:
    is_link = _local(element.tag) == "a"
    for attribute, value in list(element.attrib.items()):
        if _is_unwanted(attribute, value, is_link=is_link):
            del element.attrib[attribute]
    for child in list(element):
        if _local(child.tag) not in plain or _is_told_anew(element, child):
            element.remove(child)
        else:
            _strip(child, plain)


def _is_told_anew(element: ElementTree.Element, child: ElementTree.Element) -> bool:
    """Name and description of the drawing; the whole name of a shortened mark stays for a pointer."""
    return _local(child.tag) == "desc" or (_local(child.tag) == "title" and _local(element.tag) != "g")


def _is_unwanted(attribute: str, value: str, *, is_link: bool) -> bool:
    local = _local(attribute).lower()
    if local == "href":
        return not (value.startswith("#") or (is_link and _INSIDE.fullmatch(value)))
    return local.startswith(("on", "aria-")) or local in _SPOKEN or _leads_elsewhere(value)


def _leads_elsewhere(value: str) -> bool:
    """Most of a drawing is numbers of paths, which need no looking through."""
    may_lead = "(" in value or ":" in value or "@" in value
    return may_lead and bool(_ELSEWHERE.search(value))


def _local(tag) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _renumber(root: ElementTree.Element, prefix: str) -> None:
    numbers = count(1)
    new = {e.get("id"): f"{prefix}{next(numbers)}" for e in root.iter() if e.get("id")}
    for element in root.iter():
        for attribute, value in element.attrib.items():
            if attribute == "id" or "#" in value:
                element.set(attribute, _with_new_ids(attribute, value, new))


def _with_new_ids(attribute: str, value: str, new: dict[str, str]) -> str:
    if attribute == "id":
        return new.get(value, value)
    if attribute in ("href", _XLINK) and value.startswith("#"):
        return "#" + new.get(value[1:], value[1:])
    return _REFERENCE.sub(lambda match: f"url(#{new.get(match[1], match[1])})", value)


def _scale(root: ElementTree.Element) -> None:
    width, height, style, _ = [
        root.attrib.pop(name, "") for name in ("width", "height", "style", "preserveAspectRatio")
    ]
    if "viewBox" not in root.attrib:
        root.set("viewBox", f"0 0 {width.removesuffix('px') or 100} {height.removesuffix('px') or 100}")
    root.set("width", "100%")
    root.set("preserveAspectRatio", "xMinYMid meet")
    # A drawing may say how small its letters may become: on a narrow screen it scrolls instead.
    least = _LEAST_WIDTH.search(style)
    widest = f"max-width:{1.3 * float(root.get('viewBox').split()[2]):.0f}px"
    root.set("style", f"{least[0]};{widest}" if least else widest)
