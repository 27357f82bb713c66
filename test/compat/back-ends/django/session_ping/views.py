import json, re, time
from urllib.parse import urlsplit
from django.contrib.auth import logout
from django.db.models.functions import Greatest
from django.http import HttpResponseNotAllowed, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from .models import Activity

WARN_MS, EXPIRE_MS = 540_000, 600_000


def touch(key, idle_ms=None):
    now = time.time_ns() // 1_000_000
    living = Activity.objects.filter(session=key or '', ended='')
    living.filter(active_at__lte=now - EXPIRE_MS).update(ended='idle')
    if idle_ms is not None:
        living.update(active_at=Greatest('active_at', now - idle_ms))
    return Activity.objects.filter(session=key or '').first(), now


def is_own(request):
    site, origin = request.headers.get('Sec-Fetch-Site'), request.headers.get('Origin', '')
    return site == 'same-origin' if site else urlsplit(origin).netloc == request.get_host()


def is_ping(ping):
    if type(ping) is not dict or not ping.keys() <= {'v', 'idleMs', 'owner'}:
        return False
    v, idle, owner = ping.get('v'), ping.get('idleMs', 0), ping.get('owner', '-')
    return (type(v), v, type(idle)) == (int, 1, int) and 0 <= idle < 2**53 and bool(re.fullmatch(r'[\w-]{1,64}', str(owner), re.A))


def problem(status, title):
    return JsonResponse({'status': status, 'title': title}, status=status, content_type='application/problem+json')


@never_cache
@csrf_exempt  # The origin is looked at instead.
def ping(request):
    if request.method != 'POST':
        return HttpResponseNotAllowed(['POST'])
    if not is_own(request):
        return problem(403, 'Forbidden')
    try:
        body = json.loads(request.body) if request.content_type.lower() == 'application/json' else None
    except ValueError:
        body = None
    if len(request.body) > 1024 or not is_ping(body):
        return problem(400, 'Bad Request')
    known, now = touch(request.session.session_key, body.get('idleMs'))
    if known is None:
        return JsonResponse({'v': 1, 'state': 'none'})
    if known.ended:
        return JsonResponse({'v': 1, 'state': 'ended', 'reason': known.ended})
    limits = {'warnAfterMs': WARN_MS, 'expireAfterMs': EXPIRE_MS}
    return JsonResponse({'v': 1, 'state': 'live', 'idleMs': max(0, now - known.active_at), **limits})


def gate(get_response):  # In MIDDLEWARE, below AuthenticationMiddleware.
    def middleware(request):
        if request.path == '/session/ping':
            return get_response(request)
        is_person = request.headers.get('Sec-Fetch-User') == '?1' and 'Sec-Purpose' not in request.headers
        known, _ = touch(request.session.session_key, 0 if is_person else None)
        if known and known.ended:
            logout(request)
        return get_response(request)

    return middleware
