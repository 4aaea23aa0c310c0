"""`python -m local.built`: does every handler import from the folder that is uploaded, as it does in Lambda?

The interpreter sees that folder, its standard library, and the few packages that Lambda's own Python brings. A package
missing from functions/requirements.txt fails here, not at the first request, even one that is imported late.
"""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3

from local import cloudformation
from local.places import REPOSITORY

BUILD = REPOSITORY / ".aws-sam" / "build"
# Lambda's Python has these (IN_LAMBDA in the Makefile leaves them out of the upload).
IN_LAMBDA = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six")

_IMPORT = """
import importlib.util, pkgutil, sys
from importlib.machinery import PathFinder

code, packages, module, name, *in_lambda = sys.argv[1:]

class InLambda:
    @staticmethod
    def find_spec(fullname, path=None, target=None):
        known = fullname.partition(".")[0] in in_lambda
        return PathFinder.find_spec(fullname, path or [packages]) if known else None

sys.path.insert(0, code)
sys.meta_path.append(InLambda)
getattr(importlib.import_module(module), name)
for part in (module.partition(".")[0], "prm"):
    if importlib.util.find_spec(part):
        for found in pkgutil.walk_packages(importlib.import_module(part).__path__, part + "."):
            importlib.import_module(found.name)
"""
_ENVIRONMENT = {"AWS_DEFAULT_REGION": "us-east-1", "AWS_REGION": "us-east-1", "PYTHONDONTWRITEBYTECODE": "1"}


@dataclass(frozen=True)
class Built:
    """One function as it will be uploaded."""

    name: str
    code: Path
    handler: str

    def problem(self) -> str | None:
        """Return why the handler does not import, or None."""
        module, _, name = self.handler.rpartition(".")
        packages = Path(boto3.__file__).parents[1]
        arguments = [sys.executable, "-I", "-S", "-c", _IMPORT, str(self.code), str(packages), module, name, *IN_LAMBDA]
        done = subprocess.run(arguments, env=_ENVIRONMENT, capture_output=True, text=True, check=False)
        return done.stderr.strip().rpartition("\n")[2] if done.returncode else None


def built(folder: Path) -> Iterator[Built]:
    """Yield the functions of a build."""
    template = cloudformation.read(folder / "template.yaml")
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            properties = resource["Properties"]
            yield Built(name, folder / properties["CodeUri"], properties["Handler"])


def main(folder: Path = BUILD) -> int:
    """Import every handler, and tell what does not import."""
    functions = list(built(folder))
    problems = [f"{one.name} ({one.handler}): {why}" for one in functions if (why := one.problem())]
    if problems:
        print("Not everything imports from", folder, *problems, sep="\n  ", file=sys.stderr)
        return 1
    print(f"All {len(functions)} handlers import from {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
