"""The back end of docs/protocol.md on Debian's Django, with a sign-in. Prints the port that it listens on."""

import os
import time

from django.conf import settings

settings.configure(
    SECRET_KEY='known to this process',
    ALLOWED_HOSTS=['127.0.0.1'],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=['django.contrib.auth', 'django.contrib.contenttypes', 'django.contrib.sessions', 'session_ping'],
    MIDDLEWARE=[
        'django.contrib.sessions.middleware.SessionMiddleware',
        'django.middleware.csrf.CsrfViewMiddleware',
        'django.contrib.auth.middleware.AuthenticationMiddleware',
        'session_ping.views.gate',
    ],
    DATABASES={'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': os.path.join(os.environ['SITE_DATA'], 'db')}},
    DEFAULT_AUTO_FIELD='django.db.models.AutoField',
)

import django

django.setup()

from django.contrib.auth import login
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from session_ping.models import Activity
from session_ping.views import ping


@csrf_exempt
def sign_in(request):
    login(request, User.objects.get(username='ana'))
    request.session.save()
    Activity.objects.create(session=request.session.session_key, active_at=time.time_ns() // 1_000_000)
    return HttpResponse('welcome')


@csrf_exempt
def sign_out(request):
    Activity.objects.filter(session=request.session.session_key, ended='').update(ended='signed-out')
    return HttpResponse('bye')


urlpatterns = [
    path('session/ping', ping),
    path('sign-in', sign_in),
    path('sign-out', sign_out),
    path('', lambda request: HttpResponse(request.user.username or 'nobody')),
]

if __name__ == '__main__':
    call_command('migrate', run_syncdb=True, verbosity=0)
    User.objects.create_user('ana')
    server = ThreadedWSGIServer(('127.0.0.1', 0), WSGIRequestHandler)
    server.daemon_threads = True
    server.set_app(get_wsgi_application())
    print(server.server_port, flush=True)
    server.serve_forever()
