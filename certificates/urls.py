from django.urls import path

from certificates.views import archive, candidate, public, school

urlpatterns = [
    # Anyone
    path("verifier/", public.verification, name="verification"),
    path("verifier/cles.json", public.public_keys, name="public_keys"),
    # One exam
    path("epreuves/<int:pk>/convocations.pdf", school.exam_convocations, name="exam_convocations"),
    path("epreuves/<int:pk>/convocations-a4.pdf", school.exam_convocations_to_cut, name="exam_convocations_to_cut"),
    path("epreuves/<int:pk>/codes/", school.exam_codes, name="exam_codes"),
    path("epreuves/<int:pk>/codes.pdf", school.exam_codes_pdf, name="exam_codes_pdf"),
    path("epreuves/<int:pk>/codes-a-decouper.pdf", school.exam_code_slips, name="exam_code_slips"),
    path("epreuves/<int:pk>/grilles.pdf", school.exam_grid, name="exam_grid"),
    path("epreuves/<int:pk>/grille-corrections.pdf", school.exam_key_grid, name="exam_key_grid"),
    path("epreuves/<int:pk>/emargement.pdf", school.exam_attendance_sheet, name="exam_attendance_sheet"),
    path("epreuves/<int:pk>/attestations/", school.exam_attestations, name="exam_attestations"),
    path("epreuves/<int:pk>/corrige.pdf", school.exam_correction_pdf, name="exam_correction_pdf"),
    # The session
    path("archive/", archive.archive, name="archive"),
    path("candidats/telecharger/<str:file_format>/", archive.candidate_download, name="candidate_download"),
    # Candidates
    path("candidats/attestations/", school.all_attestations, name="all_attestations"),
    path("candidats/<int:pk>/attestation.pdf", school.candidate_attestation, name="candidate_attestation"),
    path("candidats/<int:pk>/duplicata/", school.candidate_duplicate, name="candidate_duplicate"),
    path("passations/<uuid:key>/corrige.pdf", school.sitting_correction_pdf, name="sitting_correction_pdf"),
    path("modele-attestation.docx", school.attestation_model, name="attestation_model"),
    # The candidate
    path("examen/resultat/corrige.pdf", candidate.own_correction_pdf, name="own_correction_pdf"),
]
