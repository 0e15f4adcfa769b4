"""The settings of the tests: the platform's own, in a folder of their own, with the database of the environment."""

import os
import tempfile
from datetime import date

os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="esr-tests-"))

from certificates import seal
from esr.core import keyring, logs
from esr.settings import *  # noqa: F403
from exams import sealing

STORAGES = {  # the manifest exists only after collectstatic
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# With the database of production there are none but the environment's.
SEAL_KEYS = keyring.Keyring(sealing.new_key(date.today().year + n) for n in (0, 1))
ATTESTATION_KEYS = keyring.Keyring(seal.new_key(date.today().year + n) for n in (0, 1))
ATTESTATION_PUBLIC_KEYS = keyring.Keyring([])
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = False
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
LOG_KEYS = keyring.Keyring(logs.new_key(date.today().year + n) for n in (0, 1))
