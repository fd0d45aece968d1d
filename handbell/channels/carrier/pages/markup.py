"""HTML that cannot be broken by what it shows: every text is escaped, every tag is closed."""

from collections.abc import Iterable
from html import escape
from typing import TypeAlias


class Markup(str):
    """HTML that is safe to send. Only `tag` and `joined` make it from texts."""

    __slots__ = ()


Child: TypeAlias = "Markup | str | Iterable[Child] | None"
_VOID = frozenset({"input", "meta", "link", "br"})


def tag(name: str, /, *children: Child, **attributes: str | bool | int | None) -> Markup:
    """Return an element. `class_` is class, `aria_label` is aria-label; None leaves one out."""
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{joined(*children)}</{name}>")


def joined(*children: Child) -> Markup:
    """Return the children one after the other; texts are escaped, None is nothing."""
    return Markup("".join(_written(child) for child in children))


def _written(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Markup):
        return child
    if isinstance(child, str):
        return escape(child)
    return joined(*child)


def _attribute(key: str, value: str | bool | int | None) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
