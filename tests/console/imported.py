"""What may an import say? Read from the code of `importers`: its sentences, and those with a value.

A flaw is made by giving `reason` and `cure` to something, a note by `note`. What is given there is
followed to the texts it may be; what cannot be followed fails, so that no new flaw goes unseen.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOM: Final = Path(__file__).parent.parent.parent / "handbell" / "importers"

#: What takes a flaw's sentences, beside the functions that have them as parameters.
_FLAW: Final = ("file", "line", "unit", "kind", "field", "value_kind", "reason", "cure")
_SAID: Final = {"reason", "cure", "text"}

#: Whose `bad` becomes a reason, and what they call it until then.
_BAD: Final = {"source.py", "records.py", "message.py"}
_WHY: Final = {"_bad", "_why", "_NOT_TEXT", "_TOO_LONG"}


def sentences() -> set[str]:
    """Return the sentences an import may say that hold no value."""
    return {text for text in _texts() if "\0" not in text}


def with_a_value() -> set[str]:
    """Return the others, with \\0 in place of each value."""
    return {text for text in _texts() if "\0" in text}


def with_blanks(pattern: str) -> str:
    """Return a pattern of the catalogue as `with_a_value` would."""
    return re.sub(r"%\(\w+\)s", "\0", pattern)


def _texts() -> Iterator[str]:
    from handbell.importers.csv.mappings import EXPORTS

    for path in sorted(ROOM.rglob("*.py")):
        if "migrations" not in path.parts:
            yield from _Module(path).texts()
    for export in EXPORTS:
        yield from (reason for _, reason in export.skip.values())
    contact = _Module(ROOM.parent / "vocabulary" / "contact.py")
    for call in contact.calls("ContactFlaw"):
        yield from contact.told(call.args[0])


class _Module:
    """One file, and the texts it gives to flaws."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        self._functions = {
            node.name: node for node in self._nodes if isinstance(node, ast.FunctionDef)
        }

    def calls(self, name: str) -> Iterator[ast.Call]:
        for node in self._nodes:
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == name:
                yield node

    def texts(self) -> Iterator[str]:
        makers = {
            name: [arg.arg for arg in one.args.args if arg.arg != "self"]
            for name, one in self._functions.items()
        }
        shared = {
            "BadValue": ["value_kind", "reason", "cure"],
            "Flaw": list(_FLAW),
            "not_used": ["kind", "name", "reason", "cure"],
            "note": ["text"],
        }
        for name, parameters in (makers | shared).items():
            if name not in shared and not {"reason", "cure"} & {*parameters}:
                continue
            for call in self.calls(name):
                given = dict(zip(parameters, call.args, strict=False))
                given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
                for parameter in _SAID & {*given}:
                    yield from self.told(given[parameter])
        if self._path.name in _BAD:
            yield from self._bad()

    def _bad(self) -> Iterator[str]:
        for name in _WHY:
            yield from self._named(name)
        for node in self._nodes:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "message.bad":
                yield from self.told(node.value)

    def told(self, node: ast.expr) -> Iterator[str]:
        """Yield what an expression may say."""
        match node:
            case ast.Constant(value=str(text)):
                yield from [text] if text else []
            case ast.JoinedStr(values=parts):
                yield "".join(
                    str(part.value) if isinstance(part, ast.Constant) else "\0" for part in parts
                )
            case ast.IfExp():
                yield from self.told(node.body)
                yield from self.told(node.orelse)
            case ast.Tuple(elts=elements):
                for element in elements:
                    yield from self.told(element)
            case ast.Dict(values=values):
                for value in values:
                    yield from self.told(value)
            case ast.Name(id=name):
                yield from self._named(name)
            case ast.Subscript(value=ast.Name(id=name)):
                yield from self._named(name)
            case ast.Call(func=ast.Name(id=name)) if name in self._functions:
                yield from self._named(name)
            case ast.Attribute(attr="reason" | "cure" | "bad"):
                pass  # of what was made elsewhere
            case _ if ast.unparse(node) in {"str(error)", "'; '.join(flaw.findings)"}:
                pass  # of a contact point, and of the guard
            case _:
                raise AssertionError(f"{self._path}: what may this say? {ast.unparse(node)}")

    def _named(self, name: str) -> Iterator[str]:
        """Yield what a name of this file may stand for, or a function of it return."""
        if name in self._functions:
            for node in ast.walk(self._functions[name]):
                if isinstance(node, ast.Return) and isinstance(
                    node.value, ast.Constant | ast.JoinedStr | ast.IfExp
                ):
                    yield from self.told(node.value)
        for node in self._nodes:
            if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
                continue
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name) and target.id == name:
                    yield from self.told(node.value)
                elif isinstance(target, ast.Tuple):
                    yield from self._one_of(target, node.value, name)

    def _one_of(self, target: ast.Tuple, value: ast.expr, name: str) -> Iterator[str]:
        for place, part in enumerate(target.elts):
            if isinstance(part, ast.Name) and part.id == name:
                yield from self.told(value.elts[place] if isinstance(value, ast.Tuple) else value)
