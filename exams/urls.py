from django.urls import path, register_converter

from establishments.enums import Attestation
from exams.views import (
    candidate,
    candidate_import,
    candidate_list,
    delivery,
    educonnect,
    film,
    marks,
    public,
    restoration,
    room_check,
    school,
    siecle,
    supervision,
)


class AttestationConverter:
    """An attestation in an address, in small letters."""

    regex = "|".join(attestation.lower() for attestation in Attestation)

    def to_python(self, value: str) -> Attestation:
        return Attestation(value.upper())

    def to_url(self, value: str) -> str:
        return value.lower()


register_converter(AttestationConverter, "attestation")

urlpatterns = [
    # The player, which asks most often and is looked for first
    path("examen/passation/commencer/", delivery.sitting_start, name="sitting_start"),
    path("examen/passation/<uuid:key>/reprendre/", delivery.sitting_resume, name="sitting_resume"),
    path("examen/passation/<uuid:key>/reponses/", delivery.sitting_save, name="sitting_save"),
    path("examen/passation/<uuid:key>/terminer/", delivery.sitting_finish, name="sitting_finish"),
    path("examen/signal/<int:pk>/", delivery.exam_signal, name="exam_signal"),
    # Anyone
    path("", public.landing, name="landing"),
    path("preparation/<attestation:attestation>/", public.preparation, name="preparation"),
    path("preparation/<attestation:attestation>/entrainement/", public.practice, name="practice"),
    path("preparation/<attestation:attestation>/test/", public.self_test, name="self_test"),
    path("preparation/<attestation:attestation>/questions/", public.practice_questions, name="practice_questions"),
    # The establishment
    path("epreuves/", school.exam_list, name="exam_list"),
    path("epreuves/nouvelle/", school.exam_create, name="exam_create"),
    path("epreuves/<int:pk>/", school.exam_detail, name="exam_detail"),
    path("epreuves/<int:pk>/modifier/", school.exam_edit, name="exam_edit"),
    path("epreuves/<int:pk>/notes/", marks.exam_marks, name="exam_marks"),
    path("epreuves/<int:pk>/supprimer/", school.exam_delete, name="exam_delete"),
    path("epreuves/<int:pk>/corrige-video/", school.exam_video_correction, name="exam_video_correction"),
    path("epreuves/<int:pk>/film/", film.exam_film, name="exam_film"),
    path("epreuves/<int:pk>/film/etat/", film.exam_film_status, name="exam_film_status"),
    path("epreuves/<int:pk>/film.mp4", film.exam_film_file, name="exam_film_file"),
    path("passations/<uuid:key>/", school.sitting_detail, name="sitting_detail"),
    path("epreuves/<int:pk>/avant/", supervision.exam_checklist, name="exam_checklist"),
    path("epreuves/<int:pk>/presents/", supervision.exam_presence, name="exam_presence"),
    path("epreuves/<int:pk>/salle/", supervision.exam_room, name="exam_room"),
    path("epreuves/<int:pk>/intervention/", supervision.exam_act, name="exam_act"),
    path("epreuves/<int:pk>/reseau/", room_check.room_check, name="room_check"),
    path("epreuves/<int:pk>/restauration/", restoration.exam_restoration, name="exam_restoration"),
    path("passations/<uuid:key>/reponses-saisies/", marks.sitting_answers, name="sitting_answers"),
    path("passations/<uuid:key>/historique/", supervision.sitting_history, name="sitting_history"),
    path("passations/<uuid:key>/incident/", supervision.sitting_incident, name="sitting_incident"),
    path("passations/<uuid:key>/intervention/", supervision.sitting_act, name="sitting_act"),
    path("passations/<uuid:key>/reprise/", supervision.sitting_takeover, name="sitting_takeover"),
    path("passations/<uuid:key>/absence-technique/", supervision.sitting_void, name="sitting_void"),
    path("passations/<uuid:key>/absence-technique/annuler/", supervision.sitting_unvoid, name="sitting_unvoid"),
    path("passations/<uuid:key>/noter-en-l-etat/", supervision.sitting_grade, name="sitting_grade"),
    path("candidats/", candidate_list.candidate_list, name="candidate_list"),
    path("candidats/selection/", candidate_list.candidate_selection, name="candidate_selection"),
    path("candidats/<int:pk>/supprimer/", candidate_list.candidate_delete, name="candidate_delete"),
    path("candidats/supprimer/", candidate_list.candidate_delete_all, name="candidate_delete_all"),
    path("candidats/importer/<int:pk>/", candidate_import.candidate_import_preview, name="candidate_import_preview"),
    path(
        "candidats/importer/<int:pk>/abandonner/",
        candidate_import.candidate_import_cancel,
        name="candidate_import_cancel",
    ),
    path(
        "candidats/importer/<int:pk>/erreurs/<str:file_format>/",
        candidate_import.candidate_import_errors,
        name="candidate_import_errors",
    ),
    path("candidats/importer/siecle/", siecle.siecle_import, name="siecle_import"),
    path("candidats/siecle/<uuid:key>/", siecle.siecle_wait, name="siecle_wait"),
    path("candidats/exporter/siecle/", siecle.siecle_export, name="siecle_export"),
    path("candidats/exporter/siecle/<int:pk>/", siecle.siecle_export_detail, name="siecle_export_detail"),
    path(
        "candidats/exporter/siecle/<int:pk>/recu/<str:file_format>/",
        siecle.siecle_export_receipt,
        name="siecle_export_receipt",
    ),
    path(
        "candidats/exporter/siecle/<int:pk>/resultats/<str:file_format>/",
        siecle.siecle_export_file,
        name="siecle_export_file",
    ),
    # The candidate
    path("examen/", candidate.exam_number, name="exam_number"),
    path("examen/connexion/", candidate.exam_code, name="exam_code"),
    path("examen/educonnect/", educonnect.educonnect_login, name="educonnect_login"),
    path("examen/educonnect/retour/", educonnect.educonnect_callback, name="educonnect_callback"),
    path("examen/identite/", candidate.exam_identity, name="exam_identity"),
    path("examen/epreuve/", candidate.exam_player, name="exam_player"),
    path("examen/resultat/", candidate.exam_result, name="exam_result"),
    path("examen/quitter/", candidate.exam_leave, name="exam_leave"),
]
