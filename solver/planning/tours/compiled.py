"""Functions compiled to machine code, kept on disk where that is possible: searches take seconds instead of minutes.

What is compiled has its types from the first call; everything compiled stands in search.py.
"""

from collections.abc import Callable
from typing import TypeVar

from numba import njit

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """Compile a function when it is first called; anew in each process where no folder takes the result.

    Without memory management (`_nrt`): no arrays are made there, and counting who holds which takes most of the time.
    """
    try:
        made: Function = njit(cache=True, _nrt=False)(function)  # type: ignore[call-overload]
    except RuntimeError:
        made = njit(_nrt=False)(function)  # type: ignore[call-overload]
    return made
