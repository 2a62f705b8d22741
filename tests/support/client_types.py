"""Makes `types.py` anew from the interface's description: `python tests/support/client_types.py`.

A development tool, by datamodel-code-generator; the test of the client says when it has to be run.
"""

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import msgspec

if TYPE_CHECKING:
    from coordinator.storage.connection import Pool

ROOT = Path(__file__).parents[2]
TYPES = ROOT / "connectors" / "client" / "types.py"
HEADER = '''"""The answers of OneDoor's interface, as its description gives them.

Made by tests/support/client_types.py, and not by hand; as long as the interface is wide.
"""'''
OPTIONS = (
    *("--input-file-type", "openapi", "--output-model-type", "msgspec.Struct", "--target-python-version", "3.11"),
    *("--use-annotated", "--use-standard-collections", "--use-union-operator", "--disable-timestamp"),
    *("--output-datetime-class", "datetime", "--enum-field-as-literal", "none", "--formatters", "builtin"),
)


def description() -> bytes:
    """The description of the interface, as the service gives it."""
    from litestar import Litestar
    from support.jobs import surroundings

    from coordinator.web.app import create_app

    app: Any = create_app(surroundings(cast("Pool", None)))
    while not isinstance(app, Litestar):
        app = app._app  # noqa: SLF001 - the gate and the log around it have no part in the description
    return msgspec.json.encode(app.openapi_schema.to_schema())


def made() -> str:
    """Write the types that the description asks for."""
    command = [sys.executable, "-m", "datamodel_code_generator", *OPTIONS, "--custom-file-header", HEADER]
    written = subprocess.run(command, input=description(), capture_output=True, check=True).stdout
    formatting = [sys.executable, "-m", "ruff", "format", "--stdin-filename", str(TYPES), "-"]
    return subprocess.run(formatting, input=written, capture_output=True, check=True).stdout.decode()


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    TYPES.write_text(made(), encoding="utf-8")
