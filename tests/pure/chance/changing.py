"""One place of a JSON value changed, and the places there are to change."""

import copy
from collections.abc import Iterator
from typing import Any

Place = tuple[str | int, ...]


def leaves(value: Any, path: Place = ()) -> Iterator[Place]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [leaf for key, child in children for leaf in leaves(child, (*path, key))]
    yield from found or [path]


def nodes(value: Any, path: Place = ()) -> Iterator[Place]:
    yield path
    for key, child in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from nodes(child, (*path, key))


def at(value: Any, path: Place) -> Any:
    for key in path:
        value = value[key]
    return value


def put(value: Any, path: Place, changed: Any) -> Any:
    if not path:
        return changed
    whole = copy.deepcopy(value)
    at(whole, path[:-1])[path[-1]] = changed
    return whole
