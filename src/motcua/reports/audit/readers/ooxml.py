"""Walking Office XML by local names, so that the transitional and strict dialects read alike."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element


def local(element: Element) -> str:
    """Name of an element without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element | None, name: str) -> Iterator[Element]:
    """Direct children of that local name."""
    for item in element if element is not None else ():
        if local(item) == name:
            yield item


def child(element: Element | None, name: str) -> Element | None:
    """First direct child of that local name."""
    return next(children(element, name), None)


def attribute(element: Element | None, name: str) -> str:
    """Value of an attribute by local name, "" when absent."""
    if element is None:
        return ""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return ""


def is_on(element: Element | None) -> bool:
    """Whether a switch such as w:b is present and not switched off."""
    return element is not None and attribute(element, "val") not in {"0", "false", "off", "none"}


def number(text: str, default: int) -> int:
    """A whole number, or the default where an attribute holds none."""
    return int(text) if text.isdigit() and len(text) < 6 else default
