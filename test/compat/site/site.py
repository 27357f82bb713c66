"""A small intranet with Debian's Django and django-session-security, both as they come. Prints the port it listens on."""

import os
import sys

from django.conf import settings

FOLDER = os.path.dirname(os.path.abspath(__file__))
DATA = os.environ['SITE_DATA']

settings.configure(
    SECRET_KEY=os.environ['SITE_SECRET'],
    DEBUG=True,
    ALLOWED_HOSTS=['*'],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=[
        'django.contrib.auth',
        'django.contrib.contenttypes',
        'django.contrib.sessions',
        'django.contrib.staticfiles',
        'session_security',
    ],
    MIDDLEWARE=[
        'django.contrib.sessions.middleware.SessionMiddleware',
        'django.middleware.csrf.CsrfViewMiddleware',
        'django.contrib.auth.middleware.AuthenticationMiddleware',
        'session_security.middleware.SessionSecurityMiddleware',
    ],
    TEMPLATES=[
        {
            'BACKEND': 'django.template.backends.django.DjangoTemplates',
            'DIRS': [os.path.join(FOLDER, 'templates')],
            'APP_DIRS': True,
            'OPTIONS': {
                'context_processors': [
                    'django.template.context_processors.request',
                    'django.contrib.auth.context_processors.auth',
                ]
            },
        }
    ],
    DATABASES={'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': os.path.join(DATA, 'site.sqlite3')}},
    DEFAULT_AUTO_FIELD='django.db.models.AutoField',
    STATIC_URL='/static/',
    STATICFILES_DIRS=[os.environ['SITE_ELEMENT']],
    LOGIN_URL='/login/',
    LOGIN_REDIRECT_URL='/',
    LOGOUT_REDIRECT_URL='/login/',
    SESSION_EXPIRE_AT_BROWSER_CLOSE=True,
    SESSION_SECURITY_WARN_AFTER=int(os.environ['WARN_AFTER']),
    SESSION_SECURITY_EXPIRE_AFTER=int(os.environ['EXPIRE_AFTER']),
)

import django

django.setup()

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView, LogoutView
from django.contrib.sessions.models import Session
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse
from django.shortcuts import render
from django.urls import include, path


@login_required
def home(request):
    return render(request, 'home.html')


def activities(request):
    """When each session was last active, as it stands in the database; asking by nobody leaves them alone."""
    data = [session.get_decoded() for session in Session.objects.all()]
    return JsonResponse([entry['_session_security'] for entry in data if '_session_security' in entry], safe=False)


urlpatterns = [
    path('', home),
    path('login/', LoginView.as_view(template_name='login.html')),
    path('logout/', LogoutView.as_view()),
    path('session_security/', include('session_security.urls')),
    path('activities/', activities),
]

if __name__ == '__main__':
    call_command('migrate', verbosity=0)
    User.objects.create_user('ana', password='heron')
    server = ThreadedWSGIServer(('127.0.0.1', 0), WSGIRequestHandler)
    server.daemon_threads = True
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    print(server.server_port, flush=True)
    server.serve_forever()
