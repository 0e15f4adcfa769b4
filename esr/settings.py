"""Every setting of the platform, read once from the environment.

Without any variable the platform runs embedded: SQLite, a broker in a folder, media and mails on disk, all
below `DATA_DIR`. Production sets `SITE_URL`, `SECRET_KEY`, `DATABASE_URL`, `REDIS_URL` and `EMAIL_URL`;
`.env.example` lists every variable. A value that cannot be used stops the start with its name and the reason. Every
variable may be a file instead: of `SECRET_KEY_FILE=/run/secrets/secret_key` the contents count, as Docker's and
systemd's secrets are given.
"""

import fcntl
import importlib.util
import os
import secrets
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import EnvError, FileAwareEnv, ValidationError

from certificates import seal
from esr.core import logs
from esr.core.keyring import BadKeys, Key, Keyring, read_keys
from esr.core.legal import BadLegal, Legal, read_legal
from exams import sealing

BASE_DIR = Path(__file__).resolve().parent.parent


def _package_folder(package: str, inside: str) -> Path:
    """A folder inside an installed package, found without importing the package."""
    return Path(importlib.util.find_spec(package).submodule_search_locations[0]) / inside


def _kept_secret(path: Path) -> str:
    """The embedded secret key: made at the first start, kept beside the database."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text().strip()


def _kept_keys(path: Path, kind: type[Key], missing: Callable[[Keyring], Iterable[Key]], mode: int = 0o600) -> None:
    """Add to an embedded file of keys what is missing in it.

    Locked: the web server and the worker start at the same instant.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, mode), "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.writelines(f"{key.entry}\n" for key in missing(read_keys(file.read(), kind)))


def _of_two_years(new_key: Callable[[int], Key]) -> Callable[[Keyring], Iterable[Key]]:
    """This year's key and the next one's, made when they are first wanted."""
    years = (date.today().year, date.today().year + 1)
    return lambda kept: [new_key(year) for year in years if kept.sealing(year) is None]


def _keys(name: str, kind: type[Key]) -> Keyring:
    """The keys of a variable, or of the file that the variable of that name with _FILE says."""
    path = globals()[f"{name}_FILE"]
    try:
        return read_keys(path.read_text() if path else env.str(name, ""), kind)
    except (OSError, UnicodeError, BadKeys) as error:
        raise ImproperlyConfigured(f"{f'{name}_FILE' if path else name} is not usable: {error}") from error


def _legal(path: Path | None) -> Legal:
    try:
        return read_legal(path.read_text() if path else "")
    except (OSError, UnicodeError, BadLegal) as error:
        raise ImproperlyConfigured(f"LEGAL_FILE is not usable: {error}") from error


def _long_token(value: str) -> None:
    if value and len(value) < 32:
        raise ValidationError("must have 32 characters or more, or be empty")


def _web_address(value: str) -> None:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
        raise ValidationError("must look like https://example.org, without a path")


def _host_name(value: str) -> None:
    if value and (urlsplit(f"//{value}").hostname != value or value == urlsplit(SITE_URL).hostname):
        raise ValidationError(
            "must be a name in small letters like administration.example.org, another than SITE_URL's"
        )


def _redis_address(value: str) -> None:
    if value and urlsplit(value).scheme not in ("redis", "rediss", "unix"):
        raise ValidationError("must look like redis://host:6379/0")


def _mail_address(value: str) -> None:
    if value and urlsplit(value).scheme not in ("smtp", "smtps", "smtp+tls", "smtp+ssl"):
        raise ValidationError("must look like smtp://user:password@host:25, or smtp+tls://…")


def _provider_address(value: str) -> None:
    parts = urlsplit(value)
    local = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1")
    if not parts.hostname or not (parts.scheme == "https" or local):
        raise ValidationError("must look like https://example.org/…")


# A computer serves one pupil after another: at ÉduConnect each one signs in anew.
_SIGN_IN_ANEW = {"educonnect": {"prompt": "login"}}


def _identity_provider(door: str) -> dict | None:
    """One OpenID Connect provider in mozilla-django-oidc's words; none while its issuer is not set."""
    prefix = door.upper()
    if not env.str(f"{prefix}_ISSUER", ""):
        return None
    return {
        "OIDC_AUTHENTICATION_CALLBACK_URL": f"{door}_callback",
        "OIDC_AUTH_REQUEST_EXTRA_PARAMS": _SIGN_IN_ANEW.get(door, {}),
        "ISSUER": env.str(f"{prefix}_ISSUER", validate=_provider_address),
        "OIDC_OP_AUTHORIZATION_ENDPOINT": env.str(f"{prefix}_AUTHORIZE_URL", validate=_provider_address),
        "OIDC_OP_TOKEN_ENDPOINT": env.str(f"{prefix}_TOKEN_URL", validate=_provider_address),
        "OIDC_OP_USER_ENDPOINT": env.str(f"{prefix}_USERINFO_URL", validate=_provider_address),
        "OIDC_OP_JWKS_ENDPOINT": env.str(f"{prefix}_JWKS_URL", validate=_provider_address),
        "OIDC_RP_CLIENT_ID": env.str(f"{prefix}_CLIENT_ID"),
        "OIDC_RP_CLIENT_SECRET": env.str(f"{prefix}_CLIENT_SECRET"),
        "OIDC_RP_SCOPES": env.str(f"{prefix}_SCOPES", "openid profile"),
        "OIDC_TOKEN_USE_BASIC_AUTH": env.bool(f"{prefix}_BASIC_AUTH", False),
        "APPLICATION": env.str(f"{prefix}_APPLICATION", ""),
    }


def _database() -> dict:
    """The database of DATABASE_URL, with an end to every wait; a parameter of the address wins over ours.

    - A row is waited for less long than the player's page waits for its reply (5 s): the thread is free when the page
      asks again. A migration that cannot lock its table fails as soon, instead of holding up everybody behind it.
    - No statement of a request or a job takes a tenth of 30 s. A migration of a large table may: it gets its own
      DATABASE_URL, ending in `?options=-c%20statement_timeout=0`.
    - A process that hangs in the middle of a transaction holds a candidate's row for a minute at most.
    - A server that vanished without a word is noticed within 15 s; and so does the server notice that this machine
      vanished, which may have held a candidate's row.
    """
    database = env.dj_db_url("DATABASE_URL", conn_max_age=60, conn_health_checks=True)
    if database["ENGINE"] == "django.db.backends.postgresql":
        limits = {
            "lock_timeout": "4s",
            "statement_timeout": "30s",
            "idle_in_transaction_session_timeout": "60s",
            "tcp_keepalives_idle": 5,
            "tcp_keepalives_interval": 5,
            "tcp_keepalives_count": 2,
            "tcp_user_timeout": 15_000,
        }
        database["OPTIONS"] = {
            "connect_timeout": 3,
            "prepare_threshold": 5,  # `esr.core.statements` says which; Django's own are never prepared
            "tcp_user_timeout": 15_000,
            "keepalives_idle": 5,
            "keepalives_interval": 5,
            "keepalives_count": 2,
            "options": " ".join(f"-c {name}={value}" for name, value in limits.items()),
        } | database.get("OPTIONS", {})
    return database


def _bucket_address(value: str) -> None:
    parts = urlsplit(value)
    whole = parts.hostname and parts.username and parts.password and parts.path.strip("/")
    if value and not (parts.scheme in ("http", "https") and whole and "/" not in parts.path.strip("/")):
        raise ValidationError("must look like https://KEY:SECRET@objects.example.org/bucket?region=fr-par")


def _object_storage(name: str) -> dict | None:
    """The bucket of a variable, spoken to in S3's words, as an entry of STORAGES; none while it is not set.

    It waits for no longer than a page may: what a storage that hangs makes fail is a download, or a job that starts
    again. No access list is sent: the bucket's own policy says who may read it.
    """
    address = env.str(name, "", validate=_bucket_address)
    if not address:
        return None
    from botocore.config import Config

    parts = urlsplit(address)
    host = parts.hostname + (f":{parts.port}" if parts.port else "")
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "endpoint_url": f"{parts.scheme}://{host}",
            "access_key": unquote(parts.username),
            "secret_key": unquote(parts.password),
            "bucket_name": parts.path.strip("/"),
            "region_name": dict(parse_qsl(parts.query)).get("region", "us-east-1"),
            "default_acl": None,
            "file_overwrite": True,
            "max_memory_size": 4 * 1024 * 1024,  # the rest of a large file goes through the disk
            "client_config": Config(
                connect_timeout=3,
                read_timeout=20,
                retries={"max_attempts": 3},
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                # Amazon's newer check sums are not understood by others' storages.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        },
    }


def _importable(value: str) -> None:
    module, _, name = value.rpartition(".")
    try:
        found = name and importlib.util.find_spec(module)
    except (ImportError, ValueError):
        found = None
    if not found:
        raise ValidationError("must be the dotted path of a class, like candidates.siecle.file.FileGateway")


_SYGNE = "candidates.siecle.sygne.SygneGateway"


def _siecle_service() -> dict[str, str]:
    """Where the pupil register answers and who the platform is there; only asked over the network."""
    if SIECLE_GATEWAY != _SYGNE:
        return {}
    return {
        "URL": env.str("SIECLE_URL", validate=_provider_address),
        "TOKEN_URL": env.str("SIECLE_TOKEN_URL", validate=_provider_address),
        "CLIENT_ID": env.str("SIECLE_CLIENT_ID"),
        "CLIENT_SECRET": env.str("SIECLE_CLIENT_SECRET"),
    }


env = FileAwareEnv(strip_whitespace=True)
try:
    DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / "var"))).resolve()
    DEBUG = env.bool("DEBUG", False)
    SITE_URL = env.str("SITE_URL", "http://localhost:8000", validate=_web_address).rstrip("/")
    EXTRA_HOSTS = env.list("ALLOWED_HOSTS", [])
    REDIS_URL = env.str("REDIS_URL", "", validate=_redis_address)
    SECRET_KEY = env.str("SECRET_KEY", "")
    # Those it replaced: what they signed and encrypted is still read.
    SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", [])
    SEAL_KEYS_FILE, ATTESTATION_KEYS_FILE, ATTESTATION_PUBLIC_KEYS_FILE, LOG_KEYS_FILE = (
        env.path(f"{name}_FILE") if env.str(f"{name}_FILE", "") else None
        for name in ("SEAL_KEYS", "ATTESTATION_KEYS", "ATTESTATION_PUBLIC_KEYS", "LOG_KEYS")
    )
    MEDIA_ROOT = Path(env.str("MEDIA_ROOT", str(DATA_DIR / "media")))
    DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", "ne-pas-repondre@example.org")
    LOG_LEVEL = env.log_level("LOG_LEVEL", "INFO")
    EMAIL = env.dj_email_url("EMAIL_URL") if env.str("EMAIL_URL", "", validate=_mail_address) else None
    PRODUCTION_DATABASE = _database() if env.str("DATABASE_URL", "") else None
    # What the pages call the platform, who answers for it, and who runs it.
    BRAND_NAME = env.str("BRAND_NAME", "Plateforme nationale des ASSR, ASR, AER")
    BRAND_MINISTRY = env.str("BRAND_MINISTRY", "Ministère de l’Éducation nationale")
    BRAND_OPERATOR = env.str("BRAND_OPERATOR", "l’équipe de la plateforme")
    BRAND_CONTACT = env.str("BRAND_CONTACT", "assistance@example.org")
    LEGAL_FILE = env.path("LEGAL_FILE") if env.str("LEGAL_FILE", "") else None
    # Administrators sign in with a code besides the password; only a demonstration does without.
    ADMIN_TOTP_REQUIRED = env.bool("ADMIN_TOTP_REQUIRED", True)
    # The one host on which the administration answers, and nothing but it; empty: beside the site's pages.
    ADMIN_HOST = env.str("ADMIN_HOST", "", validate=_host_name)
    # Passwords known from breaches: the file of Have I Been Pwned (SHA-1:count, in the order of the hashes).
    BREACHED_PASSWORDS = env.path("BREACHED_PASSWORDS") if env.str("BREACHED_PASSWORDS", "") else None
    # Who vouches for whom: staff by the academic hub, candidates by ÉduConnect. Each is closed while it is not set up.
    IDENTITY_PROVIDERS = {
        door: provider for door in ("academic", "educonnect") if (provider := _identity_provider(door))
    }
    # How SIECLE BEE, the pupil register, is reached: by files, over the network, or an invented one.
    SIECLE_GATEWAY = env.str("SIECLE_GATEWAY", "candidates.siecle.file.FileGateway", validate=_importable)
    SIECLE_SERVICE = _siecle_service()
    # What several machines share: files of the platform alone, and the bank's media, which anybody may read.
    PRIVATE_STORAGE = _object_storage("PRIVATE_STORAGE_URL")
    MEDIA_STORAGE = _object_storage("MEDIA_STORAGE_URL")
    # Whoever reads the figures at /mesures/ shows it; empty: there are none.
    METRICS_TOKEN = env.str("METRICS_TOKEN", "", validate=_long_token)
except (EnvError, ValueError) as error:
    raise ImproperlyConfigured(f"The environment is not usable: {error}") from error

# Who publishes, who hosts, who answers for the data, what the audit of accessibility found.
LEGAL = _legal(LEGAL_FILE)
EMBEDDED = PRODUCTION_DATABASE is None
HTTPS = SITE_URL.startswith("https://")
if not SECRET_KEY:
    if not EMBEDDED:
        raise ImproperlyConfigured("SECRET_KEY is missing: production needs 50 random characters or more of its own.")
    SECRET_KEY = _kept_secret(DATA_DIR / "secret_key")

# Keys by year: "2026:key,2027:key", from the variable or from a file, which may have them on lines.
if EMBEDDED:
    if SEAL_KEYS_FILE is None and not env.str("SEAL_KEYS", ""):
        SEAL_KEYS_FILE = DATA_DIR / "seal_keys"
        _kept_keys(SEAL_KEYS_FILE, sealing.SealKey, _of_two_years(sealing.new_key))
    if ATTESTATION_KEYS_FILE is None and not env.str("ATTESTATION_KEYS", ""):
        ATTESTATION_KEYS_FILE = DATA_DIR / "attestation_keys"
        _kept_keys(ATTESTATION_KEYS_FILE, seal.SigningKey, _of_two_years(seal.new_key))
    if LOG_KEYS_FILE is None and not env.str("LOG_KEYS", ""):
        LOG_KEYS_FILE = DATA_DIR / "log_keys"
        _kept_keys(LOG_KEYS_FILE, logs.LogKey, _of_two_years(logs.new_key))
# With what result files are sealed and opened. `manage.py seal_keys` makes, lists and retires them.
SEAL_KEYS = _keys("SEAL_KEYS", sealing.SealKey)
# With what attestations are sealed; and the public halves of all years, for verifying. `manage.py attestation_keys`
# makes keys, lists them, and destroys the secrets of past years.
ATTESTATION_KEYS = _keys("ATTESTATION_KEYS", seal.SigningKey)
if EMBEDDED and ATTESTATION_PUBLIC_KEYS_FILE is None and not env.str("ATTESTATION_PUBLIC_KEYS", ""):
    ATTESTATION_PUBLIC_KEYS_FILE = DATA_DIR / "attestation_public_keys"
    _kept_keys(
        ATTESTATION_PUBLIC_KEYS_FILE,
        seal.PublicKey,
        lambda kept: [key.public for key in ATTESTATION_KEYS.keys if not kept.named(key.kid)],
        mode=0o644,
    )
ATTESTATION_PUBLIC_KEYS = _keys("ATTESTATION_PUBLIC_KEYS", seal.PublicKey)
# With what the log calls people. `manage.py log_keys` makes, lists and retires them; the purge destroys a year's.
LOG_KEYS = _keys("LOG_KEYS", logs.LogKey)

# --- Applications -----------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "esr.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "esr.core.apps.StaticFilesConfig",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "import_export",
    "esr.core.apps.CoreConfig",
    "establishments",
    "candidates",
    "exams",
    "certificates",
    "stats",
    "esr.ops",
]

MIDDLEWARE = [
    "esr.core.metrics.Measured",
    # What says headers stands before what answers, so that a static file has them too.
    "esr.core.middleware.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "esr.core.middleware.WellFormed",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "esr.core.middleware.IdleSessions",
    "esr.core.middleware.AdminHost",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "establishments.middleware.EstablishmentMiddleware",
]

ROOT_URLCONF = "esr.urls"
WSGI_APPLICATION = "esr.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["esr.core.templatetags.components"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "esr.core.context.brand",
            ],
        },
    }
]

# --- Data -------------------------------------------------------------------------------------------------------

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": PRODUCTION_DATABASE
    or {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_DIR / "db.sqlite3",
        "OPTIONS": {
            # Readers never wait, writers queue instead of failing, and an acknowledged answer is on the disk.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # What is deleted is overwritten in the file.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000; "
            "PRAGMA secure_delete=ON;",
        },
    }
}
CACHES = {
    "default": {
        "BACKEND": "esr.core.cache.RedisOrMemory",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": DATA_DIR / "cache"}
}

# The bank's media are public files with opaque names; everything private is a job's file, served by a view.
MEDIA_URL = "/media/"
SERVE_MEDIA = EMBEDDED  # in production the reverse proxy does
JOB_FILES_ROOT = DATA_DIR / "jobs"
FOOTAGE_ROOT = DATA_DIR / "footage"  # films that editors gave: what is served is made from them
BANK_IMPORTS_ROOT = DATA_DIR / "bank-imports"
# Large uploads on their way to a form: below DATA_DIR, so that the purge finds what a killed process has left.
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "uploads"
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "esr.core.uploads.TemporaryFile",
]
FILE_UPLOAD_TEMP_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
WHITENOISE_ALLOW_ALL_ORIGINS = False
STATICFILES_DIRS = [
    BASE_DIR / "static",
    # Only the design system's files: its Django application would add a table and templates that are not ours.
    ("dsfr", _package_folder("dsfr", "static/dsfr/dist")),
]
# `private` and `media` are only there where there is object storage (see esr.core.files).
STORAGES = {
    "default": MEDIA_STORAGE or {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "esr.core.storage.StaticFiles"},
    **({"private": PRIVATE_STORAGE} if PRIVATE_STORAGE else {}),
    **({"media": MEDIA_STORAGE} if MEDIA_STORAGE else {}),
}

# --- Background work --------------------------------------------------------------------------------------------

BROKER_FOLDER = DATA_DIR / "broker"
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost//"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"socket_connect_timeout": 3, "socket_timeout": 3}
    if REDIS_URL
    else {
        "data_folder_in": str(BROKER_FOLDER),
        "data_folder_out": str(BROKER_FOLDER),
        "control_folder": str(BROKER_FOLDER / "control"),
        "polling_interval": 0.1,
    }
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True  # the truth of a job is its row
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "revive-stale-jobs": {"task": "esr.core.tasks.revive_stale_jobs", "schedule": 60},
    "count-answers": {"task": "exams.tasks.count_answers", "schedule": 60 * 60},
    "count-figures": {"task": "stats.tasks.count_figures", "schedule": crontab(minute=10)},
    "send-mails": {"task": "esr.core.tasks.send_mails", "schedule": 60},
    "drop-old-job-files": {"task": "esr.core.tasks.drop_old_job_files", "schedule": 3600},
    # Every hour of the year: the purge believes a clock that it has seen walking over the new year.
    "purge": {"task": "esr.ops.tasks.purge", "schedule": crontab(minute=0)},
    "remind-to-archive": {"task": "esr.ops.tasks.remind_to_archive", "schedule": crontab(hour=7, minute=30)},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")

# --- Mail -------------------------------------------------------------------------------------------------------

if EMAIL:
    # No page waits for the mail server: what is sent is put into the outbox, and a worker speaks to the server.
    EMAIL_BACKEND = "esr.core.outbox.Backend"
    MAIL_BACKEND = "esr.core.mails.CountedBackend"
    EMAIL_HOST = EMAIL["EMAIL_HOST"]
    EMAIL_PORT = EMAIL["EMAIL_PORT"]
    EMAIL_HOST_USER = EMAIL["EMAIL_HOST_USER"]
    EMAIL_HOST_PASSWORD = EMAIL["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS = EMAIL["EMAIL_USE_TLS"]
    EMAIL_USE_SSL = EMAIL["EMAIL_USE_SSL"]
    EMAIL_TIMEOUT = 10
else:
    EMAIL_BACKEND = MAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA_DIR / "mails"

# --- People -----------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "establishments.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "establishments.auth.CharacterKindsValidator"},
    {"NAME": "establishments.auth.EasyStemValidator"},
    {"NAME": "establishments.auth.BreachedPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
# A head signs in with the establishment's address, a supervisor with the account's identifier.
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_ADAPTER = "establishments.auth.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "establishments.forms.LoginForm",
    "change_password": "establishments.forms.ChangePasswordForm",
    "reauthenticate": "establishments.forms.ReauthenticateForm",
    "reset_password": "establishments.forms.ResetPasswordForm",
    "reset_password_from_key": "establishments.forms.ResetPasswordKeyForm",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_NOTIFICATIONS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
# A whole school is one address: an attempt is counted against the account it aims at, not against the network.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "10/5m/key", "reset_password": "5/10m/key"}

MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "establishments.auth.SecondFactorAdapter"
MFA_TOTP_ISSUER = BRAND_NAME
MFA_TOTP_TOLERANCE = 1  # a telephone's clock may be half a minute off
MFA_FORMS = {
    "authenticate": "establishments.forms.SecondFactorForm",
    "reauthenticate": "establishments.forms.SecondFactorAgainForm",
    "activate_totp": "establishments.forms.ActivateSecondFactorForm",
}

# --- Language and time --------------------------------------------------------------------------------------------

LANGUAGE_CODE = "fr"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"  # shown where no establishment is known; instants are stored in UTC
FORMAT_MODULE_PATH = "esr.formats"

# --- Security -----------------------------------------------------------------------------------------------------

ALLOWED_HOSTS = sorted({urlsplit(SITE_URL).hostname, "localhost", "127.0.0.1", *EXTRA_HOSTS, ADMIN_HOST} - {""})
CSRF_TRUSTED_ORIGINS = [SITE_URL]
# A cookie of this name is refused by browsers unless it is Secure, of this host alone and of every path.
COOKIE_PREFIX = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid", f"{COOKIE_PREFIX}csrftoken"
CSRF_COOKIE_AGE = 12 * 60 * 60  # as the session: it is worth nothing for longer; the page on cookies says so
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# Lax: OpenID Connect and the links of e-mails bring people from another site.
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True  # pages carry the token in their forms
# A session ends after a working day whatever happens, and sooner when nobody is at it.
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_IDLE_AGE = 2 * 60 * 60
ADMIN_IDLE_AGE = 30 * 60
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^sante/", r"^mesures/$"]  # asked inside, of the web server itself
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
# A selection of a whole school's candidates is one posted field per candidate.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 12_000
DATA_UPLOAD_MAX_NUMBER_FILES = 100  # a class's result files come in one go
CSRF_FAILURE_VIEW = "esr.core.views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "object-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "media-src": [SELF, "blob:"],  # a question is played from memory
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# One line of JSON for each record, without anything of anybody (see esr.core.logs).
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "esr.core.logs.Formatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        # The development server has a handler of its own.
        "django.server": {"handlers": ["console"], "level": LOG_LEVEL, "propagate": False},
        # Below these they tell what they read: parameters of statements, headers, whole documents.
        "django.db.backends": {"level": "INFO"},
        "urllib3": {"level": "INFO"},
        "requests": {"level": "INFO"},
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
    },
}
SILENCED_SYSTEM_CHECKS = []
