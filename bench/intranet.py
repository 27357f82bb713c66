"""The intranet of test/compat with Debian's Django and django-session-security, for gunicorn: `SITE_DATA` is its folder."""

import importlib.util
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))

spec = importlib.util.spec_from_file_location('site_of_compat', os.path.join(HERE, '../test/compat/site/site.py'))
site = importlib.util.module_from_spec(spec)
sys.modules['site_of_compat'] = site
spec.loader.exec_module(site)

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

# What it notes of each query while debugging is not the original's doing.
settings.DEBUG = False
site.urlpatterns.append(path('empty/', lambda request: HttpResponse('')))
call_command('migrate', verbosity=0)
User.objects.create_user('ana', password='heron')
application = get_wsgi_application()
