"""What `sam package` does, for the emulator: local paths of a template become objects in its S3.

The template itself stays as it is. Third-party packages are left out of the zips: the emulator runs the functions with
the interpreter, and so the packages, of this checkout. A layer built from requirements alone has nothing to add here.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local import cloudformation

BUCKET = "prm-local-artifacts"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same zip for the same files, whenever they were checked out
_SKIPPED = {"__pycache__", ".mypy_cache", ".ruff_cache", ".DS_Store"}


@dataclass
class Package:
    """The rewritten template, and everything it now refers to: object key -> content."""

    template: dict[str, Any]
    objects: dict[str, bytes] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """The same for the same content; keys of objects are hashes already."""
        return hashlib.sha256(json.dumps(self.template, sort_keys=True).encode()).hexdigest()

    @property
    def body(self) -> str:
        """The template as CloudFormation takes it."""
        return json.dumps(self.template)


def package(path: Path, endpoint: str) -> Package:
    """Return the template in `path` with its zips and nested templates; `endpoint` is the emulator's address."""
    done = Package(cloudformation.read(path))
    folder = path.parent
    _literal_media_types(done.template)
    for properties, key in _code_places(done.template):
        if isinstance(properties.get(key), str) and not properties[key].startswith("s3://"):
            properties[key] = _add_code(done, folder / properties[key])
    for properties, key in _nested_places(done.template):
        child = package(folder / properties[key], endpoint)
        done.objects |= child.objects
        name = f"{child.fingerprint}.template.json"
        done.objects[name] = child.body.encode()
        properties[key] = f"{endpoint}/{BUCKET}/{name}"
    return done


def _code_places(template: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    yield template.get("Globals", {}).get("Function", {}), "CodeUri"
    for resource in template.get("Resources", {}).values():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::Serverless::Function":
            yield properties, "CodeUri"
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            yield properties, "ContentUri"


def _nested_places(template: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    keys = {"AWS::Serverless::Application": "Location", "AWS::CloudFormation::Stack": "TemplateURL"}
    for resource in template.get("Resources", {}).values():
        if key := keys.get(resource["Type"]):
            yield resource["Properties"], key


def _literal_media_types(template: dict[str, Any]) -> None:
    """SAM writes `/` as `~1` in media types; the emulator takes them as they stand."""
    places = [template.get("Globals", {}).get("Api", {})]
    places += [resource.get("Properties", {}) for resource in template.get("Resources", {}).values()]
    for properties in places:
        if types := properties.get("BinaryMediaTypes"):
            properties["BinaryMediaTypes"] = [kind.replace("~1", "/") for kind in types]


def _add_code(done: Package, folder: Path) -> str:
    content = zipped(folder)
    name = f"{hashlib.sha256(content).hexdigest()}.zip"
    done.objects[name] = content
    return f"s3://{BUCKET}/{name}"


def zipped(folder: Path) -> bytes:
    """Return `folder` as a zip whose bytes depend on names and contents alone."""
    if not folder.is_dir():
        msg = f"{folder} is named by the template and does not exist"
        raise FileNotFoundError(msg)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not _SKIPPED & set(path.relative_to(folder).parts):
                entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _EPOCH)
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, compresslevel=1)
    return buffer.getvalue()
