"""A page opened in headless Chromium over a pipe, in a network namespace with nothing in it.

Chromium is spoken to over two file descriptors (``--remote-debugging-pipe``), so that no port is
opened and it can run where there is no network interface at all, not even a local one.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FLAGS = (
    "--headless=new",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--remote-debugging-pipe",
)

#: Chromium reads commands from descriptor 3 and answers on 4; this puts the pipe's ends there.
_AS_3_AND_4 = """
import fcntl, os, sys
read, write = (fcntl.fcntl(int(end), fcntl.F_DUPFD, 20) for end in sys.argv[1:3])
os.dup2(read, 3)
os.dup2(write, 4)
os.execvp(sys.argv[3], sys.argv[3:])
"""


def without_network() -> list[str]:
    """Give the prefix of a command that runs without any network interface, if this machine has one."""
    for prefix in (["unshare", "-n"], ["unshare", "-rn"]):
        if shutil.which("unshare") and subprocess.run([*prefix, "true"], capture_output=True).returncode == 0:
            return prefix
    return []


@dataclass
class Page:
    """One page and what the browser said of it."""

    send: Any
    events: list[dict[str, Any]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def look(self) -> None:
        """Note what the browser has said since the last look."""
        self.evaluate("new Promise(done => setTimeout(done, 150))")
        _note(self, self.events)

    def evaluate(self, expression: str) -> Any:
        """Give the value of a script's expression."""
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def resize(self, width: int, height: int = 1000) -> None:
        """Show the page in another width, as a phone or a desk would."""
        self.send(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        self.evaluate("new Promise(done => setTimeout(done, 400))")

    def picture(self, path: Path, *, whole: bool = True) -> None:
        """Keep a picture of the page."""
        answer = self.send("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(answer["data"]))

    def printed(self, path: Path) -> bytes:
        """Keep the page as it prints on Letter paper."""
        answer = self.send("Page.printToPDF", printBackground=True, preferCSSPageSize=True)
        path.write_bytes(base64.b64decode(answer["data"]))
        return path.read_bytes()

    def load(self, script: str) -> None:
        """Run a script of the tests in the page; its policy does not hold for what the debugger runs."""
        answer = self.send("Runtime.evaluate", expression=script)
        assert "exceptionDetails" not in answer, answer


class _Pipe:
    """The two ends of the pipe, messages parted by a zero byte."""

    def __init__(self, write: int, read: int, limit_s: float = 60.0) -> None:
        self.write, self.read, self.limit_s = write, read, limit_s
        self.number, self.buffer, self.session = 0, b"", ""
        self.events: list[dict[str, Any]] = []

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.write, json.dumps(message).encode() + b"\0")
        while True:
            got = self.next_message()
            if got.get("id") == self.number:
                assert "error" not in got, got["error"]
                return got["result"]
            self.events.append(got)

    def next_message(self) -> dict[str, Any]:
        end = time.monotonic() + self.limit_s
        while b"\0" not in self.buffer:
            ready, _, _ = select.select([self.read], [], [], max(0.0, end - time.monotonic()))
            assert ready, "Chromium did not answer in time"
            piece = os.read(self.read, 1 << 16)
            assert piece, "Chromium ended"
            self.buffer += piece
        message, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(message)


@contextlib.contextmanager
def opened(chromium: str, file: Path, profile: Path, *, width: int = 1280, scripts: bool = True) -> Iterator[Page]:
    """Open a file's page and wait until it is there.

    Parameters
    ----------
    chromium : str
        Path of the browser.
    file : Path
        The page.
    profile : Path
        A folder for the browser that does not exist yet.
    width : int
        Width in pixels.
    scripts : bool
        Whether the browser runs scripts.
    """
    to_read, to_write = os.pipe()
    from_read, from_write = os.pipe()
    command = [*without_network(), chromium, *FLAGS, f"--user-data-dir={profile}", "about:blank"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.insert(-1, "--no-sandbox")
    process = subprocess.Popen(
        [sys.executable, "-c", _AS_3_AND_4, str(to_read), str(from_write), *command],
        pass_fds=(to_read, from_write),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(to_read)
    os.close(from_write)
    pipe = _Pipe(to_write, from_read)
    try:
        target = pipe.send("Target.createTarget", url="about:blank")["targetId"]
        pipe.session = pipe.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            pipe.send(f"{domain}.enable")
        pipe.send("Emulation.setScriptExecutionDisabled", value=not scripts)
        page = Page(pipe.send, pipe.events)
        page.send(
            "Emulation.setDeviceMetricsOverride", width=width, height=1000, deviceScaleFactor=1, mobile=width < 600
        )
        pipe.send("Page.navigate", url=file.resolve().as_uri())
        _until_loaded(pipe)
        if scripts:
            page.evaluate("new Promise(done => setTimeout(done, 600))")
        _note(page, pipe.events)
        yield page
    finally:
        process.terminate()
        process.wait(timeout=20)
        os.close(to_write)
        os.close(from_read)


def _until_loaded(pipe: _Pipe) -> None:
    while not any(event.get("method") == "Page.loadEventFired" for event in pipe.events):
        pipe.events.append(pipe.next_message())


def _note(page: Page, events: list[dict[str, Any]]) -> None:
    noted = list(events)
    events.clear()
    for event in noted:
        method, params = event.get("method", ""), event.get("params", {})
        if method == "Network.requestWillBeSent" and params["request"]["url"] != "about:blank":
            if not params["request"]["url"].startswith("data:"):
                page.requests.append(params["request"]["url"])
        elif method == "Network.loadingFailed":
            page.failures.append(params.get("errorText", "?"))
        elif method == "Page.javascriptDialogOpening":
            page.dialogs.append(params.get("type", "?"))
        elif method == "Runtime.exceptionThrown":
            page.console.append(params["exceptionDetails"].get("text", "?"))
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning"):
            page.console.append(str(params.get("args")))
        elif method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            page.console.append(params["entry"]["text"])
