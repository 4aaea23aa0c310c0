"""What a deployment tells the code. The only reader of the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """One function's settings; what a function does not need stays at its default.

    `shards` may grow, never shrink: items keep the shard they were written with, and a tick looks at all below it.
    `contact_page` is where sites whose pages are fetched learn who asks. `fetch_allowed` are origins
    (`http://127.0.0.1:8090`) of the local run's own served pages, which no deployed function may fetch.
    """

    tables: str = "prm-"
    base_url: str = ""
    mail_domain: str = "localhost"
    reply_domain: str = "localhost"
    configuration_set: str = ""
    queue_now: str = ""
    queue_bulk: str = ""
    queue_work: str = ""
    queue_now_dead: str = ""
    queue_bulk_dead: str = ""
    records_bucket: str = ""
    inbound_bucket: str = ""
    shards: int = 1
    send_concurrency: int = 2
    hit_key: bytes = b""
    code_key: bytes = b""
    user_pool: str = ""
    user_client: str = ""
    requires_totp: bool = True
    clock_file: Path | None = None
    contact_page: str = ""
    fetch_allowed: frozenset[str] = frozenset()


def load(env: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `env`, by default the process's own."""
    values = os.environ if env is None else env
    clock_file = values.get("PRM_CLOCK_FILE")
    return Settings(
        tables=values.get("PRM_TABLES", "prm-"),
        base_url=values.get("PRM_BASE_URL", "").rstrip("/"),
        mail_domain=values.get("PRM_MAIL_DOMAIN", "localhost"),
        reply_domain=values.get("PRM_REPLY_DOMAIN", "localhost"),
        configuration_set=values.get("PRM_CONFIGURATION_SET", ""),
        queue_now=values.get("PRM_QUEUE_NOW", ""),
        queue_bulk=values.get("PRM_QUEUE_BULK", ""),
        queue_now_dead=values.get("PRM_QUEUE_NOW_DEAD", ""),
        queue_bulk_dead=values.get("PRM_QUEUE_BULK_DEAD", ""),
        queue_work=values.get("PRM_QUEUE_WORK", ""),
        records_bucket=values.get("PRM_RECORDS_BUCKET", ""),
        inbound_bucket=values.get("PRM_INBOUND_BUCKET", ""),
        shards=int(values.get("PRM_SHARDS", "1")),
        send_concurrency=int(values.get("PRM_SEND_CONCURRENCY", "2")),
        hit_key=values.get("PRM_HIT_KEY", "").encode(),
        code_key=values.get("PRM_CODE_KEY", "").encode(),
        user_pool=values.get("PRM_USER_POOL", ""),
        user_client=values.get("PRM_USER_CLIENT", ""),
        requires_totp=values.get("PRM_REQUIRES_TOTP", "true") == "true",
        clock_file=Path(clock_file) if clock_file else None,
        contact_page=values.get("PRM_CONTACT_PAGE", ""),
        fetch_allowed=frozenset(values.get("PRM_FETCH_ALLOWED", "").split()),
    )
