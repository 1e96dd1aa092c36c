"""The one settings module: read from the environment, the same code in every place.

What must differ from site to site has no default; `.env.example` lists it with examples.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import env

BASE_DIR = Path(__file__).resolve().parent.parent
# What this installation makes for itself: static files, and the data of embedded servers.
VAR_DIR = Path(env.optional("VAR_DIR") or BASE_DIR / "var")
env.adopt_running_servers(VAR_DIR)

DEBUG = env.flag("DEBUG")
SECRET_KEY = env.required("SECRET_KEY", "Set a long random text; `make demo` makes its own.")
# Makes and proves one-time tickets; only campaigns that ask for tickets need it. Kept apart from
# SECRET_KEY: a new one makes all tickets that were handed out worthless.
TICKET_KEY = env.optional("TICKET_KEY")
# Proves that a sheet comes from our own canary (surveys.proofs.canary) and is not to be counted.
CANARY_KEY = env.optional("CANARY_KEY")
# Signs frozen releases (results.bundles); without it they are not signed. Its public key is shown.
SIGNING_KEY = env.optional("SIGNING_KEY")
# How people reach the site: what QR codes on posters lead to.
PUBLIC_URL = (
    env.optional("PUBLIC_URL") or f"http://127.0.0.1:{env.optional('PORT', '8000')}"
).rstrip("/")
# How many proxies of ours stand in front: so many last entries of X-Forwarded-For are believed.
PROXIES = int(env.optional("PROXIES", "0"))
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "config",
    "surveys",
    "results",
    "config.admin_app.SuperusersAdmin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "crispy_forms",
    "csp",
]

# Sessions, sign-in and messages run only where officials work (config.middleware): a
# citizen's page touches no session and sets no cookie.
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.SheetsGoStraightIn",
    "config.middleware.SamePolicyForAll",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.compression.CompressPublicTexts",
    "config.language.LanguageOfAddress",
    "django.middleware.common.CommonMiddleware",
    "config.middleware.OfficialsSession",
    "django.middleware.csrf.CsrfViewMiddleware",
    "config.middleware.OfficialsWords",
    "config.middleware.OfficialsSignIn",
    "config.middleware.OfficialsMessages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
# Officials' accounts. Administrators sign in in two steps; only a demo may do without.
SECOND_FACTOR_WAIVED = env.flag("SECOND_FACTOR_WAIVED")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
LOGIN_URL = "officials:login"
# A working day; and no longer than the browser is open, since many share a computer.
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_PATH = "/quan-tri/"
# Without a mail server, invitation links are only shown, to be handed over.
EMAIL_HOST = env.optional("EMAIL_HOST")
EMAIL_PORT = int(env.optional("EMAIL_PORT", "587"))
EMAIL_HOST_USER = env.optional("EMAIL_USER")
EMAIL_HOST_PASSWORD = env.optional("EMAIL_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_TLS", default=True)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.optional("EMAIL_FROM", "hai-long@localhost")

CRISPY_ALLOWED_TEMPLATE_PACKS = ["hai_long"]
CRISPY_TEMPLATE_PACK = "hai_long"

# Whether a pooler (pgbouncer) gives each transaction another of its sessions: then nothing may be
# kept in a session, neither cursors nor, before pgbouncer 1.21, prepared statements.
POOLED = env.flag("DATABASE_POOLED")

# PostgreSQL is the only store of record; every thread keeps its connection for a while.
DATABASES = {
    "default": {
        **env.database(
            env.required(
                "DATABASE_URL",
                "Start servers with `manage.py run`, or set it, for example "
                "postgresql://user:password@host/name.",
            )
        ),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"

# Public pages are read from a copy of the database where it is as far (results.reading.replicas).
if REPLICA_URL := env.optional("REPLICA_URL"):
    DATABASES["replica"] = {
        **env.database(REPLICA_URL),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
    DATABASES["replica"]["OPTIONS"].setdefault("connect_timeout", "2")
if POOLED:
    for pooled in DATABASES.values():
        pooled["DISABLE_SERVER_SIDE_CURSORS"] = True

# Redis carries messages and may be lost at any moment; nothing a citizen does waits for it.
REDIS_URL = env.required("REDIS_URL", "Start servers with `manage.py run`, or set it.")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

CELERY_BROKER_URL = env.broker(REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A hundred tries are over after 46 minutes, and the worker with them.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# Every task rebuilds and may run twice, so a lost machine gives its task back; a task that
# kills its worker does not come back, the next tick finds its marks again.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 300
CELERY_TASK_TIME_LIMIT = 360
# Longer than the longest task may run (the nightly check), or it would be delivered twice.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 7200}
CELERY_BEAT_SCHEDULER = "config.beat_scheduler:ForgetsTheFuture"
CELERY_BEAT_SCHEDULE = {
    "count-what-is-stale": {
        "task": "results.tasks.count_stale",
        "schedule": timedelta(seconds=2),
        # Ticks that nobody takes do not pile up; beat and worker may stand on machines whose
        # clocks differ by so much.
        "options": {"expires": 10},
    },
    # Soon after midnight: until then a sheet of yesterday lies beside its ticket and comment.
    "rewrite-closed-days": {
        "task": "surveys.tasks.rewrite_closed_days",
        "schedule": crontab(hour="0", minute="30"),
        "options": {"expires": 3600},
    },
    # Before the copy of the database at half past one.
    "delete-what-is-over": {
        "task": "surveys.tasks.delete_what_is_over",
        "schedule": crontab(hour="1", minute="15"),
        "options": {"expires": 3600},
    },
    # What people chose yesterday; what they can choose is proven before the offices open.
    "note-used-options": {
        "task": "surveys.tasks.note_used_options",
        "schedule": crontab(hour="1", minute="0"),
        "options": {"expires": 3600},
    },
    "keep-arrivals": {
        "task": "surveys.tasks.keep_arrivals",
        "schedule": crontab(minute="5"),
        "options": {"expires": 3000},
    },
    "count-times-taken": {
        "task": "results.tasks.count_times_taken",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 600},
    },
    "look-for-signs": {
        "task": "surveys.tasks.look_for_signs",
        "schedule": crontab(hour="2", minute="0"),
        "options": {"expires": 3600},
    },
    # What officials look at all day; nothing while nobody looks.
    "keep-boards": {
        "task": "results.tasks.keep_boards",
        "schedule": timedelta(seconds=60),
        "options": {"expires": 50},
    },
    # When the proofs of the morning should be through.
    "mail-digests": {
        "task": "results.tasks.mail_digests",
        "schedule": crontab(hour="7", minute="30"),
        "options": {"expires": 3600},
    },
    "prove-options": {
        "task": "surveys.tasks.prove_options",
        "schedule": crontab(hour="4", minute="0"),
        "options": {"expires": 3600},
    },
    # At night, one after the other: figures are released, then everything is recounted.
    "publish-daily": {
        "task": "results.tasks.publish_due",
        "schedule": crontab(hour="2", minute="0"),
        "options": {"expires": 3600},
    },
    "freeze-releases": {
        "task": "results.tasks.freeze_releases",
        "schedule": crontab(hour="2", minute="30"),
        "options": {"expires": 3600},
    },
    "delete-expired-exports": {
        "task": "results.tasks.delete_expired_exports",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 600},
    },
    "check-the-counting": {
        "task": "results.tasks.check_all",
        "schedule": crontab(hour="3", minute="0"),
        "options": {"expires": 3600},
    },
}

# After this long without a sign of life the server ends a counting transaction, so that a
# stopped worker does not keep its province's lock. A province of 10 million sheets counts in
# a fraction of it (docs/performance.md).
COUNTING_TIMEOUT_SECONDS = int(env.optional("COUNTING_TIMEOUT_SECONDS", "60"))

# How long a request waits for Redis, which only limits floods; then it goes on without.
REDIS_SECONDS = float(env.optional("REDIS_SECONDS", "0.05"))

# Sheets a minute, of one device or, without a key, at one counter; beyond it senders wait or work
# (surveys.answering.throttle); 0: no limit. A kiosk that was a week without network sends what it
# kept at this pace.
SHEETS_A_MINUTE = int(env.optional("SHEETS_A_MINUTE", "1200"))

# Files and replies of the API a minute that one network may fetch; 0: no limit. Pages have none.
READS_A_MINUTE = int(env.optional("READS_A_MINUTE", "600"))

# How long what is known of people is kept (surveys.oversight.retention, docs/operations.md):
# names of closed accounts, after their last day; comments nobody checked, after a campaign's last
# day; links and codes, after they were used or had expired.
KEEP_ACCOUNTS_DAYS = int(env.optional("KEEP_ACCOUNTS_DAYS", "730"))
KEEP_COMMENTS_DAYS = int(env.optional("KEEP_COMMENTS_DAYS", "365"))
KEEP_INVITATIONS_DAYS = int(env.optional("KEEP_INVITATIONS_DAYS", "30"))

# Lets Prometheus read /metrics; without it that address does not exist.
METRICS_KEY = env.optional("METRICS_KEY")

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static_files.HashedStaticFiles"},
}

# Nothing inline, nothing foreign: scripts, styles, fonts and pictures are our own files.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
if env.flag("HTTPS"):
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Load balancers ask these on the machine itself, without TLS.
    SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$", "^metrics$"]
# Preloading binds the whole domain for years: the owner of the domain decides, not we.
SILENCED_SYSTEM_CHECKS = ["security.W021"]

# A sheet of the longest edition is far below this; more is refused before it is read.
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "config.log_lines.Lines",
            "format": "%(levelname)s %(name)s: %(message)s",
        },
        "json": {"()": "config.log_lines.JsonLines"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": env.one_of("LOG_FORMAT", ("line", "json")),
        }
    },
    "root": {"handlers": ["console"], "level": env.optional("LOG_LEVEL", "INFO")},
    "loggers": {
        # Celery reports every task twice; what a task did, it says itself.
        "celery": {"level": "WARNING"},
        "celery.apps.worker": {"level": "INFO"},
        "kombu": {"level": "WARNING"},
        # The address of a refused sheet holds its id, and a log holds the time: no sheet is
        # tied to a time. Faults of ours (5xx) are still logged.
        "django.request": {"level": "ERROR"},
    },
}
