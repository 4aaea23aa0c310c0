"""`python -m local.built`: does every handler import from the folder that is uploaded, as it does in Lambda?

The interpreter sees that folder, the function's layers, its standard library, and the few packages that Lambda's own
Python brings. A package missing from functions/requirements.txt fails here, not at the first request, even one that is
imported late. What the functions share is tried with all layers: a part of it may be of use to one function alone.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from local import cloudformation
from local.places import REPOSITORY

BUILD = REPOSITORY / ".aws-sam" / "build"
# Lambda's Python has these (IN_LAMBDA in the Makefile leaves them out of the upload).
IN_LAMBDA = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six")

_IMPORT = """
import importlib.util, json, pkgutil, sys
from importlib.machinery import PathFinder

code, own, every, packages, module, name, *in_lambda = sys.argv[1:]

class InLambda:
    @staticmethod
    def find_spec(fullname, path=None, target=None):
        known = fullname.partition(".")[0] in in_lambda
        return PathFinder.find_spec(fullname, path or [packages]) if known else None

def see_all(part):
    if importlib.util.find_spec(part):
        for found in pkgutil.walk_packages(importlib.import_module(part).__path__, part + "."):
            importlib.import_module(found.name)

sys.path[:0] = [code, *json.loads(own)]
sys.meta_path.append(InLambda)
getattr(importlib.import_module(module), name)
see_all(module.partition(".")[0])
sys.path += json.loads(every)
see_all("prm")
"""
_ENVIRONMENT = {"AWS_DEFAULT_REGION": "us-east-1", "AWS_REGION": "us-east-1", "PYTHONDONTWRITEBYTECODE": "1"}


@dataclass(frozen=True)
class Built:
    """One function as it will be uploaded."""

    name: str
    code: Path
    handler: str
    layers: tuple[Path, ...] = ()

    def problem(self, layers: tuple[Path, ...]) -> str | None:
        """Return why the handler does not import, or None. `layers` are those of all functions."""
        module, _, name = self.handler.rpartition(".")
        packages = Path(boto3.__file__).parents[1]
        paths = [str(self.code), *map(_as_json, (self.layers, layers)), str(packages)]
        arguments = [sys.executable, "-I", "-S", "-c", _IMPORT, *paths, module, name, *IN_LAMBDA]
        done = subprocess.run(arguments, env=_ENVIRONMENT, capture_output=True, text=True, check=False)
        return done.stderr.strip().rpartition("\n")[2] if done.returncode else None


def built(folder: Path) -> Iterator[Built]:
    """Yield the functions of a build."""
    layers = layers_of(folder)
    for name, properties in _resources(folder, "AWS::Serverless::Function"):
        own = tuple(layers[one["Ref"]] for one in properties.get("Layers", ()))
        yield Built(name, folder / properties["CodeUri"], properties["Handler"], own)


def layers_of(folder: Path) -> dict[str, Path]:
    """Return where the packages of each layer of a build lie, by the layer's name."""
    found = _resources(folder, "AWS::Serverless::LayerVersion")
    return {name: folder / properties["ContentUri"] / "python" for name, properties in found}


def _resources(folder: Path, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, resource in cloudformation.read(folder / "template.yaml")["Resources"].items():
        if resource["Type"] == kind:
            yield name, resource["Properties"]


def _as_json(paths: tuple[Path, ...]) -> str:
    return json.dumps([str(one) for one in paths])


def main(folder: Path = BUILD) -> int:
    """Import every handler, and tell what does not import."""
    functions, layers = list(built(folder)), tuple(layers_of(folder).values())
    problems = [f"{one.name} ({one.handler}): {why}" for one in functions if (why := one.problem(layers))]
    if problems:
        print("Not everything imports from", folder, *problems, sep="\n  ", file=sys.stderr)
        return 1
    print(f"All {len(functions)} handlers import from {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
