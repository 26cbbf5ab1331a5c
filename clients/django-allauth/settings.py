"""The settings of the site, as in allauth's quick start; client.yaml passes the values that change with every run."""

import os

DATABASE = os.environ["DATABASE"]
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
SECRET_KEY = os.environ.get("SECRET", "only to make the database")
ROOT_URLCONF = "urls"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DATABASE}}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_REDIRECT_URL = "/"
ACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        # Off by default.
        "OAUTH_PKCE_ENABLED": True,
        "SCOPE": os.environ.get("SCOPE", "openid").split(),
        "APPS": [
            {
                "provider_id": "assay",
                "name": "Assay",
                "client_id": os.environ.get("CLIENT_ID", ""),
                "secret": os.environ.get("CLIENT_SECRET", ""),
                "settings": {
                    "server_url": os.environ.get("ISSUER", ""),
                    "token_auth_method": os.environ.get("TOKEN_AUTH_METHOD", ""),
                },
            }
        ],
    }
}
