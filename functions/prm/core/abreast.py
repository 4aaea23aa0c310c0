"""Reading for many at once where no index holds them together: each is a round trip, and most of it is waiting."""

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import batched

_ROUND = 16


def abreast[T, R](work: Callable[[T], R], items: Iterable[T], at_once: int) -> Generator[R]:
    """Yield what `work` makes of each item, in their order, `at_once` of them side by side; 1 takes no threads.

    Goes on only as fast as its reader, a few rounds ahead. The first failure ends it.
    """
    if at_once == 1:
        yield from map(work, items)
        return
    with ThreadPoolExecutor(at_once) as pool:
        for some in batched(items, at_once * _ROUND, strict=False):
            yield from pool.map(work, some)
