<?php

// The back end of docs/protocol.md on Debian's Laravel, with a sign-in, as PHP's own server calls it for each request.

require 'Illuminate/autoload.php';
require __DIR__ . '/SessionPing.php';

use Illuminate\Http\Request;
use Illuminate\Support\Facades\DB;
use Illuminate\Support\Facades\Facade;

$data = getenv('SITE_DATA');
$app = new Illuminate\Foundation\Application($data);
$app->instance('config', new Illuminate\Config\Repository([
    'app' => ['key' => str_repeat('k', 32), 'cipher' => 'AES-256-CBC', 'debug' => true],
    'database' => ['default' => 'site', 'connections' => ['site' => ['driver' => 'sqlite', 'database' => "$data/db"]]],
    'session' => [
        'driver' => 'file', 'files' => "$data/sessions", 'lifetime' => 120, 'expire_on_close' => false, 'lottery' => [0, 1],
        'cookie' => 'sid', 'path' => '/', 'domain' => null, 'secure' => false, 'http_only' => true, 'same_site' => 'lax',
    ],
]));
Facade::setFacadeApplication($app);
$app->singleton(Illuminate\Contracts\Debug\ExceptionHandler::class, Illuminate\Foundation\Exceptions\Handler::class);
foreach (['Filesystem\Filesystem', 'Encryption\Encryption', 'Cookie\Cookie', 'Session\Session', 'Database\Database'] as $name) {
    $app->register("Illuminate\\{$name}ServiceProvider");
}
$app->boot();

if (!file_exists("$data/db")) {
    mkdir("$data/sessions");
    touch("$data/db");
    DB::statement('CREATE TABLE activity (session TEXT PRIMARY KEY, active_at INTEGER NOT NULL, ended TEXT)');
}

$router = $app['router'];
$router->group(['middleware' => [Illuminate\Session\Middleware\StartSession::class]], function ($router) {
    $router->any('/session/ping', SessionPing::class);
    $router->post('/sign-in', function (Request $request) {
        $request->session()->regenerate();
        $request->session()->put(['user' => 'ana', 'activity' => SessionPing::begin()]);
        return 'welcome';
    });
    $router->group(['middleware' => [SessionPing::class]], function ($router) {
        $router->post('/sign-out', function (Request $request) {
            DB::table('activity')->where('session', $request->session()->get('activity'))->update(['ended' => 'signed-out']);
            return 'bye';
        });
        $router->get('/', fn (Request $request) => $request->session()->get('user', 'nobody'));
    });
});

$request = Request::capture();
$app->instance('request', $request);
$router->dispatch($request)->send();
