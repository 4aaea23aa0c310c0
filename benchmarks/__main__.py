"""`python -m benchmarks NAME [--json]`: what things cost, counted or measured; time has no pass mark."""

import argparse
import importlib
import json
import sys

NAMES = {
    "counts": "AWS calls and DynamoDB units of what happens most",
    "bill": "the month's AWS bill for 1,000, 100,000 and 1,000,000 patients",
    "year": "what a clinic's year of mails leaves stored, and how often its patients are judged",
    "pages": "what each page of the console asks, weighs and takes, at 200 and 20,000 patients",
    "articles": "how well web pages are understood, beside the libraries alone",
    "init": "import CPU of each function, size of what is uploaded",
    "send": "messages a second and CPU a message, beside django-post_office",
    "crash": "the main job, and what follows it, with every AWS call cut",
    "interleave": "three workers, interleaved at every AWS call",
}


def main(arguments: list[str] | None = None) -> int:
    """Measure what is named and print it."""
    parser = argparse.ArgumentParser(prog="benchmarks", formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.epilog = "\n".join(f"  {name:12}{what}" for name, what in NAMES.items())
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--json", action="store_true", help="for machines, with all details")
    chosen = parser.parse_args(arguments)
    figure = importlib.import_module(f"benchmarks.{chosen.name}")
    figures = figure.measure()
    if chosen.json:
        print(json.dumps(figures, indent=2))
    else:
        print(*figure.lines(figures), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
