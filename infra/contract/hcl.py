"""A Terraform module as its resources, without Terraform: what is written, for_each unrolled.

It knows literals, locals, defaults of variables, each, and try(). What else an expression says
stays as text, so that a reference to another resource is compared by how it is written.
"""

import functools
import re
from pathlib import Path
from typing import Any

import hcl2

_EXPRESSION = re.compile(r"\$\{(.*)\}", re.DOTALL)
_IN_TEXT = re.compile(r"\$\{each\.(key|value)((?:\.\w+)*)\}")
_EACH = re.compile(r"\beach\.(key|value)((?:\.\w+)*)")
_PLACE = re.compile(r"(local|var)((?:\.\w+)+)")
_TRY = re.compile(r"try\((.+), null\)")
_FILTERED = re.compile(
    r'\$\{\{for \w+, \w+ in local\.(\w+) : \w+ => \w+ if [\w.]+ != "relay" \|\| local\.has_event_bus\}\}'
)
_OF_ARCHIVE = re.compile(r"\$\{local\.has_archive \? local\.(\w+) : \{\}\}")
_QUOTED = re.compile(r'"(.*)"', re.DOTALL)
_MARKS = ("__is_block__", "__comments__", "__inline_comments__")

Attributes = dict[str, Any]


class _Text(str):
    """A text in quotes: a template, where all else is an expression."""


class Module:
    """The content of the .tf files of one folder."""

    def __init__(self, folder: Path, parts: tuple[str, ...] = ("bus", "archive")) -> None:
        self.parts = parts
        self.locals: dict[str, Any] = {}
        self._variables: dict[str, Any] = {}
        self._conditions: dict[str, str] = {}
        self.modules: dict[str, Attributes] = {}
        self._resources: list[tuple[str, str, Attributes]] = []
        for path in sorted(folder.glob("*.tf")):
            self._read(_parsed(path.read_text()))
        for name, written in self.locals.items():
            if found := _FILTERED.fullmatch(str(written)):
                self.locals[name] = {
                    key: each
                    for key, each in self.locals[found[1]].items()
                    if "bus" in parts or "relay" not in (key, each.get("function"))
                }

    def _read(self, parsed: dict[str, Any]) -> None:
        for block in parsed.get("locals", []):
            self.locals |= _plain(block)
        for block in parsed.get("variable", []):
            for name, variable in _plain(block).items():
                self._variables[name] = variable.get("default")
                for validation in variable.get("validation", []):
                    self._conditions[name] = str(validation["condition"])
        for block in parsed.get("module", []):
            self.modules |= _plain(block)
        for block in parsed.get("resource", []):
            for kind, named in _plain(block).items():
                for name, attributes in named.items():
                    self._resources.append((kind, name, attributes))

    def of(self, kind: str, name: str | None = None) -> dict[tuple[str, str], Attributes]:
        """The instances of a kind of resource, by the resource's name and the key of each."""
        found = {}
        for of_kind, called, attributes in self._resources:
            if of_kind != kind or name not in (None, called):
                continue
            for_each = attributes.get("for_each")
            written = {what: each for what, each in attributes.items() if what != "for_each"}
            for key, value in self._instances(for_each):
                found[(called, key)] = self._resolve(written, key, value)
        return found

    def written(self, kind: str, name: str) -> Attributes:
        """A resource as it is written, for_each and all."""
        resources = self._resources
        return next(each for of, called, each in resources if (of, called) == (kind, name))

    def local(self, name: str) -> Any:
        """A local value, as far as it is known."""
        return self._resolve(self.locals[name], "", {})

    def default(self, name: str) -> Any:
        """The default of a variable."""
        return self._variables[name]

    def defaults(self) -> dict[str, Any]:
        """The defaults of all variables."""
        return dict(self._variables)

    def conditions(self) -> dict[str, str]:
        """The condition of each variable that has one."""
        return dict(self._conditions)

    def _instances(self, for_each: Any) -> list[tuple[str, Any]]:
        if for_each is None:
            return [("", {})]
        # A condition about the emulator: what is there on AWS counts.
        source = re.sub(r"var\.stand_ins\.aws == \"\" \? (local\.\w+) : \{\}", r"\1", str(for_each))
        if optional := _OF_ARCHIVE.fullmatch(source):
            source = f"${{local.{optional[1]}}}" if "archive" in self.parts else "${toset([])}"
        place = re.fullmatch(r"\$\{(?:toset)?\(?local\.(\w+)\)?\}", source)
        members = self.locals[place[1]] if place else source
        if isinstance(members, dict):
            return list(members.items())
        if isinstance(members, list):
            return [(str(each), each) for each in members]
        # Of two, that which is there under a condition.
        _, _, named = str(members).rpartition("[")
        return [(key, key) for key in re.findall(r'"([^"]+)"', named)]

    def _resolve(self, part: Any, key: str, value: Any) -> Any:
        if isinstance(part, dict):
            return {name: self._resolve(each, key, value) for name, each in part.items()}
        if isinstance(part, list):
            return [self._resolve(each, key, value) for each in part]
        if not isinstance(part, str):
            return part
        whole = _EXPRESSION.fullmatch(part)
        if whole and not isinstance(part, _Text):
            return self._evaluate(whole[1], key, value)
        return _IN_TEXT.sub(lambda found: str(_member(found, key, value, found[0])), part)

    def _evaluate(self, expression: str, key: str, value: Any) -> Any:
        if tried := _TRY.fullmatch(expression):
            found = _EACH.fullmatch(tried[1])
            return _member(found, key, value, None) if found else expression
        if found := _EACH.fullmatch(expression):
            return self._resolve(_member(found, key, value, expression), key, {})
        if (place := _PLACE.fullmatch(expression)) and "stand_ins" not in expression:
            known: Any = self.locals if place[1] == "local" else self._variables
            for name in place[2][1:].split("."):
                known = known.get(name, expression) if isinstance(known, dict) else expression
            return expression if known == expression else self._resolve(known, key, value)
        written = _EACH.sub(
            lambda found: f'"{_member(found, key, value, found[0])}"', expression
        )
        return written


@functools.cache
def _parsed(text: str) -> dict[str, Any]:
    # Of a module with one fault in it, all files but one have been read before.
    parsed: dict[str, Any] = hcl2.loads(text)
    return parsed


def _member(found: re.Match[str] | None, key: str, value: Any, otherwise: Any) -> Any:
    if found is None or found[1] == "key":
        return key if found else otherwise
    for name in found[2][1:].split(".") if found[2] else []:
        if not isinstance(value, dict) or name not in value:
            return otherwise
        value = value[name]
    return value


def _plain(part: Any) -> Any:
    """Without the quotes and marks that the parser leaves."""
    if isinstance(part, dict):
        return {
            str(_plain(name)): _plain(each) for name, each in part.items() if name not in _MARKS
        }
    if isinstance(part, list):
        return [_plain(each) for each in part]
    if isinstance(part, str) and (quoted := _QUOTED.fullmatch(part)):
        return _Text(quoted[1].replace('\\"', '"'))
    return part
