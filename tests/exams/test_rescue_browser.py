"""The result file from the device to the mark, in Chromium: the network that goes, the supervisor's code, the page of
restoration (handbook 5.2; delivery, 5, 8 and 9)."""

from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from esr.core import keyring
from exams import sealing
from exams.models import Sitting
from tests.browser import Person
from tests.exams.player import SUCCESS, Pupil, choices, lilys
from tests.exams.test_player_browser import SECOND

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CODE = "482913"


@pytest.fixture
def sitting(establishment) -> Sitting:
    sitting = lilys(establishment)
    sitting.exam.rescue_code = CODE
    sitting.exam.save(update_fields=["rescue_code"])
    return sitting


@pytest.fixture(autouse=True)
def impatience(request):
    """One test waits as long as a pupil does before the page speaks of a failure; for the others a second will do."""
    if "pupil" in request.fixturenames and request.function is not test_cut_at_question_12_and_restored_by_the_file:
        request.getfixturevalue("pupil").finds("ending.js", "PATIENCE = 15_000", "PATIENCE = 1_000")


@pytest.fixture
def supervisor(browser, live_server, supervisor_client):
    """The supervisor, signed in on another computer."""
    context = browser.new_context(locale="fr-FR", accept_downloads=True)
    cookie = {"name": "sessionid", "value": supervisor_client.cookies["sessionid"].value}
    context.add_cookies([cookie | {"url": live_server.url}])
    person = Person(context, live_server.url)
    yield person
    context.close()
    assert person.errors == []


def screen(pupil: Pupil):
    return pupil.page.locator("[data-screen]:visible")


def types_code(pupil: Pupil, code: str) -> None:
    screen(pupil).get_by_label("Code de récupération").fill(code)
    screen(pupil).get_by_role("button", name="Télécharger le fichier de résultat", exact=True).click()


def told(pupil: Pupil, text: str) -> None:
    expect(screen(pupil).locator("[data-said]")).to_contain_text(text)


def takes_file(pupil: Pupil, folder: Path, code: str = CODE) -> Path:
    with pupil.page.expect_download() as download:
        types_code(pupil, code)
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    told(pupil, f"Fichier enregistré dans les téléchargements de cet appareil : {path.name}.")
    return path


def loads(supervisor: Person, sitting: Sitting, path: Path) -> list[str]:
    """The line of the file on the page of restoration, cell by cell."""
    supervisor.goes(f"/epreuves/{sitting.exam_id}/restauration/")
    supervisor.page.get_by_label("Fichiers de résultat").set_input_files(path)
    supervisor.presses("Restaurer les résultats")
    return supervisor.row(path.name)


def calls_the_supervisor(pupil: Pupil) -> None:
    """« Réessayer » twice, then « Récupérer le résultat »."""
    failed = screen(pupil).get_by_text("L'enregistrement du résultat a échoué.")
    expect(failed).to_be_visible(timeout=60_000)
    for _ in range(2):
        pupil.presses("Réessayer")
        expect(pupil.page.get_by_text("Nouvel essai en cours…")).to_be_hidden()
    pupil.presses("Récupérer le résultat")
    expect(screen(pupil).get_by_text("Les réponses sont gardées sur cet appareil.")).to_be_visible()


def test_cut_at_question_12_and_restored_by_the_file(pupil, sitting, answer_time, supervisor, tmp_path):
    answer_time(1.2 * SECOND)
    pupil.begin_at(sitting, 11)
    pupil.brick("A").check()
    pupil.reaches(12)
    expect(screen(pupil)).to_be_visible()
    pupil.context.set_offline(True)
    for question in range(12, 21):
        pupil.reaches(question)
        pupil.brick("B" if question == 15 else "A").check()
    calls_the_supervisor(pupil)
    expect(screen(pupil).locator("[data-count]")).to_have_text(
        "11 réponses reçues par la plateforme, 9 conservées sur cet appareil"
    )
    types_code(pupil, "000000")
    told(pupil, "Ce code n’est pas celui de cette épreuve")
    path = takes_file(pupil, tmp_path)
    assert path.name == f"resultat-{sitting.exam.number}-{str(sitting.pk)[-4:]}.esr"
    assert choices(sitting) == "- - - - - - - - - - A . . . . . . . . ."
    assert sitting.mark is None

    line = loads(supervisor, sitting, path)
    assert line == [
        path.name,
        str(sitting.candidate),
        "Résultat restauré 9 réponses récupérées · Note : 9/20",
        "Rien d’autre à faire : la note est sur la page de l’épreuve.",
    ]
    assert choices(sitting) == "- - - - - - - - - - A A A A B A A A A A"
    assert (sitting.state, sitting.mark) == ("closed", 9)
    assert loads(supervisor, sitting, path)[2] == "Déjà pris en compte"
    # The device that comes back is told so, and says that everything is there.
    expect(pupil.page.get_by_text(SUCCESS)).to_be_hidden()
    pupil.context.set_offline(False)
    pupil.receipt(sitting)
    assert pupil.kept() == []


def test_the_network_comes_back_while_the_file_is_offered(pupil, sitting, answer_time, supervisor, tmp_path):
    answer_time(0.8 * SECOND)
    pupil.begin_at(sitting, 18)
    pupil.context.set_offline(True)
    calls_the_supervisor(pupil)
    path = takes_file(pupil, tmp_path)
    screen(pupil).get_by_label("Code de récupération").fill("4829")
    pupil.context.set_offline(False)
    pupil.receipt(sitting)
    assert sitting.mark == 0
    assert {response["o"] for q, response in sitting.responses.items() if int(q) >= 18} == {"live"}
    assert loads(supervisor, sitting, path)[2] == "Déjà pris en compte"


def test_five_wrong_codes_make_one_wait(pupil, sitting, answer_time, tmp_path):
    answer_time(0.6 * SECOND)
    page = pupil.page
    pupil.begin_at(sitting, 20)
    pupil.context.set_offline(True)
    calls_the_supervisor(pupil)
    for _ in range(4):
        types_code(pupil, "111111")
        told(pupil, "Ce code n’est pas celui de cette épreuve")
    types_code(pupil, "111111")
    told(pupil, "Trop de codes faux. Attendez 30 secondes")
    types_code(pupil, CODE)
    told(pupil, "Trop de codes faux. Attendez")
    page.evaluate("performance.now = ((now) => () => now() + 30_000)(performance.now.bind(performance))")
    takes_file(pupil, tmp_path, f"{CODE[:3]} {CODE[3:]}")


def test_a_device_that_was_taken_over_makes_a_file(pupils, sitting, answer_time, supervisor, tmp_path):
    answer_time(3 * SECOND)
    first, second = pupils(), pupils()
    first.begin(sitting)
    first.reaches(1)
    first.context.set_offline(True)
    first.brick("A").check()
    first.brick("C").check()
    first.reaches(2)
    answer_time(60 * SECOND)
    Sitting.objects.filter(pk=sitting.pk).update(takeover_until=timezone.now() + timedelta(minutes=1), answer_ms=60_000)
    second.arrives(sitting)
    second.reaches(1)
    first.context.set_offline(False)
    first.shows("L’épreuve continue sur un autre appareil")
    path = takes_file(first, tmp_path)
    # The file's first answer is final, and nothing has come from the second device.
    assert loads(supervisor, sitting, path)[2].startswith("Réponses récupérées, épreuve inachevée")
    assert choices(sitting).startswith("AC")
    assert (sitting.state, sitting.epoch, sitting.responses["1"]["e"]) == ("running", 2, 1)
    # Closed and opened again, the page offers the file still: the key lies on the disk.
    first.page.reload()
    first.shows("Cette épreuve est commencée sur un autre appareil")
    path = takes_file(first, tmp_path)
    assert loads(supervisor, sitting, path)[2] == "Déjà pris en compte"


def test_a_device_without_answers_is_offered_no_file(pupils, sitting, answer_time):
    answer_time(60 * SECOND)
    first, second = pupils(), pupils()
    first.begin(sitting)
    first.reaches(1)
    second.arrives(sitting)
    second.shows("Cette épreuve est commencée sur un autre appareil")
    expect(second.page.get_by_role("button", name="Télécharger le fichier de résultat")).to_be_hidden()


def test_a_sitting_that_was_closed_early_leaves_a_file(pupil, sitting, answer_time, supervisor, tmp_path):
    answer_time(2 * SECOND)
    pupil.begin_at(sitting, 19)
    pupil.context.set_offline(True)
    pupil.brick("A").check()
    Sitting.objects.filter(pk=sitting.pk).update(state="closed", mark=0, closed_at=timezone.now())
    pupil.reaches(20)
    pupil.context.set_offline(False)
    pupil.shows("La plateforme n’accepte plus de réponses", seconds=30)
    path = takes_file(pupil, tmp_path)
    assert loads(supervisor, sitting, path)[2] == "Refusé : épreuve déjà terminée"
    sitting.refresh_from_db()
    assert sitting.mark == 0


def test_without_a_key_the_page_says_so(pupil, sitting, answer_time, settings):
    settings.SEAL_KEYS = keyring.Keyring([])
    answer_time(0.6 * SECOND)
    pupil.begin_at(sitting, 20)
    pupil.context.set_offline(True)
    calls_the_supervisor(pupil)
    types_code(pupil, CODE)
    told(pupil, "Cet appareil ne peut pas faire de fichier de résultat")


SEALS = """
async ([given, epoch, body, count]) => {
  const { importSeal, sealed } = await import("/static/js/player/seal.js");
  const seal = await importSeal(given, epoch);
  return Promise.all(Array.from({ length: count }, () => sealed(seal, body)));
}
"""


def test_what_webcrypto_seals_python_opens(pupil, sitting):
    """Two hundred files; each one altered in one character, and none of those opens."""
    key = settings.SEAL_KEYS.sealing(sitting.exam.year)
    given = {
        "kid": key.kid,
        "point": keyring.encode(key.point),
        "key": keyring.encode(key.sitting_key(sitting.pk, 3)),
    }
    items = [{"q": q, "seq": q, "choices": "AC"[: q % 3], "final": q < 20, "t": 100 * q} for q in range(1, 21)]
    pupil.goes("/examen/")
    body = {"sitting": str(sitting.pk), "code": CODE, "items": items}
    files = pupil.page.evaluate(SEALS, [given, 3, body, 200])
    assert len(set(files)) == 200

    def find(found):
        return sealing.Expected(20, CODE) if found == sitting.pk else None

    for place, file in enumerate(files):
        opened = sealing.open_file(file.encode(), settings.SEAL_KEYS, find)
        assert (opened.sitting, opened.epoch) == (sitting.pk, 3)
        assert [vars(item) for item in opened.items] == items
        altered = file[:place] + ("A" if file[place] != "A" else "B") + file[place + 1 :]
        with pytest.raises(sealing.Unreadable):
            sealing.open_file(altered.encode(), settings.SEAL_KEYS, find)


@pytest.mark.parametrize("width", [1280, 320])
def test_the_page_of_restoration_passes_axe_and_reflows(supervisor, sitting, tmp_path, width):
    path = tmp_path / f"resultat-{sitting.exam.number}-un-nom-de-fichier-bien-trop-long-pour-un-téléphone.esr"
    path.write_bytes(b"rien")
    page = supervisor.page
    page.set_viewport_size({"width": width, "height": 800})
    assert loads(supervisor, sitting, path)[1:3] == ["–", "Refusé : fichier non reconnu"]
    assert [v["id"] for v in Axe().run(page).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
