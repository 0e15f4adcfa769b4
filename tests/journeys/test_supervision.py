"""A supervisor with three pupils: Lily goes on alone, Hugo changes computer, Awa's never starts.

The head's accounts are not needed in the room: all of it is done as the supervisor, on the exam's page.
"""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from establishments.models import User
from exams import actions, protocol
from exams.models import Sitting
from tests.browser import enter_exam
from tests.factories import PASSWORD

POLL = 20_000  # ms: the board asks every five seconds, open pages every seven


@pytest.fixture
def exam(school, candidates, bank):
    now = timezone.now()
    return actions.create_exam(
        establishment=school,
        kind="exam",
        attestation="ASSR1",
        name="Examen 5A",
        starts_at=now - timedelta(minutes=5),
        candidates=candidates.values(),
        now=now,
    )


@pytest.fixture
def supervisor(someone, school):
    person = someone()
    person.signs_in(User.objects.get(memberships__role="supervisor").username, PASSWORD)
    return person


def opens(pupil, sitting: Sitting) -> None:
    enter_exam(pupil, sitting)
    pupil.page.get_by_role("link", name="Commencer", exact=True).click()


def begins(pupil, sitting: Sitting) -> None:
    opens(pupil, sitting)
    while not pupil.page.get_by_role("button", name="Démarrer", exact=True).is_visible():
        pupil.presses("Suivant")
    pupil.presses("Démarrer")
    pupil.presses("Commencer l'épreuve")


def test_a_supervisor_and_three_pupils(supervisor, someone, exam, candidates):
    sittings = {name: exam.sittings.get(candidate=candidate) for name, candidate in candidates.items()}
    board = supervisor.page
    line = {name: board.get_by_role("row", name=str(candidate)) for name, candidate in candidates.items()}

    supervisor.follows("Liste des épreuves")
    supervisor.follows("Examen 5A")
    supervisor.follows("Présents")
    for name in candidates:
        board.get_by_label(f"{candidates[name].last_name} {name} – 5A").check(force=True)
    supervisor.presses("Enregistrer les présents")
    expect(line["Awa"]).to_contain_text("Présent, pas commencé")

    lily, hugo = someone(), someone()
    begins(lily, sittings["Lily"])
    begins(hugo, sittings["Hugo"])
    for name in ("Lily", "Hugo"):
        expect(line[name]).to_contain_text("Question 1 sur 20", timeout=POLL)

    # Hugo's computer dies; he takes another one, which has to wait for the supervisor.
    hugo.page.context.set_offline(True)
    other = someone()
    opens(other, sittings["Hugo"])
    other.sees_title("Cette épreuve est commencée sur un autre appareil")
    expect(board.get_by_text("1 candidat a besoin d’aide.")).to_be_visible(timeout=POLL)
    assert "BAILLY" in board.locator("tbody th").first.inner_text()
    supervisor.presses(f"Autoriser la reprise : {candidates['Hugo']}")
    other.presses("Réessayer")
    expect(other.page.locator("[data-screen=question]")).to_be_visible(timeout=POLL)
    expect(line["Hugo"]).to_contain_text("En cours", timeout=POLL)

    # The fire alarm: everybody stops, and goes on.
    supervisor.presses("Mettre en pause toute la salle")
    supervisor.sees("Épreuve en pause : 2 candidats.")
    for pupil in (lily, other):
        expect(pupil.page.get_by_role("heading", name="Épreuve en pause")).to_be_visible(timeout=POLL)
    supervisor.presses("Reprendre pour toute la salle")
    for pupil in (lily, other):
        expect(pupil.page.locator("[data-screen=question]")).to_be_visible(timeout=POLL)

    # More time for Hugo, a note about him, and Awa will sit another day.
    supervisor.follows(f"Intervenir : {candidates['Hugo']}")
    supervisor.presses("75 s par question")
    supervisor.follows(f"Intervenir : {candidates['Hugo']}")
    supervisor.selects("Catégorie", "Incident technique")
    supervisor.fills("Ce qui s’est passé (facultatif)", "Écran noir, changement de poste")
    supervisor.presses("Noter l’incident")
    supervisor.follows(f"Intervenir : {candidates['Awa']}")
    supervisor.follows("Absence technique")
    supervisor.selects("Motif", "Panne de l’appareil")
    supervisor.presses("Déclarer l’absence technique")
    expect(line["Awa"]).to_contain_text("Absence technique")

    # What the two of them answered arrives by itself.
    now, key = timezone.now(), actions.answer_key(exam)
    for name, epoch, right in (("Lily", 1, 13), ("Hugo", 2, 4)):
        items = [protocol.Item(q, 900, key[q] if q <= right else "", True, 900) for q in key]
        actions.save_answers(sitting=sittings[name], epoch=epoch, items=items, now=now)
    for name, result in (("Lily", "13/20 Admis"), ("Hugo", "4/20 Échoué")):
        expect(line[name]).to_contain_text(result, timeout=POLL)

    supervisor.follows(f"Intervenir : {candidates['Hugo']}")
    told = board.locator("tbody th").all_inner_texts()
    moments = [title for title in told if not title.startswith("Question ")]
    assert moments == [
        "Commencé",
        "Autre appareil en attente",
        "Reprise autorisée",
        "Repris sur un autre appareil",
        "Mis en pause",
        "Pause terminée",
        "Temps de réponse augmenté",
        "Incident noté\u00a0: Incident technique",
        "Terminé",
    ]
    assert sorted(exam.sittings.values_list("state", flat=True)) == ["closed", "closed", "void"]
