"""A new head's first exam: with the keyboard alone, and by the clock.

The clock is the keystroke-level model (Card, Moran and Newell, « The keystroke-level model for user performance time
with interactive systems », CACM 23(7), 1980): what a hand and a head take for each click and field, without the
machine. It is the same on every machine; the figures are printed.
"""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, TimeoutError, expect

from candidates.models import Candidate
from establishments.actions import close_supervisor_account
from establishments.models import User
from exams import actions, protocol
from exams.models import Exam
from tests.browser import Person, pdf_pages
from tests.factories import PASSWORD, CandidateFactory, make_bank
from tests.journeys.conftest import move_to_the_past
from tests.journeys.test_chapter_3_candidates import HEADER

NAMES = ("ALEXANDRE;Lily", "BAILLY;Hugo", "CISSÉ;Awa")
LINES = [f"13056413{n}AC;{name};03/04/{{}};5A;F;ASSR1;non" for n, name in enumerate(NAMES)]


@pytest.fixture
def bank(transactional_db):
    """Enough to draw from: nobody looks at a question here."""
    return make_bank()


def class_list() -> dict:
    """A class of pupils who turn thirteen, as a French Excel saves it."""
    year = timezone.localdate().year - 13
    content = (HEADER + "\r\n".join(line.format(year) for line in LINES) + "\r\n").encode("cp1252")
    return {"name": "5A.csv", "mimeType": "text/csv", "buffer": content}


def soon() -> datetime:
    """A start that is still to come when the form is sent, on the establishment's clock."""
    return timezone.localtime() + timedelta(minutes=45)


def sits(exam: Exam, right: int) -> None:
    """The first candidate answers `right` questions right; the exam was yesterday's."""
    now = timezone.now()
    Exam.objects.filter(pk=exam.pk).update(starts_at=now - timedelta(minutes=5))
    exam.refresh_from_db()
    sitting, key = exam.sittings.first(), actions.answer_key(exam)
    actions.start_sitting(sitting=sitting, token="t" * 43, now=now)
    items = [protocol.Item(q, 1, key[q] if q <= right else "", True, 900) for q in key]
    actions.save_answers(sitting=sitting, epoch=1, items=items, now=now)
    move_to_the_past(exam, timedelta(days=1))


# --- With the keyboard alone --------------------------------------------------------------------------------------

# Whether what has the focus shows it: an outline on itself, or on the drawing of its label, inside the window.
SEEN = """() => {
  const it = document.activeElement;
  if (!it || it === document.body || it === document.documentElement) return true;
  const drawn = it.matches("[type=checkbox], [type=radio]") ? it.labels[0] : null;
  const style = drawn ? getComputedStyle(drawn, "::before") : getComputedStyle(it);
  const box = (drawn ?? it).getBoundingClientRect();
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
    && box.width > 0 && box.height > 0 && box.top < innerHeight && box.bottom > 0;
}"""
STOPS = 80  # more than any page has


class Keyboard:
    """Hands that never leave the keyboard: Tab to a thing, then type or press."""

    def __init__(self, person: Person):
        self.page = person.page
        self.stops = 0

    def reaches(self, target: Locator) -> None:
        """Tab until `target` has the focus; at every stop on the way the focus is to be seen."""
        target.wait_for()
        for _ in range(STOPS):
            self.page.keyboard.press("Tab")
            self.stops += 1
            self._sees_the_focus()
            if target.evaluate("(it) => it === document.activeElement"):
                return
        raise AssertionError(f"{target} is not reached by Tab")

    def _sees_the_focus(self) -> None:
        try:
            self.page.wait_for_function(SEEN)
        except TimeoutError as error:
            unseen = self.page.evaluate("document.activeElement.outerHTML.slice(0, 300)")
            raise AssertionError(f"The focus is not to be seen on {unseen}") from error

    def follows(self, name: str) -> None:
        self.reaches(self.page.locator("main, header").get_by_role("link", name=name, exact=True).first)
        self.page.keyboard.press("Enter")

    def presses(self, name: str) -> None:
        self.reaches(self.page.get_by_role("button", name=name, exact=True).first)
        self.page.keyboard.press("Enter")

    def types(self, label: str, text: str) -> None:
        self.reaches(self.page.get_by_label(label, exact=True))
        self.page.keyboard.type(text)

    def types_moment(self, label: str, moment: datetime) -> None:
        """Chromium shows the parts of a date in the order of its own language: day first, or month first."""
        field = self.page.get_by_label(label, exact=True)
        self.reaches(field)
        for day, time in (("%d%m%Y", "%H%M"), ("%m%d%Y", "%I%M%p")):
            self.page.keyboard.type(moment.strftime(day))
            self.page.keyboard.press("ArrowRight")
            self.page.keyboard.type(moment.strftime(time))
            if field.input_value() == moment.strftime("%Y-%m-%dT%H:%M"):
                return
            for _ in range(6):
                self.page.keyboard.press("ArrowLeft")
        raise AssertionError(f"{field.input_value()!r} is not {moment}")

    def chooses(self, file: dict) -> None:
        self.reaches(self.page.locator("input[type=file]"))
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Enter")
        chooser.value.set_files(file)

    def downloads(self, name: str) -> bytes:
        with self.page.expect_download(timeout=60_000) as download:
            self.follows(name)
        return download.value.path().read_bytes()


def test_a_head_needs_no_mouse(someone, school, bank):
    """Signing in, candidates from a file, an exam, its codes, its results."""
    person = someone()
    hands = Keyboard(person)
    person.goes("/")
    hands.follows("Se connecter")
    hands.types("Adresse mail de votre établissement", "ce@example.org")
    hands.types("Mot de passe", PASSWORD)
    person.page.keyboard.press("Enter")
    person.sees_title("Accueil")

    hands.follows("Importer une liste de candidats")
    person.sees_title("Importer une liste de candidats")
    hands.chooses(class_list())
    hands.presses("Charger la liste des candidats au format CSV")
    hands.presses("Confirmer l’import")
    person.sees_title("Liste des candidats")
    assert Candidate.objects.of(school).count() == 3

    hands.follows("Créer une nouvelle épreuve")
    hands.types("Nom de l'épreuve", "Examen 5A")
    hands.types_moment("Date planifiée", soon())
    hands.presses("Choisir les candidats")
    hands.presses("Tout")
    expect(person.page.get_by_text("3 candidat(s) sélectionné(s)")).to_be_visible()
    hands.presses("Générer l'épreuve")
    person.sees_title("Examen 5A")
    exam = Exam.objects.get()

    hands.follows("Codes d'accès")
    person.sees_title("Codes d'accès")
    codes = " ".join(pdf_pages(hands.downloads("Imprimer les codes d’accès (PDF)"))).replace(" ", "")
    assert all(sitting.access_code in codes for sitting in exam.sittings.all())

    sits(exam, right=13)
    hands.follows("Retour au détail de l'épreuve")
    person.sees_title("Examen 5A")
    assert person.row("ALEXANDRE")[4:6] == ["13/20", "Admis"]
    assert hands.stops > 50


# --- By the clock -------------------------------------------------------------------------------------------------

# Seconds of the 1980 paper: a key of an average non-secretary, pointing, pressing and releasing a button, a hand
# between keyboard and mouse, getting ready; and two for the platform to answer, which schools' lines rarely need.
KEY, POINT, CLICK, HAND, THINK, ANSWER = 0.28, 1.1, 0.2, 0.4, 1.35, 2.0
LIMIT = 180


class Clock:
    """The same person with a mouse, every click, field and page counted."""

    def __init__(self, person: Person):
        self.person, self.page = person, person.page
        self.counts = Counter()

    @property
    def seconds(self) -> float:
        clicks, fields = self.counts["clicks"], self.counts["fields"]
        # A click is thought of, pointed at and pressed; so is a field, and the hand goes to the keys and back.
        return (
            (clicks + fields) * (THINK + POINT + CLICK)
            + fields * 2 * HAND
            + self.counts["keys"] * KEY
            + self.counts["pages"] * ANSWER
        )

    def __str__(self):
        return ", ".join(f"{count} {name}" for name, count in self.counts.items()) + f": {self.seconds:.0f} s"

    def presses(self, name: str, *, pages: int = 1) -> None:
        self.person.presses(name)
        self.counts.update(clicks=1, pages=pages)

    def follows(self, name: str) -> None:
        self.page.locator("main, header").get_by_role("link", name=name, exact=True).first.click()
        self.counts.update(clicks=1, pages=1)

    def fills(self, label: str, value: str, *, keys: int = 0) -> None:
        self.person.fills(label, value)
        self.counts.update(fields=1, keys=keys or len(value))

    def chooses(self, file: dict) -> None:
        """« Parcourir », the file, « Ouvrir »."""
        self.page.locator("input[type=file]").set_input_files(file)
        self.counts.update(clicks=3)

    def prints(self, name: str) -> bytes:
        """The link, then Ctrl+P and Enter where the file opens."""
        content = self.person.downloads(name)
        self.counts.update(clicks=1, pages=1, keys=3)
        return content


def signs_in(clock: Clock) -> None:
    clock.person.goes("/")
    clock.follows("Se connecter")
    clock.fills("Adresse mail de votre établissement", "ce@example.org")
    clock.fills("Mot de passe", PASSWORD)
    clock.presses("Se connecter avec un compte local")
    clock.person.sees_title("Accueil")


def opens_the_supervisors_account(clock: Clock) -> None:
    clock.follows("Compte surveillant")
    clock.fills("Mot de passe du surveillant", PASSWORD)
    clock.fills("Mot de passe (une seconde fois)", PASSWORD)
    clock.presses("Enregistrer le mot de passe")
    clock.person.sees("Le mot de passe du compte surveillant est enregistré.")


def imports_a_class(clock: Clock) -> None:
    clock.follows("Importer une liste de candidats")
    clock.chooses(class_list())
    clock.presses("Charger la liste des candidats au format CSV")
    clock.presses("Confirmer l’import")
    clock.person.sees_title("Liste des candidats")


def creates_an_exam(clock: Clock) -> None:
    clock.follows("Créer une nouvelle épreuve")
    clock.fills("Nom de l'épreuve", "Examen 5A")
    clock.fills("Date planifiée", soon().strftime("%Y-%m-%dT%H:%M"), keys=12)
    clock.presses("Choisir les candidats")
    clock.presses("Tout", pages=0)
    clock.presses("Générer l'épreuve")
    clock.person.sees_title("Examen 5A")


def prints_the_codes(clock: Clock) -> None:
    clock.follows("Codes d'accès")
    codes = " ".join(pdf_pages(clock.prints("Imprimer les codes d’accès (PDF)"))).replace(" ", "")
    assert all(sitting.access_code in codes for sitting in Exam.objects.get().sittings.all())


def tells(capsys, who: str, clock: Clock) -> None:
    with capsys.disabled():
        print(f"\n{who}: {clock}")
    assert clock.seconds < LIMIT


def test_a_newcomer_prints_codes_within_three_minutes(someone, school, bank, capsys):
    """From an empty school, by the list of the home page: nothing of the five steps is there."""
    close_supervisor_account(establishment=school)
    clock = Clock(someone())
    signs_in(clock)
    opens_the_supervisors_account(clock)
    clock.follows("Accueil")
    imports_a_class(clock)
    creates_an_exam(clock)
    prints_the_codes(clock)
    assert User.objects.get(memberships__role="supervisor").has_usable_password()
    tells(capsys, "An empty school", clock)


@pytest.mark.usefixtures("bank")
def test_a_visitor_of_the_demonstration_prints_codes_within_three_minutes(someone, school, capsys):
    """From the address that `make demo` prints: its schools have candidates and a supervisor."""
    CandidateFactory.create_batch(28, establishment=school)
    clock = Clock(someone())
    signs_in(clock)
    creates_an_exam(clock)
    prints_the_codes(clock)
    tells(capsys, "The demonstration", clock)
