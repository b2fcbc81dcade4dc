"""Pages in a real browser: Chromium without a window, spoken to over a pipe.

``python -m harness_tests.browser PAGE.html ... --axe axe.min.js --screenshots FOLDER`` looks at
pages on a phone and on a desk, light and dark, and prints what is wrong with them. axe-core comes
from the npm registry: ``npm pack axe-core``.
"""

import argparse
import base64
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")

#: Width and height of a phone and of a window on a desk.
SCREENS = {"phone": (390, 844), "desk": (1280, 900)}
SCHEMES = ("light", "dark")


def find_browser() -> str | None:
    """Return the path of a Chromium, ``None`` if there is none."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Browser:
    """One page of a running Chromium.

    ``requests`` holds the addresses that the page asked for, ``errors`` what it complained of.
    """

    def __init__(self, program: str) -> None:
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        to_browser, self._to = os.pipe()
        self._from, from_browser = os.pipe()

        def as_3_and_4() -> None:
            os.dup2(to_browser, 100)
            os.dup2(from_browser, 101)
            os.dup2(100, 3)
            os.dup2(101, 4)

        self._process = subprocess.Popen(  # noqa: S603 - a browser on a page of our own
            [
                program,
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-dev-shm-usage",
                f"--user-data-dir={self._folder.name}",
                "--remote-debugging-pipe",
            ],
            preexec_fn=as_3_and_4,  # noqa: PLW1509 - the descriptors that Chromium talks over
            pass_fds=(3, 4),
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_browser)
        os.close(from_browser)
        self._numbers = itertools.count(1)
        self._unread = b""
        self._session: str | None = None
        self.requests: list[str] = []
        self.errors: list[str] = []
        self._loaded = False
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)  # its helpers write to the folder, too
        self._process.wait()
        os.close(self._to)
        os.close(self._from)
        self._folder.cleanup()

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Return the answer to a command of the DevTools protocol."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                found: dict[str, Any] = answer["result"]
                return found

    def _read(self) -> dict[str, Any]:
        """Return the next message, and keep what events say."""
        while b"\0" not in self._unread:
            read = os.read(self._from, 2**20)
            if not read:
                raise RuntimeError("the browser has ended")
            self._unread += read
        first, _, self._unread = self._unread.partition(b"\0")
        message: dict[str, Any] = json.loads(first)
        given = message.get("params", {})
        match message.get("method"):
            case "Network.requestWillBeSent":
                self.requests.append(given["request"]["url"])
            case "Runtime.exceptionThrown":
                self.errors.append(str(given["exceptionDetails"]))
            case "Runtime.consoleAPICalled" if given["type"] in ("error", "warning", "assert"):
                self.errors.append(str(given["args"]))
            case "Log.entryAdded":
                self.errors.append(given["entry"]["text"])
            case "Page.loadEventFired":
                self._loaded = True
        return message

    def open(self, file: Path, screen: str, scheme: str) -> None:
        """Open a file on a screen, in a colour scheme."""
        width, height = SCREENS[screen]
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=screen == "phone",
        )
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.call("Emulation.setEmulatedMedia", features=features)
        self.requests.clear()
        self.errors.clear()
        self._loaded = False
        self.call("Page.navigate", url=file.resolve().as_uri())
        while not self._loaded:
            self._read()

    def evaluate(self, expression: str) -> Any:
        """Return what an expression of JavaScript gives, as JSON can hold it."""
        answer = self.call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def screenshot(self, file: Path, top: int = 0, height: int = 0) -> None:
        """Save what is seen, or a stretch of the page of that height."""
        clip = {}
        if height:
            width = self.evaluate("window.innerWidth")
            stretch = {"x": 0, "y": top, "width": width, "height": height, "scale": 1}
            clip = {"clip": stretch, "captureBeyondViewport": True}
        answer = self.call("Page.captureScreenshot", **clip)
        file.write_bytes(base64.b64decode(answer["data"]))

    def overflow(self) -> int:
        """Return by how many pixels the page is wider than the screen."""
        return int(
            self.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
        )

    def unfold(self) -> None:
        """Open all that is folded."""
        self.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true }); 0")

    def violations(self, axe: Path) -> list[str]:
        """Return what axe-core finds."""
        self.evaluate(axe.read_text("utf-8") + "; 0")
        found = self.evaluate(
            "axe.run().then(r => r.violations.map(v => v.id + ': ' + v.help + ': '"
            " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 200)).join(' | ')))"
        )
        return [str(violation) for violation in found]


def _main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="+", type=Path, metavar="PAGE.html")
    parser.add_argument("--axe", type=Path, metavar="axe.min.js")
    parser.add_argument("--screenshots", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    program = find_browser()
    if program is None:
        parser.error("there is no Chromium")
    wrong = 0
    with Browser(program) as browser:
        for page, screen, scheme in itertools.product(options.pages, SCREENS, SCHEMES):
            browser.open(page, screen, scheme)
            complaints = [*browser.errors, *(u for u in browser.requests if _is_outside(u))]
            if beyond := browser.overflow():
                complaints.append(f"{beyond} pixels wider than the screen")
            if options.screenshots:
                options.screenshots.mkdir(parents=True, exist_ok=True)
                name = f"{page.stem}-{screen}-{scheme}.png"
                height = min(browser.evaluate("document.documentElement.scrollHeight"), 6000)
                browser.screenshot(options.screenshots / name, height=height)
            browser.unfold()
            if beyond := browser.overflow():
                complaints.append(f"unfolded, {beyond} pixels wider than the screen")
            if options.axe:
                complaints += browser.violations(options.axe)
            print(f"{page.name}, {screen}, {scheme}: {len(complaints)} complaints")  # noqa: T201
            for complaint in complaints:
                print(f"  {complaint}")  # noqa: T201
            wrong += bool(complaints)
    return 1 if wrong else 0


def _is_outside(address: str) -> bool:
    return not address.startswith(("file:", "data:", "about:"))


if __name__ == "__main__":
    sys.exit(_main())
