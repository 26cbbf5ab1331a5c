"""A Django site that signs people in with django-allauth's OpenID Connect provider, as its quick start sets it up.

It knows nothing of Assay. `app.py --prepare` makes the empty database once; a run works on a copy of its own. A person begins
at allauth's own page, whose form (with Django's CSRF token) starts the sign-in, and ends at /, which says who is signed in.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

EMPTY = Path(__file__).resolve().parent / "bin" / "empty.sqlite3"


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


def with_database(path):
    os.environ.update(DATABASE=str(path), DJANGO_SETTINGS_MODULE="settings")


def prepare():
    EMPTY.parent.mkdir(exist_ok=True)
    EMPTY.unlink(missing_ok=True)
    with_database(EMPTY)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def serve(folder):
    with_database(shutil.copyfile(EMPTY, Path(folder) / "db.sqlite3"))
    from django.core.wsgi import get_wsgi_application

    site = get_wsgi_application()
    with make_server("127.0.0.1", int(os.environ["PORT"]), site, Server, WSGIRequestHandler) as server:
        server.serve_forever()


if "--prepare" in sys.argv:
    prepare()
else:
    with tempfile.TemporaryDirectory(prefix="allauth-") as own:
        serve(own)
