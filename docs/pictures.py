"""Take the pictures of the documentation: ``python docs/pictures.py [RUN]``, by default of ``output/latest``."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

IMAGES = Path(__file__).with_name("images")
BROWSER = "/usr/bin/chromium"
# name: page, width and height in pixels, and what is scrolled to the top
SHOTS = {
    "briefing": ("index.html", 1180, 1040, None),
    "data": ("data.html", 1180, 760, "#data-columns"),
    "people": ("people.html", 1180, 760, "#people-top"),
    "components": ("components.html", 1180, 640, "#components-scree"),
    "choice": ("choice.html", 1180, 760, "#choice-agreement"),
    "segments": ("segments.html", 1180, 760, "#segments-map"),
    "segment": ("segment-1.html", 1180, 1000, None),
    "campaign": ("campaign.html", 1180, 760, "#campaign-reach"),
    "phone": ("index.html", 390, 780, None),
}
PAGE_OF_THE_PDF = 5
COLOURS = 128  # flat drawings and text need no more, and weigh a third


def main() -> None:
    """Take every picture."""
    run = Path(sys.argv[1] if len(sys.argv) > 1 else "output/latest").resolve()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        for name, (page, width, height, top) in SHOTS.items():
            save(name, shot(browser, run / "site" / page, width, height, top))
        browser.close()
    save("pdf", printed(run / "briefing.pdf"))


def shot(browser: Browser, path: Path, width: int, height: int, top: str | None) -> bytes:
    """Return what a reader sees of a page, at one and a half times the pixels."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, device_scale_factor=1.5, color_scheme="light"
    )
    page = context.new_page()
    page.goto(path.as_uri())
    page.evaluate("document.fonts.ready")
    if top is not None:
        page.evaluate("(place) => document.querySelector(place)?.closest('.section').scrollIntoView()", top)
    taken = page.screenshot()
    context.close()
    return taken


def printed(path: Path) -> bytes:
    """Return one page of the PDF."""
    page = str(PAGE_OF_THE_PDF)
    command = ["pdftoppm", "-png", "-r", "110", "-f", page, "-l", page, str(path)]
    return subprocess.run(command, check=True, capture_output=True).stdout


def save(name: str, png: bytes) -> None:
    """Write a picture with few colours."""
    picture = Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    picture.save(IMAGES / f"{name}.png", optimize=True)
    print(f"{name}.png: {(IMAGES / f'{name}.png').stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
