<?php

// In routes/web.php: Route::any('/session/ping', SessionPing::class), without the middleware that verifies CSRF tokens.

use Illuminate\Http\JsonResponse;
use Illuminate\Http\Request;
use Illuminate\Support\Facades\DB;

class SessionPing
{
    const WARN_MS = 540_000;
    const EXPIRE_MS = 600_000;

    /** At sign-in, after the session's id is new: session(['activity' => SessionPing::begin()]). Delete no row too soon. */
    public static function begin(): string
    {
        DB::table('activity')->insert(['session' => $key = bin2hex(random_bytes(16)), 'active_at' => self::now()]);
        return $key;
    }

    public static function touch(?string $key, ?int $idleMs = null): ?object
    {
        $now = self::now();
        $living = fn () => DB::table('activity')->where('session', $key)->whereNull('ended');
        $living()->where('active_at', '<=', $now - self::EXPIRE_MS)->update(['ended' => 'idle']);
        if ($idleMs !== null) {
            $living()->where('active_at', '<', $now - $idleMs)->update(['active_at' => $now - $idleMs]);
        }
        return $key === null ? null : DB::table('activity')->where('session', $key)->first();
    }

    public function __invoke(Request $request)
    {
        if ($request->getRealMethod() !== 'POST') {
            return $this->answer(405, null, ['Allow' => 'POST']);
        }
        if (!$this->isOwn($request)) {
            return $this->problem(403, 'Forbidden');
        }
        $ping = $this->read($request);
        if ($ping === null) {
            return $this->problem(400, 'Bad Request');
        }
        $known = self::touch($request->session()->get('activity'), $ping['idleMs'] ?? null);
        return $this->answer(200, match (true) {
            $known === null => ['v' => 1, 'state' => 'none'],
            $known->ended !== null => ['v' => 1, 'state' => 'ended', 'reason' => $known->ended],
            default => ['v' => 1, 'state' => 'live', 'idleMs' => max(0, self::now() - (int) $known->active_at),
                'warnAfterMs' => self::WARN_MS, 'expireAfterMs' => self::EXPIRE_MS],
        });
    }

    /** As middleware below StartSession, for all routes but the ping and the sign-in. */
    public function handle(Request $request, Closure $next)
    {
        $isPerson = $request->header('Sec-Fetch-User') === '?1' && !$request->header('Sec-Purpose');
        $known = self::touch($request->session()->get('activity'), $isPerson ? 0 : null);
        if ($known?->ended) {
            $request->session()->invalidate();
        }
        return $next($request);
    }

    private function isOwn(Request $request): bool
    {
        $site = $request->header('Sec-Fetch-Site');
        $origin = preg_replace('#^https?://#', '', $request->header('Origin', ''));
        return $site === null ? $origin === $request->getHttpHost() : $site === 'same-origin';
    }

    private function read(Request $request): ?array
    {
        [$type] = explode(';', strtolower($request->header('Content-Type', '')));
        $body = $request->getContent();
        $ping = json_decode($body, true);
        if (trim($type) !== 'application/json' || strlen($body) > 1024 || !str_starts_with(ltrim($body), '{') || !is_array($ping)) {
            return null;
        }
        $idle = array_key_exists('idleMs', $ping) ? $ping['idleMs'] : 0;
        $owner = array_key_exists('owner', $ping) ? $ping['owner'] : '-';
        $isPing = ($ping['v'] ?? null) === 1 && is_int($idle) && $idle >= 0 && $idle < 2 ** 53
            && is_string($owner) && preg_match('/^[\w-]{1,64}$/D', $owner) && !array_diff(array_keys($ping), ['v', 'idleMs', 'owner']);
        return $isPing ? $ping : null;
    }

    private function problem(int $status, string $title)
    {
        return $this->answer($status, ['title' => $title, 'status' => $status], ['Content-Type' => 'application/problem+json']);
    }

    private function answer(int $status, $body, array $headers = [])
    {
        return new JsonResponse($body, $status, $headers + ['Cache-Control' => 'no-store']);
    }

    private static function now(): int
    {
        return (int) (microtime(true) * 1000);
    }
}
