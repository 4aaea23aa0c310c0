"""What reaches the function besides pages."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mailed import request

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["survey_webhook.app", "review_request.app"])
def test_the_function_answers_a_path_it_does_not_have(tables: None, name: str) -> None:
    handler = importlib.import_module(name).handler
    page = handler(request("GET", "/s/a/b/c/d"), None)
    assert page["statusCode"] == 404
    assert "<h1" in page["body"]


@pytest.mark.parametrize("name", ["survey_webhook.app", "review_request.app"])
def test_a_page_loads_nothing_heavy(name: str) -> None:
    seen = subprocess.run(
        [sys.executable, "-c", f"import sys, {name}; print(*sys.modules)"],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "functions"), "AWS_DEFAULT_REGION": "us-east-1"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    heavy = {"pydantic", "bs4", "lxml", "nh3", "email_validator", "boto3", "aws_lambda_powertools", "email.mime"}
    assert heavy & set(seen) == set()
