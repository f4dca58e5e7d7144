"""Microsoft's material: metadata by git or from a folder, else the models of the Python SDK."""

import json
import re
import subprocess
import zipfile
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

_EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
_CLOUDS = {"Prod": "global", "Fairfax": "gcc-high", "Mooncake": "china"}
"""The clouds by the names that the metadata has for them. `dod` has no metadata of its own."""


class Unavailable(Exception):
    """The material is not there."""


class Kind(NamedTuple):
    """A type: its base, its properties, and what it leads to."""

    base: str
    properties: frozenset[str]
    relations: frozenset[str]


class Model(NamedTuple):
    """All types and enumerations of one API."""

    kinds: dict[str, Kind]
    enums: dict[str, frozenset[str]]
    words: frozenset[str]
    """Names that may stand in a path, in lower case; none where the source has no paths."""

    def properties(self, name: str) -> frozenset[str]:
        """The properties of a type and of those it inherits from."""
        kind = self.kinds[name]
        return kind.properties | (self.properties(kind.base) if kind.base in self.kinds else set())

    def relations(self, name: str) -> frozenset[str]:
        """The relations of a type and of those it inherits from."""
        kind = self.kinds[name]
        return kind.relations | (self.relations(kind.base) if kind.base in self.kinds else set())

    def derived(self, name: str) -> set[str]:
        """The types that inherit from one."""
        return {other for other, kind in self.kinds.items() if kind.base == name}


class Material(NamedTuple):
    """The material to compare with, and the copy that it is."""

    copy: str
    released: Model
    beta: Model
    """Names alone, without bases; empty where the source has none."""
    clouds: dict[str, frozenset[str]]
    """The types of each cloud's API, in small letters."""
    permissions: dict[str, Any]


def material(metadata: Path | None, permissions: Path | None, wheel: Path | None) -> Material:
    """Reads the copies; raises Unavailable where there is neither metadata nor the SDK."""
    granted, granted_copy = {}, ""
    if permissions is not None:
        granted = json.loads(_read(permissions, "permissions/new/permissions.json"))["permissions"]
        granted_copy = f", permissions of microsoft-graph-devx-content {_commit(permissions)}"
    if metadata is not None:
        texts = {name: _read(metadata, f"schemas/v1.0-{name}.csdl") for name in _CLOUDS}
        models = {name: _csdl(text) for name, text in texts.items()}
        beta = _mappings(metadata)
        clouds = {
            cloud: frozenset(kind.lower() for kind in models[name].kinds)
            for name, cloud in _CLOUDS.items()
        }
        copy = f"msgraph-metadata {_commit(metadata)}{granted_copy}"
        return Material(copy, models["Prod"], beta, clouds, granted)
    if wheel is not None:
        empty = Model({}, {}, frozenset())
        return Material(wheel.name + granted_copy, _sdk(wheel), empty, {}, granted)
    raise Unavailable("neither a copy of msgraph-metadata nor the msgraph-sdk package is there")


def _read(copy: Path, name: str) -> str:
    """A file of a folder, or of the newest commit of a git directory."""
    if (copy / name).is_file():
        return (copy / name).read_text()
    command = ["git", "--git-dir", str(copy), "show", f"HEAD:{name}"]
    shown = subprocess.run(command, capture_output=True, text=True, check=False)
    if shown.returncode != 0:
        raise Unavailable(f"{copy} has no {name}")
    return shown.stdout


def _commit(copy: Path) -> str:
    """Commit and date of a copy."""
    for place in (["--git-dir", str(copy)], ["-C", str(copy)]):
        command = ["git", *place, "log", "-1", "--format=%h of %cs"]
        shown = subprocess.run(command, capture_output=True, text=True, check=False)
        if shown.returncode == 0:
            return shown.stdout.strip()
    return "of an unknown date"


def _csdl(text: str) -> Model:
    kinds: dict[str, Kind] = {}
    enums: dict[str, frozenset[str]] = {}
    words: set[str] = set()
    for schema in ElementTree.fromstring(text).iter(f"{_EDM}Schema"):
        before = "" if schema.get("Namespace") == "microsoft.graph" else f"{schema.get('Namespace')}."
        before = before.removeprefix("microsoft.graph.")
        for element in schema.iter():
            name = element.get("Name", "")
            tag = element.tag.removeprefix(_EDM)
            if tag in ("EntityType", "ComplexType"):
                base = element.get("BaseType", "").removeprefix("microsoft.graph.")
                kinds[before + name] = Kind(
                    base.removeprefix("graph."),
                    frozenset(one.get("Name", "") for one in element.iter(f"{_EDM}Property")),
                    frozenset(one.get("Name", "") for one in element.iter(f"{_EDM}NavigationProperty")),
                )
            elif tag == "EnumType":
                enums[before + name] = frozenset(
                    one.get("Name", "") for one in element.iter(f"{_EDM}Member")
                )
            if tag in ("NavigationProperty", "EntitySet", "Singleton", "Function", "Property"):
                words.add(name.lower())
    return Model(kinds, enums, frozenset(words))


def _mappings(metadata: Path) -> Model:
    """The beta API by the names of its types alone: the metadata itself is too large for copies."""
    kinds: dict[str, Kind] = {}
    for shape in ("entity", "complex"):
        text = _read(metadata, f"schemas/type-mappings/beta-{shape}-types.json")
        for namespace, types in json.loads(text).items():
            before = namespace.removeprefix("microsoft.graph").lstrip(".")
            for name, members in types.items():
                kinds[f"{before}.{name}".lstrip(".")] = Kind(
                    "", frozenset(members["properties"]), frozenset(members["navigationProperties"])
                )
    text = _read(metadata, "schemas/type-mappings/beta-enum-types.json")
    enums = {
        name: frozenset(members) for name, members in json.loads(text)["microsoft.graph"].items()
    }
    words = {word.lower() for kind in kinds.values() for word in kind.relations}
    return Model(kinds, enums, frozenset(words))


def _sdk(wheel: Path) -> Model:
    """The models of `msgraph-sdk`: one file for each type, the names as they stand in JSON."""
    kinds: dict[str, Kind] = {}
    enums: dict[str, frozenset[str]] = {}
    with zipfile.ZipFile(wheel) as files:
        for path in files.namelist():
            found = re.fullmatch(r"msgraph/generated/models/(?:(call_records)/)?(\w+)\.py", path)
            if found is None or path.endswith("__init__.py"):
                continue
            text = files.read(path).decode()
            before = "callRecords." if found[1] else ""
            declared = re.search(r"^class (\w+)\((\w+)", text, re.MULTILINE)
            if declared is None:
                continue
            name, base = (part[:1].lower() + part[1:] for part in declared.groups())
            if base == "str":
                members = re.findall(r'^    \w+ = "(\w+)",?$', text, re.MULTILINE)
                enums[before + name] = frozenset(members)
            else:
                # What is an object may be a relation as well: the models do not tell.
                members = re.findall(r'^ +"(\w+)": lambda n : (.*)$', text, re.MULTILINE)
                objects = {member for member, read in members if "object_value" in read}
                kinds[before + name] = Kind(
                    base, frozenset(dict(members)) - objects, frozenset(objects)
                )
    return Model(kinds, enums, frozenset())
