"""Every state of the candidate's pages, really reached: its accessibility tree, axe, and 320 px of width."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from exams import actions
from exams.models import Sitting
from tests.exams.player import FINISH, SAVE, Pupil, lilys
from tests.exams.test_player_disk import FAULTS
from tests.exams.test_player_supervision import Supervisor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SECOND = timedelta(seconds=1)


@pytest.fixture
def sitting(establishment) -> Sitting:
    return lilys(establishment)


def test_the_doors(pupil, sitting):
    page, exam = pupil.page, sitting.exam
    pupil.goes("/examen/")
    pupil.reads("""
    - heading "Accès des candidats" [level=1]
    - textbox "Numéro de l'épreuve"
    - button "Valider"
    """)
    pupil.fills("Numéro de l'épreuve", "1")
    pupil.presses("Valider")
    pupil.reads("""
    - heading "Accès des candidats" [level=1]
    - alert
    - textbox "Numéro de l'épreuve" [invalid]: "1"
    """)
    pupil.fills("Numéro de l'épreuve", exam.number)
    pupil.presses("Valider")
    pupil.fills("Code d'accès", "AAAAAAAA")
    pupil.presses("Valider")
    pupil.reads("""
    - heading "ÉPREUVE ASSR1" [level=1]
    - textbox "Code d'accès" [invalid]: AAAAAAAA
    - button "Valider"
    - paragraph:
      - link "Changer de numéro d’épreuve"
    """)
    pupil.fills("Code d'accès", sitting.access_code)
    pupil.presses("Valider")
    expect(page.get_by_role("link", name="Commencer")).to_have_attribute("href", "/examen/epreuve/")
    pupil.reads("""
    - heading "Est-ce bien vous ?" [level=1]
    - term: Nom
    - definition
    - term: Prénom
    - definition: Lily
    - heading "Cet appareil est-il prêt ?" [level=2]
    - list
    - link "Commencer"
    - button "Ce n'est pas moi"
    """)
    exam.starts_at = timezone.now() + timedelta(hours=1)
    exam.save(update_fields=["starts_at"])
    page.reload()
    pupil.reads("""
    - heading "Est-ce bien vous ?" [level=1]
    - button "Ce n'est pas moi"
    """)
    expect(page.get_by_role("link", name="Commencer")).to_have_count(0)
    exam.starts_at, exam.ends_at = timezone.now() - timedelta(hours=4), timezone.now() - timedelta(hours=1)
    exam.save(update_fields=["starts_at", "ends_at"])
    page.reload()
    pupil.reads("""
    - heading "Est-ce bien vous ?" [level=1]
    - heading "Cette épreuve est terminée"
    - button "Ce n'est pas moi"
    """)


@pytest.fixture
def watchful(pupil) -> Pupil:
    """A pupil whose page hears of the supervisor's decisions at once, and waits for a video as long as it takes."""
    pupil.finds("watch.js", "const PERIOD = 7000", "const PERIOD = 500")
    pupil.finds("playback.js", "const PATIENCE = 8000", "const PATIENCE = 600_000")
    return pupil


def question(choices: str = "", *, kind: str = "checkbox", status: str = "") -> str:
    """What is heard of a question that is being asked."""
    bricks = [f'  - {kind} "{a} Proposition {a}"{" [checked]" if a in choices else ""}' for a in "ABC"]
    expected = "Plusieurs réponses sont attendues" if kind == "checkbox" else "Une seule réponse est attendue"
    number = 1 if kind == "checkbox" else 2
    return "\n".join(
        [
            "- group: Description de la vidéo",
            f"- paragraph: {expected}",
            '- timer "Temps restant":',
            "  - paragraph: /\\d+ s/",
            f'- group "Énoncé {number} ?":',
            f'  - heading "Énoncé {number} ?" [level=1]',
            *bricks,
            f"- status: {status}" if status else "- status",
            '- button "Réécouter"',
            '- button "Couper le son"',
            f"- paragraph: /Question {number} sur 20/",
            '- progressbar "Avancement de l’épreuve"',
        ]
    )


def test_the_tutorial_and_its_trial_question(watchful, sitting):
    pupil, page = watchful, watchful.page
    pupil.arrives(sitting)
    pupil.shows("Déroulement d’une épreuve")
    titles = []
    while page.locator("[data-next]:visible").inner_text() != "Démarrer":
        titles.append(page.locator("[data-page]:visible h2").inner_text())
        before = '- button "Précédent"' if len(titles) > 1 else ""
        if len(titles) < 3:  # the others are made alike
            pupil.reads(f"""
            - heading "Déroulement d’une épreuve" [level=1]
            - heading "{titles[-1]}" [level=2]
            - paragraph
            - paragraph: Page {len(titles)} sur 9
            - progressbar "Avancement du tutoriel"
            {before}
            - button "Écouter cette page"
            - button "Suivant"
            """)
        pupil.presses("Suivant")
        expect(page.locator("[data-page]:visible h2")).to_be_focused()
    last = """
    - heading "Déroulement d’une épreuve" [level=1]
    - heading "Essayez !" [level=2]
    - button "Essayer une question"
    - paragraph: Page 9 sur 9
    - button "Précédent"
    - button "Démarrer"
    """
    pupil.reads(last)
    page.route("**/media/**/light.mp4", lambda route: None)  # it comes, and comes, and comes
    pupil.presses("Essayer une question")
    pupil.shows("Question d’essai")
    pupil.reads("""
    - paragraph:
      - strong: /Question d’essai . elle ne compte pas/
      - status: /Regardez la vidéo/
    - heading "Question d’essai" [level=1]
    - paragraph: Question d’essai
    """)
    page.unroute("**/media/**/light.mp4")
    page.reload()
    pupil.shows("Déroulement d’une épreuve")
    while page.locator("[data-next]:visible").inner_text() != "Démarrer":
        pupil.presses("Suivant")
    pupil.presses("Essayer une question")
    pupil.shows("Qu’avez-vous vu passer dans la rue ?")
    pupil.reads("""
    - paragraph:
      - strong
      - status: /Le bandeau dit combien de réponses/
    - button "Terminer l’essai"
    - paragraph: Plusieurs réponses sont attendues
    - timer "Temps restant":
      - paragraph: /\\d+ s/
    - group "Qu’avez-vous vu passer dans la rue ?":
      - checkbox "A Une voiture rouge."
      - checkbox "D Un avion."
    """)
    for letter, hint in (("A", "Une brique choisie porte une coche."), ("B", "le temps qui reste"), ("C", "Réécouter")):
        pupil.brick(letter).check()
        expect(page.locator("[data-hint]")).to_contain_text(hint)
    pupil.presses("Terminer l’essai")
    pupil.reads(last)
    pupil.presses("Démarrer")
    pupil.reads("""
    - heading "Lily, c'est à vous" [level=1]
    - paragraph
    - button "Commencer l'épreuve"
    """)
    sitting.refresh_from_db()
    assert (sitting.state, sitting.responses) == ("not_started", {})
    assert pupil.kept() == []


def test_the_tutorial_is_read_aloud_to_whoever_asks(pupil, sitting):
    page = pupil.page
    asked = []
    page.on("request", lambda request: request.url.endswith("/reading.m4a") and asked.append(request.url))
    pupil.arrives(sitting)
    pupil.shows("Déroulement d’une épreuve")
    voices = page.locator("[data-page]").evaluate_all("pages => pages.map((page) => page.dataset.page)")
    assert asked == []  # thirty-five devices on one line
    pupil.presses("Écouter cette page")
    pupil.waits("document.querySelector('[data-voice]').ended", 15)
    pupil.presses("Suivant")  # the next page is read by itself
    pupil.waits("document.querySelector('[data-voice]').ended", 15)
    pupil.presses("Arrêter la lecture")
    pupil.presses("Suivant")
    expect(page.get_by_text("Page 3 sur 9")).to_be_visible()
    assert list(dict.fromkeys(asked)) == [pupil.address + voice for voice in voices[:2]]
    # Without it the text stands alone.
    page.route("**/reading.m4a", lambda route: route.fulfill(status=404))
    pupil.presses("Écouter cette page")
    pupil.says("La voix n’est pas disponible : tout est écrit sur la page.")
    expect(page.get_by_role("button", name="Écouter cette page")).to_be_hidden()
    pupil.passes_tutorial()
    pupil.reaches(1)


def test_the_course_of_an_exam(watchful, sitting, answer_time):
    answer_time(600 * SECOND)
    pupil, page = watchful, watchful.page
    page.add_init_script("window.disk = 'works';" + FAULTS)
    page.route("**/media/**/light.mp4", lambda route: None)
    supervisor = Supervisor(sitting)
    pupil.arrives(sitting)
    pupil.passes_tutorial()
    pupil.shows("Question 1")
    pupil.reads("""
    - group: Description de la vidéo
    - heading "Question 1" [level=1]
    - paragraph: /Regardez bien la vidéo/
    - paragraph: Question 1 sur 20
    - progressbar "Avancement de l’épreuve"
    """)
    page.unroute("**/media/**/light.mp4")
    page.reload()
    pupil.reaches(1)
    expect(pupil.heading("Énoncé 1 ?")).to_be_focused()
    pupil.reads(question())
    pupil.brick("A").check()
    pupil.says("Réponse reçue par la plateforme")
    pupil.reads(question("A", status="Réponse reçue par la plateforme"))
    page.route(SAVE, lambda route: route.abort())
    pupil.brick("B").check()
    pupil.says("Réponse conservée sur cet appareil")
    pupil.reads(question("AB", status="Réponse conservée sur cet appareil"))
    page.evaluate("window.disk = 'full'")
    pupil.brick("B").uncheck()
    page.get_by_role("alert").get_by_text("Cet appareil n’arrive plus à garder vos réponses.").wait_for()
    pupil.reads("""
    - group "Énoncé 1 ?":
      - checkbox "A Proposition A" [checked]
      - checkbox "B Proposition B"
    - status: Réponse en cours d’envoi
    - alert: /Ne fermez pas cette page/
    - progressbar "Avancement de l’épreuve"
    """)
    page.unroute(SAVE)
    pupil.says("Réponse reçue par la plateforme")
    supervisor.does(actions.pause)
    pupil.shows("Épreuve en pause")
    expect(pupil.heading("Épreuve en pause")).to_be_focused()
    pupil.reads("""
    - heading "Épreuve en pause" [level=1]
    - paragraph: /vous ne perdez pas une seconde/
    - paragraph: /Ne fermez pas cette page/
    """)
    supervisor.does(actions.end_pause)
    pupil.reaches(1)
    supervisor.decides(actions.declare_technical_absence, reason="device")
    pupil.shows("Votre épreuve est arrêtée")
    pupil.reads("""
    - heading "Votre épreuve est arrêtée" [level=1]
    - paragraph: /cette épreuve ne compte pas/
    - paragraph: /appelez-la sans fermer cette page/
    """)


def test_one_answer_and_a_video_that_cannot_be_played(pupil, sitting, answer_time):
    answer_time(600 * SECOND)
    pupil.media["light.mp4"] = pupil.media["video.mp4"] = b"not a video"
    pupil.begin_at(sitting, 2)
    expect(pupil.heading("Énoncé 2 ?")).to_be_focused()
    pupil.brick("C").check()
    pupil.says("Réponse reçue par la plateforme")
    pupil.reads(question("C", kind="radio", status="Réponse reçue par la plateforme"))
    pupil.page.reload()
    pupil.reaches(2)
    pupil.reads('- img "La scène de la vidéo, décrite sous l’image"\n- group: Description de la vidéo')


def test_the_end_from_the_failure_to_the_receipt(pupil, sitting, answer_time):
    answer_time(0.6 * SECOND)
    pupil.finds("ending.js", "PATIENCE = 15_000", "PATIENCE = 1_000")
    page = pupil.page
    pupil.begin_at(sitting, 20)
    waiting = []
    page.route(FINISH, lambda route: waiting.append(route))
    pupil.shows("L'épreuve est terminée")
    expect(page.locator("[data-screen]:visible h1")).to_be_focused()
    pupil.reads("""
    - heading "L'épreuve est terminée" [level=1]
    - paragraph: /Vos dernières réponses partent vers la plateforme/
    """)
    page.unroute(FINISH)
    page.route(FINISH, lambda route: route.abort())
    failed = """
    - heading "L'épreuve est terminée" [level=1]
    - paragraph: L'enregistrement du résultat a échoué.
    """
    page.get_by_role("button", name="Réessayer").wait_for(timeout=60_000)
    pupil.reads(failed + """- button "Réessayer"\n    - status\n""")
    for _ in range(2):
        pupil.presses("Réessayer")
        expect(page.get_by_text("Nouvel essai en cours…")).to_be_hidden()
    pupil.reads(failed + """- button "Récupérer le résultat"\n""")
    pupil.presses("Récupérer le résultat")
    pupil.reads("""
    - heading "L'épreuve est terminée" [level=1]
    - paragraph: Les réponses sont gardées sur cet appareil.
    - textbox "Code de récupération"
    - button "Télécharger le fichier de résultat"
    - status
    """)
    page.unroute(FINISH)
    pupil.receipt(sitting)
    pupil.reads("""
    - heading "L'épreuve est terminée" [level=1]
    - paragraph: Vos résultats sont bien enregistrés.
    - paragraph: /Reçu/
    - button "Se déconnecter"
    """)
    Sitting.objects.filter(pk=sitting.pk).update(closed_at=sitting.exam.starts_at)
    pupil.goes("/examen/resultat/")
    pupil.reads("""
    - heading /Lily MARTIN/ [level=1]
    - heading "L’épreuve est terminée"
    - button "Se déconnecter"
    """)


def test_the_result_and_the_correction(pupil, sitting):
    exam = sitting.exam
    exam.kind = "training"
    exam.save(update_fields=["kind"])
    Sitting.objects.filter(pk=sitting.pk).update(
        state="closed", mark=3, epoch=1, started_at=exam.starts_at, closed_at=exam.starts_at, answer_ms=45_000
    )
    pupil.arrives(sitting)
    pupil.shows("Cette épreuve est déjà terminée")
    pupil.reads("""
    - heading "Cette épreuve est déjà terminée" [level=1]
    - paragraph:
      - link "Aller au résultat"
    - button "Se déconnecter"
    """)
    pupil.follows("Aller au résultat")
    pupil.reads("""
    - heading /Lily MARTIN/ [level=1]
    - paragraph:
      - link /Télécharger le corrigé pdf/
    - heading "Statistiques de l'entraînement" [level=2]
    - list
    - heading "Corrigé de l'entraînement" [level=2]
    - article:
      - heading /Question 1/ [level=3]
    - button "Se déconnecter"
    """)


def test_the_pages_that_stop_a_candidate(pupils, sitting, answer_time):
    answer_time(600 * SECOND)
    first, second = pupils(), pupils()
    first.begin(sitting)
    first.reaches(1)
    first.brick("A").check()
    first.says("Réponse reçue par la plateforme")
    # Another tab, another device, and the first one once the other has taken over.
    tab, first.page = first.page, first._watched(first.context.new_page())
    first.page.goto(f"{first.address}/examen/epreuve/")
    first.shows("Cette épreuve est déjà ouverte dans un autre onglet.")
    first.reads('- heading "Cette épreuve est déjà ouverte dans un autre onglet." [level=1]\n- paragraph')
    first.page.close()
    first.page = tab
    second.arrives(sitting)
    second.shows("Cette épreuve est commencée sur un autre appareil")
    second.reads("""
    - heading "Cette épreuve est commencée sur un autre appareil" [level=1]
    - paragraph: /Autoriser la reprise/
    - button "Réessayer"
    """)
    Sitting.objects.filter(pk=sitting.pk).update(takeover_until=sitting.exam.ends_at)
    second.presses("Réessayer")
    second.reaches(1)
    first.brick("B").check()
    first.shows("L’épreuve continue sur un autre appareil")
    first.reads("""
    - heading "L’épreuve continue sur un autre appareil" [level=1]
    - textbox "Code de récupération"
    - button "Télécharger le fichier de résultat"
    """)
    # Closed under the candidate's hands, with an answer that has not arrived.
    second.page.route(SAVE, lambda route: route.abort())
    second.brick("B").check()
    second.says("Réponse conservée sur cet appareil")
    Supervisor(sitting).decides(actions.grade_as_it_stands, reason="device")
    second.page.unroute(SAVE)
    second.shows("La plateforme n’accepte plus de réponses", seconds=30)
    second.reads("""
    - heading "La plateforme n’accepte plus de réponses" [level=1]
    - paragraph: /Celles de cet appareil y restent gardées/
    - textbox "Code de récupération"
    """)


def test_too_early_too_late_and_unreachable(pupil, sitting):
    page, exam = pupil.page, sitting.exam
    pupil.arrives(sitting)
    pupil.shows("Déroulement d’une épreuve")
    exam.starts_at = timezone.now() + timedelta(hours=1)
    exam.save(update_fields=["starts_at"])
    pupil.passes_tutorial()
    pupil.shows("L’épreuve n’a pas encore commencé")
    pupil.reads("""
    - heading "L’épreuve n’a pas encore commencé" [level=1]
    - paragraph: /Elle ouvre à/
    - button "Commencer l'épreuve"
    """)
    page.route("**/commencer/", lambda route: route.abort())
    pupil.presses("Commencer l'épreuve")
    pupil.says("La plateforme ne répond pas encore.")
    pupil.reads('- heading "Un instant…" [level=1]\n- status: /La page réessaie toute seule/')
    exam.starts_at, exam.ends_at = timezone.now() - timedelta(hours=4), timezone.now() - timedelta(hours=1)
    exam.save(update_fields=["starts_at", "ends_at"])
    page.unroute("**/commencer/")
    pupil.shows("L’épreuve est fermée")
    pupil.reads('- heading "L’épreuve est fermée" [level=1]\n- paragraph\n- button "Se déconnecter"')


def test_a_page_that_is_broken_says_so(pupil, sitting):
    pupil.finds("store.js", "static async open(sitting) {", "static async open(sitting) { throw new Error('broken');")
    pupil.arrives(sitting)
    pupil.shows("Cet appareil ne peut pas continuer l’épreuve")
    pupil.reads('- heading "Cet appareil ne peut pas continuer l’épreuve" [level=1]\n- paragraph: /Rechargez la page/')


# --- The time that is left --------------------------------------------------------------------------------------------


def said_of(pupil: Pupil, left: list[float]) -> list[str]:
    """What the page says aloud when these seconds are left at its successive looks."""
    return pupil.page.evaluate(
        """async ([module, left]) => {
          const { Timer } = await import(module);
          const root = document.createElement("div");
          root.innerHTML = "<span data-seconds></span><div data-bar></div><p data-spoken></p>";
          const said = [];
          const spoken = root.querySelector("[data-spoken]");
          new MutationObserver(() => spoken.textContent && said.push(spoken.textContent))
            .observe(spoken, { childList: true });
          await new Timer(root, () => {}).run(() => left.length && left.shift() * 1000, () => 45000);
          return said;
        }""",
        [f"{pupil.address}/static/js/player/timer.js", left],
    )


def test_the_time_is_said_at_thirty_ten_and_five_seconds_and_at_no_other(pupil):
    pupil.goes("/examen/")
    every = [45, 44.8, 31, 30.4, 30, 29.8, 29, 15, 11, 10, 9.9, 9, 6, 5.2, 5, 4.8, 4, 3, 2, 1]
    expected = [f"Il reste {seconds} secondes." for seconds in (30, 10, 5)]
    assert said_of(pupil, every) == expected
    # A page that was held back says what is left then, once for all the marks that it has passed.
    assert said_of(pupil, [45, 40, 8, 6]) == ["Il reste 8 secondes."]
    assert said_of(pupil, [20, 12, 9, 3]) == ["Il reste 9 secondes.", "Il reste 3 secondes."]


def test_the_time_is_said_in_a_live_region_and_the_counter_is_none(pupil, sitting, answer_time):
    answer_time(8 * SECOND)
    pupil.begin(sitting)
    pupil.reaches(1)
    spoken = pupil.page.locator("[data-spoken]")
    expect(spoken).to_have_attribute("aria-live", "polite")
    expect(spoken).to_have_text("Il reste 5 secondes.")
    assert pupil.page.get_by_role("timer").get_attribute("aria-live") is None  # a timer is silent by itself
    pupil.reaches(2)
    expect(spoken).to_be_empty()  # it is said anew
