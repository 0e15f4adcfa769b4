from django.urls import path

from candidates.views import school

urlpatterns = [
    path("candidats/importer/", school.candidate_import, name="candidate_import"),
    path("candidats/importer/modele/", school.candidate_template, name="candidate_template"),
    path("candidats/ajouter/", school.candidate_add, name="candidate_add"),
    path("candidats/<int:pk>/modifier/", school.candidate_edit, name="candidate_edit"),
]
