"""The emulator's own process: `python -m local.emulator`, started by `local.run` and by nothing else.

MiniStack 1.5.33 forgets the attributes of unchanged resources while it updates a nested stack, and the update then
fails for good. They are put back here. And it makes a REST API whose routes changed anew beside the old one, which
cannot be where the API has an id of its own choice. It takes the old one's place here. Delete `remember_attributes` and
`taking_the_place` when a release no longer needs them.
"""

import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

from ministack import app
from ministack.services import apigateway_v1, cloudformation
from ministack.services.cloudformation import provisioners, stacks

type Update = Callable[..., tuple[str, dict[str, Any]]]

_REST_API = "AWS::ApiGateway::RestApi"


def remember_attributes(update: Update) -> Update:
    """Return `update` with the attributes of the stored resource filled in where the caller left them out."""

    def with_attributes(  # noqa: PLR0913 - the emulator's own signature
        kind: str,
        physical_id: str,
        old: dict[str, Any],
        new: dict[str, Any],
        stack: str,
        logical_id: str | None = None,
        old_attrs: dict[str, Any] | None = None,
    ) -> tuple[str, dict[str, Any]]:
        if old_attrs is None and logical_id is not None:
            known = cloudformation._stacks.get(stack) or {}  # noqa: SLF001 - no public way in
            old_attrs = known.get("_resources", {}).get(logical_id, {}).get("Attributes")
        return update(kind, physical_id, old, new, stack, logical_id, old_attrs)

    return with_attributes


def taking_the_place(update: Update, create: Update) -> Update:
    """Return `update` of a REST API that makes one of other routes under the same id, and keeps its stages."""

    def in_place(
        physical_id: str,
        old: dict[str, Any],
        new: dict[str, Any],
        stack: str,
        logical_id: str | None = None,
    ) -> tuple[str, dict[str, Any]]:
        if old.get("Body") == new.get("Body"):
            return update(physical_id, old, new, stack, logical_id)
        stores = (apigateway_v1._stages_v1, apigateway_v1._deployments_v1)  # noqa: SLF001 - no public way in
        kept = [store.get(physical_id, {}) for store in stores]
        before = apigateway_v1._rest_apis.pop(physical_id)  # noqa: SLF001
        try:
            made = create(logical_id or physical_id, new, stack)
        except Exception:
            apigateway_v1._rest_apis[physical_id] = before  # noqa: SLF001
            raise
        for store, stages in zip(stores, kept, strict=True):
            store[made[0]] = stages
        return made

    return in_place


def leave_with(parent: int) -> None:
    """Stop when the runner is gone, even if it was killed: an emulator nobody asked for would keep the port."""
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """Serve until SIGTERM, which also saves the state."""
    patched = remember_attributes(provisioners._update_resource)  # noqa: SLF001
    provisioners._update_resource = patched  # noqa: SLF001
    stacks._update_resource = patched  # noqa: SLF001
    api = provisioners._RESOURCE_HANDLERS[_REST_API]  # noqa: SLF001
    api["update"] = taking_the_place(api["update"], api["create"])
    threading.Thread(target=leave_with, args=(os.getppid(),), daemon=True).start()
    app.main()


if __name__ == "__main__":
    main()
