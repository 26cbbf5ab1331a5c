"""django-oauth-toolkit in a Django project of one file, as a server under test.

The project is what the toolkit's tutorial makes: its URLs below /o/, Django's own sign-in page of the admin, SQLite. Its settings
are the defaults; on top of them are switched on OpenID Connect, logout and registration by everybody.
"""

import json
import os
import sys
import tempfile
import threading
from importlib.metadata import version
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from jwcrypto.jwk import JWK

folder = tempfile.TemporaryDirectory()
redirect_uris = "http://localhost:8765/callback http://localhost:8765/other"
clients = [
    ("web", "web-secret", "confidential"),
    ("post", "post-secret", "confidential"),
    ("second", "second-secret", "confidential"),
    ("spa", "", "public"),
]


def configure(issuer):
    settings.configure(
        SECRET_KEY=os.urandom(32).hex(),
        ALLOWED_HOSTS=["127.0.0.1", "localhost"],
        ROOT_URLCONF="urls",
        USE_TZ=True,
        INSTALLED_APPS=[
            "django.contrib.admin",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.messages",
            "django.contrib.sessions",
            "django.contrib.staticfiles",
            "oauth2_provider",
        ],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        TEMPLATES=[
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
        ],
        # SQLite has no row locks (select_for_update does nothing there): a transaction that locks the database for writing from
        # its start has the effect of a row lock.
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": Path(folder.name, "db.sqlite3"),
                "OPTIONS": {"timeout": 60, "transaction_mode": "IMMEDIATE", "init_command": "PRAGMA synchronous = OFF"},
            }
        },
        # A secret is hashed a million times by default, which is 0.4 s of each request; the checks send thousands.
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STATIC_URL="static/",
        LOGIN_URL="/admin/login/",
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        OAUTH2_PROVIDER={
            "SCOPES": {"openid": "OpenID Connect", "email": "Your address", "profile": "Your name"},
            "DEFAULT_SCOPES": ["openid"],
            "OAUTH2_VALIDATOR_CLASS": "validator.Validator",
            "OIDC_ENABLED": True,
            "OIDC_ISS_ENDPOINT": issuer,
            "OIDC_RSA_PRIVATE_KEY": JWK.generate(kty="RSA", size=2048).export_to_pem(private_key=True, password=None).decode(),
            "OIDC_RP_INITIATED_LOGOUT_ENABLED": True,
            "DCR_ENABLED": True,
            "DCR_REGISTRATION_PERMISSION_CLASSES": ("oauth2_provider.dcr.AllowAllDCRPermission",),
        },
    )
    django.setup()


def fill_database():
    from django.contrib.auth.models import User
    from oauth2_provider.models import Application

    call_command("migrate", verbosity=0)
    # The admin's sign-in page accepts staff only.
    User.objects.create_user("ada", "ada@example.com", "ada-password", first_name="Ada", is_staff=True)
    for client_id, secret, kind in clients:
        Application.objects.create(
            client_id=client_id,
            client_secret=secret,
            client_type=kind,
            name=client_id,
            redirect_uris=redirect_uris,
            authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
            algorithm=Application.RS256_ALGORITHM,
        )


class Handler(WSGIRequestHandler):
    def address_string(self):
        return self.client_address[0]

    def log_message(self, *_):
        pass


class Server(ThreadedWSGIServer):
    daemon_threads = True
    request_queue_size = 128


def main():
    threading.Thread(target=lambda: (sys.stdin.buffer.read(), folder.cleanup(), os._exit(0)), daemon=True).start()
    listening = Server(("127.0.0.1", 0), Handler)
    origin = f"http://127.0.0.1:{listening.server_port}"
    configure(origin + "/o")
    fill_database()
    listening.set_app(get_wsgi_application())
    name = "django-oauth-toolkit"
    print(json.dumps({"ready": True, "issuer": origin + "/o", "server": name, "version": version(name)}), flush=True)
    listening.serve_forever()


main()
