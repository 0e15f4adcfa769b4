import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from whitenoise import WhiteNoise

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "esr.settings")
application = get_wsgi_application()

from exams.devices import Devices  # noqa: E402 - once Django is ready

application = Devices(application)

# What the proxy says in production (docs/Caddyfile).
_AS_EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}

if settings.SERVE_MEDIA:
    # Byte ranges, which tablets ask of a video; files appear while the server runs, and a name never changes content.
    bank = settings.MEDIA_ROOT / "bank"
    bank.mkdir(parents=True, exist_ok=True)
    application = WhiteNoise(
        application,
        root=bank,
        prefix=f"{settings.MEDIA_URL}bank/",
        autorefresh=True,
        immutable_file_test=lambda path, url: True,
        allow_all_origins=False,
        add_headers_function=lambda headers, path, url: headers.update(_AS_EVERYWHERE),
        mimetypes={".vtt": "text/vtt", ".m4a": "audio/mp4"},
    )
