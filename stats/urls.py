from django.urls import path

from stats.views import administration, school

urlpatterns = [
    path("epreuves/<int:pk>/statistiques/", school.exam_statistics, name="exam_statistics"),
    path("epreuves/<int:pk>/statistiques.pdf", school.exam_statistics_report, name="exam_statistics_report"),
    path("epreuves/<int:pk>/statistiques.xlsx", school.exam_statistics_workbook, name="exam_statistics_workbook"),
    path("statistiques/", school.statistics, name="statistics"),
    path("statistiques/telecharger/<str:file_format>/", school.statistics_download, name="statistics_download"),
    # Administrators
    path("administration/chiffres/", administration.academy_figures, name="academy_figures"),
    path(
        "administration/chiffres/telecharger/<str:file_format>/",
        administration.academy_figures_download,
        name="academy_figures_download",
    ),
]
