"""The site map. Each application says what lies behind its addresses; paths are French, names are English."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("exams.urls")),
    path("", include("establishments.urls")),
    path("", include("candidates.urls")),
    path("", include("certificates.urls")),
    path("", include("stats.urls")),
    path("administration/", admin.site.urls),
]
