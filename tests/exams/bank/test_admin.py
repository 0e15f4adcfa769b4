"""The bank in the administration, as national editors use it."""

import io
import re

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.crypto import salted_hmac

from esr.core.models import Job
from exams import actions, queries
from exams.bank import archive, source
from exams.models import BankImport, ExamQuestion, Question
from tests.conftest import administrator
from tests.exams.bank.conftest import make_question, reworded
from tests.factories import ExamFactory, QuestionFactory, make_bank

LIST = "/administration/exams/question/"


def page_of(question, name="change") -> str:
    return f"{LIST}{question.pk}/{name}/"


def typed(content: source.Question, **changes) -> dict:
    """What a browser posts for this question."""
    fields = {
        "code": content.code, "theme": content.theme, "competence": content.competence, "users": content.users,
        "use": content.use, "statement": content.statement, "explanation": content.explanation,
        "notes": content.notes, "scene": content.scene.description, "view": content.scene.view,
        "duration": content.scene.duration, "propositions-TOTAL_FORMS": 6, "propositions-INITIAL_FORMS": 0,
        "propositions-MIN_NUM_FORMS": 0, "propositions-MAX_NUM_FORMS": 6,
    }  # fmt: skip
    fields |= {f"for_{name.lower()}": "on" for name in content.attestations}
    for n, proposition in enumerate(content.propositions):
        fields[f"propositions-{n}-text"] = proposition.text
        if proposition.expected:
            fields[f"propositions-{n}-expected"] = "on"
    return fields | changes


def edited(row, content: source.Question, **changes) -> dict:
    """The same for a version that has propositions already."""
    keys = {f"propositions-{n}-id": p.pk for n, p in enumerate(row.propositions.order_by("letter"))}
    seen = salted_hmac("question", source.dump(queries.as_source(queries.bank_rows().get(pk=row.pk)))).hexdigest()
    return typed(content, **{"propositions-INITIAL_FORMS": len(keys), "seen": seen, **keys, **changes})


def shown(response) -> list[str]:
    return [f"{row.code} v{row.version}" for row in response.context["cl"].result_list]


def errors(response) -> dict:
    form = response.context["adminform"].form.errors
    formset = response.context["inline_admin_formsets"][0].formset
    found = {name: list(said) for name, said in form.items()}
    found |= {f"{n}.{name}": list(said) for n, one in enumerate(formset.errors) for name, said in one.items()}
    return found | ({"propositions": list(formset.non_form_errors())} if formset.non_form_errors() else {})


def text_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


# --- The list -------------------------------------------------------------------------------------------------------


def test_the_list_is_filtered_and_searched(admin_client, published):
    draft = actions.save_question(content=make_question(code="vit-trente", theme="vitesse", users=("cycliste",)))
    odd = QuestionFactory(
        code="circ-moto", users="cyclomotoriste", use="exam", for_assr1=False, statement="Et sous la pluie ?"
    )
    everything = {"circ-moto v1", "circ-pieton-feu v1", "vit-trente v1"}
    for query, wanted in {
        "": everything,
        "state__exact=draft": {"vit-trente v1"},
        "theme__exact=vitesse": {"vit-trente v1"},
        "use__exact=exam": {"circ-moto v1"},
        "attestation=ASSR1": {"circ-pieton-feu v1", "vit-trente v1"},
        "attestation=AER": {"circ-moto v1"},
        "usager=cycliste": {"vit-trente v1"},
        "usager=cyclomotoriste": {"circ-moto v1"},
        "medias=oui": {"circ-pieton-feu v1"},
        "medias=non": {"circ-moto v1", "vit-trente v1"},
        "attestation=x&usager=y&medias=z": everything,
    }.items():
        assert set(shown(admin_client.get(f"{LIST}?{query}"))) == wanted, query
    for words, wanted in {"pluie": {"circ-moto v1"}, "traverse en courant": everything - {"circ-moto v1"}}.items():
        assert set(shown(admin_client.post(LIST, {"q": words}, follow=True))) == wanted, words
    for _ in range(2):
        ExamQuestion.objects.create(exam=ExamFactory(), number=1, question=odd)
    rows = admin_client.get(LIST).context["cl"].result_list
    assert {row.code: row.drawn for row in rows} == {"circ-moto": 2, "circ-pieton-feu": 0, draft.code: 0}


def test_a_longer_list_takes_no_more_queries(admin_client):
    counts = []
    for number in (1, 2):
        for _ in range(number):
            ExamQuestion.objects.create(exam=ExamFactory(), number=1, question=QuestionFactory())
        with CaptureQueriesContext(connection) as captured:
            admin_client.get(f"{LIST}?medias=non")
        counts.append(len(captured))
    assert counts[0] == counts[1]


# --- Editing --------------------------------------------------------------------------------------------------------


def test_a_question_is_made(admin_client):
    content = make_question()
    response = admin_client.post(f"{LIST}add/", typed(content))
    row = queries.bank_rows().get()
    assert response["Location"] == page_of(row)
    assert (queries.as_source(row), row.state, row.version) == (content, "draft", 1)
    assert LogEntry.objects.get().get_change_message() == "Version 1 créée, en brouillon."
    assert Job.objects.get().kind == "bank_media"
    page = admin_client.get(page_of(row))
    assert "Pas encore construits : le serveur les prépare" in text_of(page)


def test_editing_a_used_question_makes_the_next_version(admin_client, published):
    ExamQuestion.objects.create(exam=ExamFactory(), number=1, question=published)
    before = queries.as_source(published)
    assert "elle reste telle quelle" in text_of(admin_client.get(page_of(published)))
    response = admin_client.post(page_of(published), edited(published, reworded(make_question())))
    new = queries.bank_rows().get(version=2)
    assert response["Location"] == page_of(new)
    assert (queries.as_source(new), new.state) == (reworded(make_question()), "draft")
    assert queries.as_source(queries.bank_rows().get(version=1)) == before
    entry = LogEntry.objects.get()
    assert (entry.object_id, entry.get_change_message()) == (
        str(new.pk), "Version 2 créée en brouillon à partir de la version 1.",
    )  # fmt: skip
    page = text_of(admin_client.get(page_of(new)))
    assert "Versions de circ-pieton-feu" in page
    assert "2 (cette page) Brouillon" in page
    other = reworded(make_question(), "Encore autre chose ?")
    again = admin_client.post(page_of(published), edited(published, other))
    assert errors(again) == {"__all__": ["La version 2 est déjà un brouillon : modifiez-la, ou supprimez-la d’abord."]}
    assert "Encore autre chose ?" in again.content.decode()  # what was typed is still there
    assert Question.objects.count() == 2


def test_a_draft_is_edited_in_place_and_its_lines_may_go(admin_client, db):
    row = actions.save_question(content=make_question())
    fields = edited(row, make_question(), **{"propositions-1-text": "", "propositions-3-text": "Je recule."})
    assert admin_client.post(page_of(row), fields)["Location"] == LIST
    saved = queries.bank_rows().get()
    assert [(p.letter, p.text) for p in saved.propositions.all()] == [
        ("A", "J’attends le vert."), ("B", "Je demande « pardon »."), ("C", "Je recule."),
    ]  # fmt: skip
    assert LogEntry.objects.get().get_change_message() == "Version 1 modifiée."


def test_what_another_editor_saved_meanwhile_is_not_overwritten_unseen(admin_client, db):
    row = actions.save_question(content=make_question())
    mine = edited(row, make_question(statement="Le bonhomme est rouge : que dois-tu faire ?"))
    theirs = edited(row, make_question(explanation="Au rouge, on attend, même quand la rue est vide."))
    assert f'name="seen" value="{mine["seen"]}"' in admin_client.get(page_of(row)).content.decode()
    assert admin_client.post(page_of(row), theirs)["Location"] == LIST
    refused = admin_client.post(page_of(row), mine)
    (said,) = errors(refused)["__all__"]
    assert said.startswith("Quelqu’un d’autre a enregistré cette version entre-temps.")
    assert "que dois-tu faire ?" in refused.content.decode()
    saved = queries.bank_rows().get()
    assert (saved.statement, saved.explanation) == (make_question().statement, theirs["explanation"])
    # Sent again from the page that said so, it is meant.
    seen = re.search(r'name="seen" value="(\w+)"', refused.content.decode()).group(1)
    keys = {name: value for name, value in edited(saved, make_question()).items() if name.endswith("-id")}
    assert admin_client.post(page_of(row), {**mine, **keys, "seen": seen})["Location"] == LIST
    assert queries.bank_rows().get().statement == mine["statement"]


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"statement": "Ah ?"}, {"statement": ["Ce texte a 4 caractères ; écrivez-en 10 à 160."]}),
        ({"duration": 20}, {"duration": ["Il faut un nombre entier de secondes de 6 à 12."]}),
        ({"scene": "Une rue."}, {"scene": ["Ce texte a 8 caractères ; écrivez-en 20 à 700."]}),
        (
            {"for_assr1": "", "for_assr2": ""},
            {"for_assr1": ["Il faut une liste d’un ou plusieurs de ASSR1, ASSR2, ASR, AER."]},
        ),
        (
            {"propositions-0-expected": ""},
            {"propositions": ["Il en faut au moins une attendue, et au moins une qui ne l’est pas."]},
        ),
        (
            {"propositions-1-text": "J’attends le vert."},
            {"propositions": ["Deux d’entre elles disent la même chose ; écrivez-les autrement."]},
        ),
        ({"propositions-2-text": "x" * 111}, {"2.text": ["Ce texte a 111 caractères ; écrivez-en 1 à 110."]}),
        (
            {"propositions-4-expected": "on"},
            {"4.text": ["Cette ligne est vide : écrivez la proposition, ou décochez « attendue »."]},
        ),
        ({"users": []}, {"users": ["Ce champ est obligatoire."]}),
    ],
)
def test_what_is_wrong_is_said_at_its_place(admin_client, changes, wanted):
    response = admin_client.post(f"{LIST}add/", typed(make_question(), **changes))
    assert errors(response) == wanted
    assert not Question.objects.exists()


def test_a_code_that_is_taken_is_said(admin_client, published):
    response = admin_client.post(f"{LIST}add/", typed(make_question(statement="Et une tout autre question ?")))
    assert errors(response) == {"code": ["Ce code est déjà celui d’une question : choisissez-en un autre."]}
    assert Question.objects.count() == 1


def test_a_film_takes_the_place_of_the_scene(admin_client, films, settings):
    def film(name):
        return SimpleUploadedFile("rue.mp4", (films / name).read_bytes(), "video/mp4")

    response = admin_client.post(f"{LIST}add/", typed(make_question(code="circ-filmee"), film=film("small.mp4")))
    said = "Ce fichier ne convient pas : son image n’a que 180 lignes ; il en faut au moins 360."
    assert errors(response) == {"film": [said]}
    assert not settings.FOOTAGE_ROOT.exists()
    admin_client.post(f"{LIST}add/", typed(make_question(code="circ-filmee"), film=film("film.mp4")))
    row = queries.bank_rows().get()
    assert (row.duration, len(row.footage), len(row.media)) == (7, 64, 20)
    assert (settings.FOOTAGE_ROOT / row.footage).read_bytes() == (films / "film.mp4").read_bytes()
    content = make_question(code="circ-filmee", explanation="Une autre explication, sans autre film.")
    admin_client.post(page_of(row), edited(row, content, duration=9))
    again = queries.bank_rows().get()
    assert (again.duration, again.footage, again.explanation) == (7, row.footage, content.explanation)
    admin_client.post(page_of(row), edited(row, content, duration=9, drawn="on"))
    again = queries.bank_rows().get()
    assert (again.duration, again.footage, again.media) == (9, "", "")  # nobody has drawn this code


def test_only_unused_drafts_can_be_deleted(admin_client, published):
    draft = actions.save_question(content=make_question(code="circ-brouillon"))
    assert admin_client.post(page_of(published, "delete"), {"post": "yes"}).status_code == 403
    assert admin_client.post(page_of(draft, "delete"), {"post": "yes"}).status_code == 302
    assert Question.objects.get() == published
    bulk = {"action": "delete_selected", "_selected_action": [published.pk], "post": "yes"}
    admin_client.post(LIST, bulk)
    assert Question.objects.get() == published


# --- Publishing and retiring ------------------------------------------------------------------------------------------


def test_a_draft_without_media_waits_and_a_whole_one_is_published(admin_client, published, give_media):
    ExamQuestion.objects.create(exam=ExamFactory(), number=1, question=published)
    new = actions.save_question(content=reworded(make_question()), question=published)
    url = page_of(new, "publier")
    page = admin_client.get(url)
    assert "Les médias ne sont pas encore construits" in text_of(page)
    assert "version 1 : elle sera retirée" in text_of(page)
    refused = admin_client.post(url)
    assert refused.status_code == 200
    assert Question.objects.get(version=2).state == "draft"
    admin_client.post(url, {"wait": "1"})
    assert Question.objects.get(version=2).awaited
    give_media(new)
    admin_client.post(url)
    assert [(row.version, row.state) for row in Question.objects.order_by("version")] == [
        (1, "retired"), (2, "published"),
    ]  # fmt: skip
    said = [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")]
    assert said == [
        "Version 2 : elle sera publiée dès que ses médias sont prêts.",
        "Version 2 publiée ; version 1 retirée.",
    ]
    assert "Cette version est déjà publiée" in text_of(admin_client.get(url))


def test_media_that_do_not_play_are_made_again(admin_client, db, give_media):
    row = give_media(actions.save_question(content=make_question()))
    (queries.media_folder(row.media) / "video.mp4").write_bytes(b"x")
    assert "ne peut pas être lu" in text_of(admin_client.get(page_of(row, "publier")))
    admin_client.post(page_of(row, "publier"), {"wait": "1"})
    assert not queries.media_folder(row.media).exists()
    assert Job.objects.filter(kind="bank_media").exists()


def test_retiring_is_insisted_upon_when_a_blueprint_breaks(admin_client):
    make_bank(per_theme=6)
    question = Question.objects.filter(theme="circulation").first()
    page = admin_client.post(page_of(question, "retirer"))
    assert "ASSR1, examen, Circulation : 5 pour 6" in text_of(page)
    assert "Retirer quand même" in text_of(page)
    question.refresh_from_db()
    assert question.state == "published"
    admin_client.post(page_of(question, "retirer"), {"anyway": "on"})
    question.refresh_from_db()
    assert question.state == "retired"
    assert LogEntry.objects.get().get_change_message() == "Version 1 retirée."
    assert "Seule une question publiée peut être retirée" in text_of(admin_client.get(page_of(question, "retirer")))


def test_the_coverage_says_what_is_lacking_in_words(admin_client):
    for _ in range(12):
        QuestionFactory(theme="circulation", use="exam", for_aer=False)
    QuestionFactory(theme="vitesse", use="training", for_aer=False)
    page = admin_client.get(f"{LIST}couverture/")
    lines = {(line.attestation, line.kind): line for line in page.context["covered"]}
    assert len(lines) == 8
    exam = {cell.theme: (cell.published, cell.standing, cell.missing) for cell in lines["ASSR1", "exam"].cells}
    assert exam["circulation"] == (12, "two", 0)
    assert exam["vitesse"] == (0, "lacking", 2)
    training = {cell.theme: (cell.published, cell.standing, cell.missing) for cell in lines["ASSR1", "training"].cells}
    assert training["vitesse"] == (1, "lacking", 1)
    assert lines["AER", "exam"].cells[0].published == 0
    assert lines["ASSR1", "exam"].exams == 0
    text = text_of(page)
    assert "12 pour 6 ✓ deux épreuves" in text
    assert "1 pour 2 ✕ il en manque 1" in text
    for _ in range(2):
        QuestionFactory(theme="vitesse", use="both", for_aer=False)
    assert "3 pour 2 une épreuve (deux avec 1 de plus)" in text_of(admin_client.get(f"{LIST}couverture/"))


# --- The whole bank -------------------------------------------------------------------------------------------------


def upload(client, content: bytes, **fields):
    return client.post(f"{LIST}importer/", {"file": SimpleUploadedFile("banque.zip", content), **fields})


def export(client, name="banque") -> bytes:
    return b"".join(client.get(f"{LIST}exporter/{name}/").streaming_content)


@pytest.mark.parametrize("name", ["banque", "qti"])
def test_a_bank_goes_out_and_comes_in(admin_client, published, name):
    content = export(admin_client, name)
    page = admin_client.get(upload(admin_client, content)["Location"])
    assert "Rien ne change." in text_of(page)
    ExamQuestion.objects.all().delete()
    Question.objects.all().delete()
    url = upload(admin_client, content)["Location"]
    page = admin_client.get(url)
    assert "Questions ajoutées : 1" in text_of(page)
    assert not Question.objects.exists()
    admin_client.post(url)
    row = queries.bank_rows().get()
    assert (queries.as_source(row), row.awaited) == (make_question(), True)
    assert "Banque importée" in text_of(admin_client.get(url))
    message = LogEntry.objects.get().get_change_message()
    assert message.startswith("Banque importée : 1 questions ajoutées, 0 nouvelles versions")
    admin_client.post(url)
    assert Question.objects.count() == 1


def test_a_wrong_file_shows_all_its_faults(admin_client, tmp_path):
    import zipfile

    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as out:
        out.writestr("banque.toml", f'format = "{archive.FORMAT}"\nversion = 1\n')
        out.writestr("questions/a.toml", source.dump(make_question(statement="Ah ?", notes="x" * 601)))
    url = upload(admin_client, held.getvalue())["Location"]
    page = text_of(admin_client.get(url))
    assert "questions/a.toml : statement : ce texte a 4 caractères ; écrivez-en 10 à 160" in page
    assert "questions/a.toml : notes : ce texte a 601 caractères ; écrivez-en 0 à 600" in page
    assert 'value="Importer"' not in admin_client.get(url).content.decode()
    admin_client.post(url)
    assert not Question.objects.exists()
    admin_client.post(url, {"abandon": "1"})
    assert not BankImport.objects.exists()


def test_retiring_by_a_file_is_insisted_upon(admin_client, published, tmp_path):
    make_bank(per_theme=6)
    archive.write(tmp_path / "a.zip", [source.Entry(make_question(code="circ-velo-giratoire"))], tmp_path)
    url = upload(admin_client, (tmp_path / "a.zip").read_bytes(), retire="on")["Location"]
    page = text_of(admin_client.get(url))
    assert "Questions retirées : 55" in page
    assert "Importer quand même" in page
    admin_client.post(url)
    assert Question.objects.published().count() == 55
    admin_client.post(url, {"anyway": "on"})
    assert Question.objects.published().count() == 0


def test_a_long_file_is_read_and_imported_by_the_worker(admin_client, published, monkeypatch):
    content = export(admin_client)
    Question.objects.all().delete()
    monkeypatch.setattr(actions, "AT_ONCE", 10)
    url = upload(admin_client, content)["Location"]
    given = BankImport.objects.get()
    assert "Le fichier est lu" in text_of(admin_client.get(url))
    from esr.core import jobs

    jobs.run(given.job)
    assert "Questions ajoutées : 1" in text_of(admin_client.get(url))
    admin_client.post(url)
    assert "L’import est en cours" in text_of(admin_client.get(url))
    admin_client.post(url)
    given.refresh_from_db()
    jobs.run(given.job)
    assert Question.objects.count() == 1
    assert "Banque importée" in text_of(admin_client.get(url))
    assert Job.objects.filter(kind="bank_apply").count() == 1


def test_an_academy_sees_nothing_of_it(published):
    client = administrator(academy="01")
    for name in (
        "",
        "add/",
        "couverture/",
        "exporter/banque/",
        "exporter/qti/",
        "importer/",
        f"{published.pk}/publier/",
    ):
        assert client.get(LIST + name).status_code == 403, name
    assert client.post(f"{LIST}importer/", {}).status_code == 403
