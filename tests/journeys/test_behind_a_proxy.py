"""The service behind the nginx that deploy/ configures: by its public name over TLS, and by no other."""

import re
import shutil
import signal
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from support.console import ROOT, command, environment
from support.folders import new_folder

NAME = "ymc.example.gov.cn"
CONF = ROOT / "deploy" / "nginx" / "onedoor.conf"
NGINX, OPENSSL = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin"), shutil.which("openssl")

needs_nginx = pytest.mark.skipif(
    NGINX is None or OPENSSL is None, reason="no nginx or openssl here: deploy/nginx was NOT TRIED"
)


@pytest.fixture
def folder() -> Iterator[Path]:
    made = new_folder()
    yield made
    shutil.rmtree(made)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def served(home: Path) -> Iterator[str]:
    """Start the service as one that has a public name; gives where it listens."""
    process = subprocess.Popen(
        command("serve", "--port", "0"),
        env=environment(home) | {"ONEDOOR_PUBLIC_URL": f"https://{NAME}"},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stderr is not None
    try:
        found = None
        while found is None:
            line = process.stderr.readline()
            assert line
            found = re.search(r"127\.0\.0\.1:\d+", line)
        yield found[0]
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


@contextmanager
def proxied(folder: Path, upstream: str) -> Iterator[int]:
    """Start nginx with the configuration that is given away, on free ports; gives the one that speaks TLS."""
    port = free_port()
    certificate, key = folder / "fullchain.pem", folder / "key.pem"
    made = ("-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}")
    names = ("-addext", f"subjectAltName=DNS:{NAME}")
    subprocess.run([str(OPENSSL), "req", *made, *names, "-keyout", key, "-out", certificate], check=True)
    text = CONF.read_text(encoding="utf-8")
    for old, new in (
        ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        ("/etc/onedoor/tls", str(folder)),
        ("127.0.0.1:8000", upstream),
    ):
        assert old in text
        text = text.replace(old, new)
    kept = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = folder / "nginx.conf"
    whole.write_text(
        f"daemon off;\npid {folder}/pid;\nerror_log stderr;\nevents {{}}\n"
        f"http {{\naccess_log {folder}/access.log;\n{kept}{text}}}\n",
        encoding="utf-8",
    )
    process = subprocess.Popen([str(NGINX), "-c", str(whole)])
    try:
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


@needs_nginx
def test_the_public_name_reaches_the_service_over_tls_and_figures_stay_inside(folder: Path) -> None:
    with served(folder / "home") as upstream, proxied(folder, upstream) as port:
        trusting = ssl.create_default_context()
        retrying = httpx.HTTPTransport(retries=5, verify=trusting)
        with pytest.raises(httpx.ConnectError), httpx.Client(transport=retrying) as stranger:
            stranger.get(f"https://127.0.0.1:{port}/")
        trusting.load_verify_locations(folder / "fullchain.pem")
        with httpx.Client(
            transport=httpx.HTTPTransport(verify=trusting), base_url=f"https://127.0.0.1:{port}"
        ) as browser:

            def get(path: str, host: str = NAME) -> httpx.Response:
                return browser.get(path, headers={"Host": host}, extensions={"sni_hostname": NAME})

            assert get("/healthz").text == "ok\n"
            assert get("/letter?n=7Q3K-9XW2&c=ABCD-2345").status_code == 200
            assert get("/calendar/unguessable.ics").status_code == 404
            logged = (folder / "access.log").read_text(encoding="utf-8")
            assert "/healthz" in logged
            assert not [secret for secret in ("7Q3K", "ABCD", "unguessable") if secret in logged]
            page = get("/sign-in")
            assert page.status_code == 200
            assert "strict-transport-security" in page.headers
            assert all("Secure" in cookie for cookie in page.headers.get_list("set-cookie"))
            assert get("/metrics").status_code == 404
            assert get("/healthz", host="elsewhere.example").status_code == 421
        assert "onedoor_request_seconds" in httpx.get(f"http://{upstream}/metrics").text
