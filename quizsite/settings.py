"""Django settings: one file, driven by the environment that `quizsite/env.py` describes."""

from __future__ import annotations

import django_stubs_ext
from django.utils.translation import gettext_lazy as _

from quizsite import env

django_stubs_ext.monkeypatch()

BASE_DIR = env.BASE_DIR
SECONDREAD_DATA_DIR = env.folder("SECONDREAD_DATA_DIR", BASE_DIR / "var")
SECONDREAD_FILES_DIR = SECONDREAD_DATA_DIR / "files"
SECONDREAD_BACKUPS_DIR = SECONDREAD_DATA_DIR / "backups"
SECONDREAD_SHARED_PACKS = env.folder("SECONDREAD_SHARED_PACKS", BASE_DIR.parent / "shared" / "packs")
SECONDREAD_MODELS_DIR = BASE_DIR / "fixtures" / "models"
SECONDREAD_INSTALLED_MODELS_DIR = SECONDREAD_DATA_DIR / "models"
SECONDREAD_PACKS_DIR = BASE_DIR / "fixtures" / "packs"
SECONDREAD_DEMO = env.flag("SECONDREAD_DEMO")
SECONDREAD_ACCEL_PREFIX = env.text("SECONDREAD_ACCEL_PREFIX")
SECONDREAD_SITTING_SIZE = 10
SECONDREAD_MIN_FREE_MB = 200
SECONDREAD_HEARTBEAT_SECONDS = 90
SECONDREAD_CLAIM_SECONDS = 60  # how long a worker may take over a batch before its jobs go to another
SECONDREAD_DATA_DIR.mkdir(parents=True, exist_ok=True)

SECRET_KEY = env.secret_key(SECONDREAD_DATA_DIR)
DEBUG = env.flag("SECONDREAD_DEBUG")
ALLOWED_HOSTS = env.names("SECONDREAD_ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
_public_hosts = [host for host in ALLOWED_HOSTS if host not in {"localhost", "127.0.0.1", "[::1]", "*"}]
CSRF_TRUSTED_ORIGINS = [f"https://{host.lstrip('.')}" for host in _public_hosts]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.headless",
    "axes",
    "csp",
    "django_vite",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "inference",
    "quiz",
    "quizsite.apps.SiteConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "quizsite.middleware.NoStoreMiddleware",
    "quiz.web.errors.RefusedMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "quizsite.urls"
WSGI_APPLICATION = "quizsite.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "quiz.web.context.site",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.insert(0, "django.forms")

DATABASES = {"default": env.database(SECONDREAD_DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Sign-in attempts and used one-time codes count for all web processes together, with or without Redis: the table is
# made by a migration. Calls of the API are too many for a table, so each process counts its own.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "process"},
}

# Accounts: one login for pages and apps.
AUTH_USER_MODEL = "quiz.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "quiz.web.backends.AccountBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_USERNAME_MIN_LENGTH = 3
ACCOUNT_ADAPTER = "quiz.web.accounts.AccountAdapter"
HEADLESS_CLIENTS = ("app",)
HEADLESS_SERVE_SPECIFICATION = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an e-mail address is optional here
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_VERBOSE = False
_proxies = int(env.text("SECONDREAD_TRUSTED_PROXIES", "0"))
AXES_IPWARE_PROXY_COUNT = _proxies
ALLAUTH_TRUSTED_PROXY_COUNT = _proxies
if _proxies:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = SECONDREAD_DATA_DIR / "static"
_dist = BASE_DIR / "frontend" / "dist"
STATICFILES_DIRS = [_dist] if _dist.is_dir() else []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
DJANGO_VITE = {
    "default": {
        "dev_mode": False,
        "manifest_path": env.folder("SECONDREAD_VITE_MANIFEST", _dist / "manifest.json"),
    }
}
MEDIA_ROOT = SECONDREAD_FILES_DIR
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None

SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "quiz.web.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'", "'wasm-unsafe-eval'"],
        "worker-src": ["'self'", "blob:"],
        "img-src": ["'self'", "data:", "blob:"],
        "connect-src": ["'self'"],
        "style-src": ["'self'"],
        "style-src-attr": ["'unsafe-inline'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "quiz.session_tokens.SessionTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["quiz.api.parsers.BoundedJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "PAGE_SIZE": 50,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "quiz.api.errors.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "DEFAULT_THROTTLE_CLASSES": ["quiz.api.throttling.ProcessThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": "600/min"},
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Second Read",
    "DESCRIPTION": "Read first, then meet the AI. For education, not for diagnosis.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    # Two fields are called kind: each keeps its own name in the document.
    "ENUM_NAME_OVERRIDES": {
        "KindEnum": "quiz.models.Pack.Kind",
        "FaultKindEnum": "quiz.models.FaultReport.Kind",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "quiz.api.schema.describe_refusals",
    ],
}

CELERY_BROKER_URL, CELERY_BROKER_TRANSPORT_OPTIONS = env.broker(SECONDREAD_DATA_DIR)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_DEFAULT_QUEUE = "lab"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    # kombu warns that a folder has no host name; openjpeg tells of every tile.
    "loggers": {"kombu.connection": {"level": "ERROR"}, "openjpeg": {"level": "WARNING"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
EMAIL = env.email()
globals().update({name: value for name, value in EMAIL.items() if name.startswith("EMAIL_")})
DEFAULT_FROM_EMAIL = "Second Read <noreply@localhost>"
SILENCED_SYSTEM_CHECKS: list[str] = []
