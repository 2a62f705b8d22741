"""The service as its operator starts it: shown without signing in until the first administrator used the code."""

import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from support.console import command, environment
from support.folders import new_folder

SECONDS = 60
PASSWORD = "the first day in the office"  # noqa: S105 - of a person who does not exist


@pytest.fixture
def home() -> Iterator[Path]:
    folder = new_folder()
    yield folder / ".onedoor"
    shutil.rmtree(folder)


@contextmanager
def serving(home: Path) -> Iterator[tuple[str, str]]:
    """Start the web alone; gives its address and what the console said."""
    process = subprocess.Popen(
        command("serve", "--port", "0"),
        env=environment(home),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stderr is not None
    try:
        said = ""
        while "Ctrl-C" not in said:
            line = process.stderr.readline()
            assert line, said
            said += line
        address = re.search(r"http://127\.0\.0\.1:\d+", said)
        assert address is not None, said
        yield address[0], said
    finally:
        process.send_signal(signal.SIGINT)
        _, rest = process.communicate(timeout=SECONDS)
        assert "Traceback" not in rest


def form_key(page: httpx.Response) -> str:
    found = re.search(r'name="form_key" value="([0-9a-f]{64})"', page.text)
    assert found is not None
    return found[1]


def test_a_fresh_house_gives_its_first_administrator_a_code_that_works_once(home: Path) -> None:
    with serving(home) as (address, said), httpx.Client(base_url=address) as browser:
        code = re.search(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}", said)
        assert code is not None
        assert "/sign-in/first" in said
        assert "本机（还没有账号）" in browser.get("/").text
        given = {"login": "admin", "code": code[0], "password": PASSWORD, "again": PASSWORD}
        entered = browser.post("/sign-in/first", data={"form_key": form_key(browser.get("/sign-in/first")), **given})
        assert (entered.status_code, entered.headers["location"]) == (303, "/")
        assert browser.get("/account").status_code == 200
    with serving(home) as (address, said), httpx.Client(base_url=address) as browser:
        assert "一次性代码" not in said
        assert browser.get("/").headers["location"] == "/sign-in?next=%2F"
        given = {"login": "admin", "password": PASSWORD}
        entered = browser.post("/sign-in", data={"form_key": form_key(browser.get("/sign-in")), **given})
        assert entered.status_code == 303
