"""What may an import say? Read from the code of `importers`: its sentences, and those with a value.

A flaw is made by giving `reason` and `cure` to something, a note by `note`. What is given there is
followed to the texts it may be; what cannot be followed fails, so that no new flaw goes unseen.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

ROOM: Final = Path(__file__).parent.parent.parent / "handbell" / "importers"

#: What stands in place of a value.
VALUE: Final = "\0"

#: What takes sentences, beside the functions of a file that have them as parameters.
_MAKERS: Final = {
    "BadValue": ["value_kind", "reason", "cure"],
    "Flaw": ["file", "line", "unit", "kind", "field", "value_kind", "reason", "cure"],
    "not_used": ["kind", "name", "reason", "cure"],
    "note": ["text"],
    "ContactFlaw": ["reason"],
}
_SAID: Final = {"reason", "cure", "text"}

#: Where a line's or message's `bad` comes from, which becomes a reason.
_BAD: Final = {"source.py", "records.py", "message.py"}
_WHY: Final = {"_bad", "_why", "_NOT_TEXT", "_TOO_LONG"}

#: What a contact point and the guard say; the first is read below, the second its own room's.
_OF_OTHERS: Final = {"str(error)", "'; '.join(flaw.findings)"}

_WRITTEN_OUT: Final = (ast.Constant, ast.JoinedStr, ast.IfExp)


def sentences() -> set[str]:
    """Return the sentences an import may say that hold no value."""
    return {text for text in _texts() if VALUE not in text}


def with_a_value() -> set[str]:
    """Return the others, with VALUE in place of each value."""
    return {text for text in _texts() if VALUE in text}


def with_blanks(pattern: str) -> str:
    """Return a pattern of the catalogue as `with_a_value` would."""
    return re.sub(r"%\(\w+\)s", VALUE, pattern)


def _texts() -> Iterator[str]:
    from handbell.importers.csv.mappings import MAPPINGS

    for path in sorted(ROOM.rglob("*.py")):
        if "migrations" not in path.parts:
            yield from _Module(path).texts()
    for export in MAPPINGS:
        yield from (reason for _, reason in export.skip.values())
    yield from _Module(ROOM.parent / "vocabulary" / "contact.py").texts()


class _Module:
    """One file, and the texts it gives to flaws."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._whole = ast.parse(path.read_text(encoding="utf-8"))
        nodes = ast.walk(self._whole)
        self._functions = [node for node in nodes if isinstance(node, ast.FunctionDef)]
        self._names = {function.name for function in self._functions}

    def given_to(self, name: str, parameters: Sequence[str]) -> Iterator[str]:
        """Yield what the calls of a function may give for the parameters that are sentences."""
        for function in (*self._functions, None):
            for call in ast.walk(function or self._whole):
                if not isinstance(call, ast.Call) or _last(call.func) != name:
                    continue
                given = dict(zip(parameters, call.args, strict=False))
                given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
                for parameter in _SAID & {*given}:
                    yield from self._told(given[parameter], function)

    def texts(self) -> Iterator[str]:
        own = {
            one.name: [arg.arg for arg in one.args.args if arg.arg != "self"]
            for one in self._functions
        }
        own = {name: names for name, names in own.items() if {"reason", "cure"} & {*names}}
        for name, parameters in (own | _MAKERS).items():
            yield from self.given_to(name, parameters)
        if self._path.name in _BAD:
            for name in _WHY:
                yield from self._named(name, None)
            for node in ast.walk(self._whole):
                if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "message.bad":
                    yield from self._told(node.value, None)

    def _told(self, node: ast.expr, within: ast.FunctionDef | None) -> Iterator[str]:
        """Yield what an expression in a function may say."""
        match node:
            case ast.Constant(value=str(text)):
                yield from [text] if text else []
            case ast.JoinedStr(values=parts):
                yield "".join(
                    str(part.value) if isinstance(part, ast.Constant) else VALUE for part in parts
                )
            case ast.IfExp(body=one, orelse=other):
                yield from self._told(one, within)
                yield from self._told(other, within)
            case ast.Tuple(elts=parts) | ast.Dict(values=parts):
                for part in parts:
                    yield from self._told(part, within)
            case ast.Name(id=name) | ast.Subscript(value=ast.Name(id=name)):
                yield from self._named(name, within)
            case ast.Call(func=ast.Name(id=name)) if name in self._names:
                yield from self._named(name, within)
            case ast.Attribute(attr="reason" | "cure" | "bad"):
                pass  # of what was made elsewhere
            case _ if ast.unparse(node) not in _OF_OTHERS:
                raise AssertionError(f"{self._path}: what may this say? {ast.unparse(node)}")

    def _named(self, name: str, within: ast.FunctionDef | None) -> Iterator[str]:
        """Yield what a function may return, or a name stand for: here, else in the whole file."""
        for function in self._functions:
            for node in ast.walk(function) if function.name == name else ():
                if isinstance(node, ast.Return) and isinstance(node.value, _WRITTEN_OUT):
                    yield from self._told(node.value, None)
        values = list(_values(name, ast.walk(within))) if within else []
        for value in values or _values(name, self._whole.body):
            yield from self._told(value, within)


def _last(function: ast.expr) -> str:
    return ast.unparse(function).split(".")[-1]


def _values(name: str, nodes: Iterable[ast.AST]) -> Iterator[ast.expr]:
    """Yield what is assigned to a name."""
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                yield value
            case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value) if (
                target == name
            ):
                yield value
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=value):
                parts = value.elts if isinstance(value, ast.Tuple) else [value] * len(targets)
                for part, assigned in zip(targets, parts, strict=True):
                    if isinstance(part, ast.Name) and part.id == name:
                        yield assigned
