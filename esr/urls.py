"""The site map. Each application says what lies behind its addresses; paths are French, names are English."""

from django.contrib import admin
from django.urls import include, path

from esr.ops import views

handler500 = "esr.core.views.server_error"

urlpatterns = [
    path("", include("exams.urls")),
    path("", include("establishments.urls")),
    path("", include("candidates.urls")),
    path("", include("certificates.urls")),
    path("", include("stats.urls")),
    path("mesures/", views.figures, name="figures"),
    path("administration/", admin.site.urls),
]
