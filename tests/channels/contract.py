"""Does a request keep to an OpenAPI document? Checked with jsonschema, parameter by parameter."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from jsonschema import Draft202012Validator, FormatChecker

FORM = "application/x-www-form-urlencoded"
FORMATS = FormatChecker(formats=())


@FORMATS.checks("phone-number", raises=ValueError)
@FORMATS.checks("endpoint", raises=ValueError)
def _is_number(value: object) -> bool:
    return re.fullmatch(r"\+[1-9]\d{6,14}", str(value)) is not None


@FORMATS.checks("uri", raises=ValueError)
def _is_uri(value: object) -> bool:
    found = urlsplit(str(value))
    return found.scheme in {"http", "https"} and bool(found.netloc)


@FORMATS.checks("twiml", raises=ET.ParseError)
def _is_twiml(value: object) -> bool:
    return ET.fromstring(str(value)).tag == "Response"


@FORMATS.checks("http-method")
def _is_method(value: object) -> bool:
    return value in {"GET", "POST"}


@dataclass(frozen=True, slots=True)
class Contract:
    """Twilio's own document. `flaws` returns what is wrong, in words; nothing when all is well."""

    document: dict[str, Any] = field(repr=False)

    def flaws(
        self, method: str, path: str, *, content_type: str = "", pairs: Iterable[tuple[str, str]]
    ) -> list[str]:
        found = self._operation(method, path)
        if found is None:
            return [f"no such operation: {method} {path}"]
        operation, wrong = found
        given: dict[str, list[str]] = {}
        for name, value in pairs:
            given.setdefault(name, []).append(value)
        if method == "GET":
            return wrong + self._check(self._query(operation), set(), given)
        body = operation["requestBody"]["content"].get(content_type)
        if body is None:
            return [*wrong, f"content type {content_type!r} is not taken"]
        schema = body["schema"]
        return wrong + self._check(schema["properties"], set(schema.get("required", ())), given)

    def words(self, name: str) -> set[str]:
        """Return the values of an enumeration."""
        return set(self.document["components"]["schemas"][name]["enum"])

    def row_flaws(self, schema: str, row: dict[str, object]) -> list[str]:
        """Return what is wrong with an answer's row."""
        components = _with_null(self.document["components"])
        full = {**components["schemas"][schema], "components": components}
        return [error.message for error in Draft202012Validator(full).iter_errors(row)]

    def _operation(self, method: str, path: str) -> tuple[dict[str, Any], list[str]] | None:
        for template, operations in self.document["paths"].items():
            names = re.findall(r"{(\w+)}", template)
            found = re.fullmatch(re.sub(r"{\w+}", "([^/]+?)", template), path)
            if found is None or method.lower() not in operations:
                continue
            operation = operations[method.lower()]
            schemas = {p["name"]: p["schema"] for p in operation["parameters"] if p["in"] == "path"}
            values = zip(names, found.groups(), strict=True)
            wrong = [f for name, value in values for f in self._value(name, value, schemas[name])]
            return operation, wrong
        return None

    def _query(self, operation: dict[str, Any]) -> dict[str, Any]:
        return {p["name"]: p["schema"] for p in operation["parameters"] if p["in"] == "query"}

    def _check(
        self, schemas: dict[str, Any], required: set[str], given: dict[str, list[str]]
    ) -> list[str]:
        flaws = [f"{name} is missing" for name in required - given.keys()]
        for name, values in given.items():
            if name not in schemas:
                flaws.append(f"{name} is not a parameter")
                continue
            schema = self._resolved(schemas[name])
            if schema.get("type") == "array":
                flaws += [f for value in values for f in self._value(name, value, schema["items"])]
            elif len(values) > 1:
                flaws.append(f"{name} is given {len(values)} times")
            else:
                flaws += self._value(name, values[0], schema)
        return flaws

    def _value(self, name: str, text: str, schema: dict[str, Any]) -> list[str]:
        schema = self._resolved(schema)
        value = _typed(text, schema.get("type", "string"))
        checker = Draft202012Validator(schema, format_checker=FORMATS)
        return [f"{name}: {error.message}" for error in checker.iter_errors(value)]

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        reference = schema.get("$ref")
        if reference is None:
            return schema
        found: dict[str, Any] = self.document["components"]["schemas"][reference.rpartition("/")[2]]
        return found


def _with_null(schema: Any) -> Any:
    """Return an OpenAPI 3.0 schema as JSON Schema: `nullable` becomes a second type."""
    if isinstance(schema, list):
        return [_with_null(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: _with_null(part) for name, part in schema.items()}
    if found.get("nullable") is True and isinstance(found.get("type"), str):
        found["type"] = [found["type"], "null"]
    return found


def _typed(text: str, kind: str) -> object:
    """Return a form's text as the type it stands for; the text itself where it is not one."""
    if kind == "integer" and re.fullmatch(r"-?\d+", text):
        return int(text)
    if kind == "number" and re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text)
    if kind == "boolean" and text in {"true", "false"}:
        return text == "true"
    return text
