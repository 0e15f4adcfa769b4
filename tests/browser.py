"""Chromium for the tests, and the people who use it: staff by the labels they see, pupils by the player's."""

import shutil
import subprocess
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from exams.models import Sitting

CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
CHROMIUM += ["--disable-component-update", "--disable-sync"]


class Person:
    """Someone at a browser. Everything is found by the words on the screen, exactly as the handbook has them."""

    def __init__(self, context: BrowserContext, address: str):
        self.address = address
        self.errors: list[str] = []
        self.page = self._watched(context.new_page())

    def _watched(self, page: Page) -> Page:
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: "Content Security" in message.text and self.errors.append(message.text))
        return page

    def goes(self, path: str) -> None:
        self.page.goto(self.address + path)

    def signs_in(self, name: str, password: str) -> None:
        self.goes("/login")
        self.fills("Adresse mail de votre établissement", name)
        self.fills("Mot de passe", password)
        self.presses("Se connecter avec un compte local")

    def fills(self, label: str, value: str) -> None:
        self.page.get_by_label(label, exact=True).fill(value)

    def selects(self, label: str, option: str) -> None:
        self.page.get_by_label(label, exact=True).select_option(label=option)

    def presses(self, label: str) -> None:
        self.page.get_by_role("button", name=label, exact=True).click()

    def follows(self, label: str) -> None:
        self.page.get_by_role("link", name=label, exact=True).first.click()

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text, exact=True).first).to_be_visible()

    def sees_title(self, text: str) -> None:
        expect(self.page.get_by_role("heading", level=1, name=text)).to_be_visible()

    def sees_columns(self, *columns: str) -> None:
        headers = [" ".join(cell.split()) for cell in self.page.locator("thead th").all_inner_texts()]
        assert headers[: len(columns)] == list(columns)

    def row(self, text: str) -> list[str]:
        """The cells of the one table row that contains `text`."""
        cells = self.page.locator("tbody tr").filter(has_text=text).locator("th, td").all_inner_texts()
        return [" ".join(cell.split()) for cell in cells]

    def downloads(self, label: str) -> bytes:
        """The file behind a link, asked for with this person's cookies."""
        href = self.page.get_by_role("link", name=label).first.get_attribute("href")
        answer = self.page.request.get(self.address + href if href.startswith("/") else href)
        assert answer.status == 200, f"{href}: {answer.status}"
        return answer.body()

    def prints(self, button: str) -> bytes:
        """The file that a button answers with."""
        with self.page.expect_download(timeout=60_000) as download:
            self.page.get_by_role("button", name=button, exact=True).first.click()
        return download.value.path().read_bytes()

    def looks(self, path: Path) -> None:
        self.page.screenshot(path=path, full_page=True)


def pdf_pages(content: bytes) -> list[str]:
    """The text of each page, as a reader would copy it, one space between words."""
    run = ["pdftotext", "-layout", "-enc", "UTF-8", "-", "-"]
    text = subprocess.run(run, input=content, capture_output=True, check=True).stdout.decode()
    return [" ".join(page.split()) for page in text.split("\f")[:-1]]


def enter_exam(person: Person, sitting: Sitting) -> None:
    """From the candidate's first page to « Est-ce bien vous ? »."""
    person.goes("/examen/")
    person.fills("Numéro de l'épreuve", sitting.exam.number)
    person.presses("Valider")
    person.fills("Code d'accès", sitting.access_code)
    person.presses("Valider")


def make_short_media(folder: Path) -> Path:
    """Put a video and voices of a third of a second in a folder, so that an exam takes seconds."""
    quiet = ["ffmpeg", "-loglevel", "error", "-f", "lavfi"]
    encode = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-movflags", "+faststart"]
    subprocess.run([*quiet, "-i", "testsrc=d=0.36:s=320x180:r=25", *encode, folder / "video.mp4"], check=True)
    shutil.copy(folder / "video.mp4", folder / "light.mp4")  # a browser looks at what is inside
    for name in ("reading", "description"):
        sound = ["-i", "sine=d=0.36", "-c:a", "aac", folder / f"{name}.m4a", "-c:a", "libopus", folder / f"{name}.webm"]
        subprocess.run([*quiet, *sound], check=True)
    frame = ["-i", "testsrc=s=320x180", "-frames:v", "1", "-update", "1"]
    subprocess.run([*quiet, *frame, folder / "still.jpg"], check=True)
    (folder / "reading.vtt").write_text("WEBVTT\n")
    facts = '{"video_seconds": 0.36, "cues": [{"start": 0, "end": 0.36, "part": "statement"}]}'
    (folder / "media.json").write_text(facts)
    return folder
