"""The markup around an article as several blog engines write it, with all that does not belong to the article."""

import json
from pathlib import Path
from typing import Any

import jinja2

_PAGES = jinja2.Environment(loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True)


def page(engine: str, **values: Any) -> str:  # whatever the templates show
    """Return a page in the markup of this engine."""
    return _PAGES.get_template(f"{engine}.html").render(values)


def linked(kind: str, *, title: str, author: str, day: str, site: str, url: str) -> str:
    """Return what such a page says of itself as JSON-LD."""
    article = {
        "@type": kind,
        "headline": title,
        "author": {"@type": "Person", "name": author},
        "datePublished": f"{day}T08:30:00-05:00",
        "mainEntityOfPage": url,
    }
    return json.dumps({"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": site}, article]})
