"""Bugs we know how to make: each, planted in a copy of the tree, must make a test fail.

`make mutants` runs it. A bug that no longer fits its file is an error too, so the list cannot rot.
"""

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
COPIED = ("functions", "local", "tests", "infra", "layers", "docs", "template.yaml", "pyproject.toml")


@dataclass(frozen=True)
class Bug:
    """Replace `right` by `wrong` in `file`; one of `tests` must notice."""

    name: str
    file: str
    right: str
    wrong: str
    tests: str


BUGS = (
    Bug(
        "a claim does not ask whether the touch is still due",
        "functions/prm/mail/store.py",
        "(TouchRow.state == State.DUE) | mine,",
        "(TouchRow.state != State.SENT) | mine,",
        "tests/mail/test_sending.py tests/sendcore/test_interleave.py",
    ),
    Bug(
        "an answer that SES never gave counts as not sent",
        "functions/prm/mail/sending.py",
        "        except MaybeSent:\n            self._lost(touch, attempt)",
        '        except MaybeSent:\n            self._release(touch, attempt, "lost")',
        "tests/mail/test_sending.py",
    ),
    Bug(
        "a touch may be ordered twice",
        "functions/prm/mail/store.py",
        "return table.put(row, table.absent(TouchRow))",
        "return table.put(row)",
        "tests/mail/test_sending.py",
    ),
    Bug(
        "late news lowers a state",
        "functions/prm/mail/model.py",
        "return LADDER[: LADDER.index(state)]",
        "return LADDER",
        "tests/mail/test_sending.py",
    ),
    Bug(
        "an ended lease puts the touch back to due",
        "functions/prm/mail/service.py",
        'self.touches.lose(touch, touch.attempt or "", (touch.at or now) + touch.unknown_for, now)',
        'self.touches.release(touch, touch.attempt or "", now, "")',
        "tests/mail/test_sending.py tests/sendcore/test_crash.py",
    ),
    Bug(
        "the SDK tries SES again by itself",
        "functions/prm/mail/gateway.py",
        '"total_max_attempts": 1',
        '"total_max_attempts": 3',
        "tests/mail/test_gateway.py",
    ),
    Bug(
        "a failed condition of a transaction passes for busy",
        "functions/prm/core/table.py",
        'if "ConditionalCheckFailed" in codes:',
        "if False:",
        "tests/mail/test_sending.py tests/core",
    ),
    Bug(
        "a decision holds for facts it never read",
        "functions/prm/patients/store.py",
        "return table.update(_profile(clinic, patient), actions, PatientRow.version == version)",
        "return table.update(_profile(clinic, patient), actions, PatientRow.version >= 0)",
        "tests/patients tests/rules",
    ),
    Bug(
        "a soft bounce stops the address",
        "functions/prm/mail/service.py",
        "(news.state is State.BOUNCED and news.permanent)",
        "news.state is State.BOUNCED",
        "tests/mail/test_sending.py",
    ),
    Bug(
        "an edit is counted as one more answer",
        "functions/prm/surveys/service.py",
        "Change(after, before.answer if before.is_counted else None, now)",
        "Change(after, None, now)",
        "tests/surveys tests/insights",
    ),
    Bug(
        "an expired link still answers",
        "functions/prm/links/model.py",
        "now >= self.expires_at",
        "False",
        "tests/surveys tests/survey_webhook",
    ),
    Bug(
        "a stop is kept under the address alone",
        "functions/prm/mail/stops.py",
        "return (recipient, address_name(address)) if address else (recipient,)",
        "return (address_name(address),) if address else (recipient,)",
        "tests/mail/test_preferences.py tests/rules/test_stops.py",
    ),
)


def main() -> int:
    """Plant each bug alone and say which test noticed it, if any."""
    unnoticed = [bug.name for bug in BUGS if not _noticed(bug)]
    sys.stdout.write(f"{len(BUGS)} bugs planted, {len(unnoticed)} unnoticed\n")
    return 1 if unnoticed else 0


def _noticed(bug: Bug) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        for name in COPIED:
            _copy(ROOT / name, tree / name)
        file = tree / bug.file
        text = file.read_text(encoding="utf-8")
        if text.count(bug.right) != 1:
            sys.exit(f"{bug.name}: {bug.file} no longer holds what it changes")
        file.write_text(text.replace(bug.right, bug.wrong), encoding="utf-8")
        noticed_by = _failed(tree, bug.tests.split())
    sys.stdout.write(f"{'noticed  ' if noticed_by else 'UNNOTICED'}  {bug.name}\n           {noticed_by}\n")
    sys.stdout.flush()
    return bool(noticed_by)


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


def _failed(tree: Path, tests: list[str]) -> str:
    """Return the first test that fails in the copy, whose code comes first on the path; empty where none does.

    What cannot even be collected (pytest's exit status 2) is not a bug that a test noticed.
    """
    in_order = ["-n0", "-p", "no:randomly", "-p", "no:cacheprovider"]
    options = ["-q", "-x", *in_order, "-m", "not browser and not dynamodb_local and not emulator"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *tests],
        cwd=tree,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{tree}/functions:{tree}"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 1:
        return ""
    return next(line.split()[1] for line in done.stdout.splitlines() if line.startswith(("FAILED ", "ERROR ")))


if __name__ == "__main__":
    sys.exit(main())
