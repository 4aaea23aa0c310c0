"""`init`: what a cold start costs before the first request: import CPU of each function, and what must be fetched."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from local.built import BUILD, Built, built, layers_of

FUNCTIONS = ("survey_webhook", "review_request", "rule_scheduler", "mail_sender", "mail_events", "emr_import")
PATIENTS_WAIT_FOR = ("survey_webhook", "review_request")
RUNS = 7
MOST_MS = 300
MOST_ZIP_MB = 15
MB = 1_000_000

_PROGRAM = """
import importlib, resource, sys
if len(sys.argv) > 1:
    importlib.import_module(sys.argv[1])
used = resource.getrusage(resource.RUSAGE_SELF)
print((used.ru_utime + used.ru_stime) * 1000)
"""
_SOURCES = str(Path(__file__).resolve().parents[1] / "functions")


def measure() -> dict[str, Any]:
    """Measure imports in fresh interpreters, one after the other, and the sizes of the build."""
    bare = _cpu(None)
    cpu = {name: round(_cpu(f"{name}.app") - bare) for name in FUNCTIONS}
    return {
        "bare_interpreter_ms": round(bare),
        "runs": RUNS,
        "import_cpu_ms": cpu,
        "sizes": _sizes(),
        "layers": _layers(),
        "aims": {
            "patient_facing_ms": {"at_most": MOST_MS, "met": all(cpu[one] <= MOST_MS for one in PATIENTS_WAIT_FOR)}
        },
    }


def lines(figures: dict[str, Any]) -> Iterator[str]:
    """Yield the figures as a table."""
    yield f"import CPU in ms above a bare interpreter's {figures['bare_interpreter_ms']} (median of {RUNS})"
    for name, spent in figures["import_cpu_ms"].items():
        patients = "  a patient waits for it" if name in PATIENTS_WAIT_FOR else ""
        yield f"  {name:16}{spent:5}{patients}"
    yield from json.dumps(figures["sizes"], indent=2).splitlines()
    yield f"layers: {figures['layers']}"
    yield f"aims: {figures['aims']}"


def _layers() -> dict[str, Any]:
    """Return the sizes of what one function alone carries beside the common zip."""
    return {name: _size(folder) for name, folder in layers_of(BUILD).items()} if _is_built() else {}


def _is_built() -> bool:
    return (BUILD / "template.yaml").exists()


def _cpu(module: str | None) -> float:
    arguments = [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {_SOURCES!r})\n{_PROGRAM}"]
    arguments += [module] if module else []
    environment = dict(os.environ) | {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "POWERTOOLS_METRICS_NAMESPACE": "benchmarks",
        "PRM_HIT_KEY": "key",
    }
    spent = [_one(arguments, environment) for _ in range(RUNS + 1)]
    return statistics.median(spent[1:])  # the first writes bytecode


def _one(arguments: list[str], environment: dict[str, str]) -> float:
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=True)
    return float(done.stdout.strip().rpartition("\n")[2])


def _sizes() -> dict[str, Any]:
    """Return zipped and unzipped sizes; functions of one source are uploaded once, as one zip."""
    if not _is_built():
        return {"missing": "no build here: make build"}
    folders: dict[Path, list[Built]] = {}
    for one in built(BUILD):
        folders.setdefault(one.code.resolve(), []).append(one)
    sizes = [_size(folder) | {"functions": [one.name for one in found]} for folder, found in folders.items()]
    largest = max(size["zip_bytes"] for size in sizes)
    return {"uploads": sizes, "largest_zip_mb": round(largest / MB, 1), "met": largest <= MOST_ZIP_MB * MB}


def _size(folder: Path) -> dict[str, Any]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    with tempfile.TemporaryFile() as content:
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in files:
                archive.write(path, path.relative_to(folder))
        zipped = content.tell()
    return {"zip_bytes": zipped, "bytes": sum(path.stat().st_size for path in files)}
