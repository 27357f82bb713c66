import express from 'express';

const [WARN_MS, EXPIRE_MS] = [540_000, 600_000];
const sessions = new Map(); // by req.sessionID: { activeAt, ended }. Begin one at sign-in, with a new id; keep the ended.

/** One step, as nothing in it is awaited. In a database, the statements above. */
export function touch(id, idleMs) {
  const [session, now] = [sessions.get(id), Date.now()];
  if (!session || session.ended) return session;
  if (now - session.activeAt >= EXPIRE_MS) session.ended = 'idle';
  else if (idleMs !== undefined) session.activeAt = Math.max(session.activeAt, now - idleMs);
  return session;
}

export const begin = (id) => sessions.set(id, { activeAt: Date.now(), ended: null });
export const end = (id) => Object.assign(sessions.get(id) ?? {}, { ended: 'signed-out' });

const refuse = (res, status, title) => res.status(status).type('application/problem+json').send({ title, status });
const isOwn = (req) => {
  const [site, origin] = [req.get('Sec-Fetch-Site'), req.get('Origin')];
  return site ? site === 'same-origin' : URL.canParse(origin) && new URL(origin).host === req.get('Host');
};
const isPing = ({ v, idleMs = 0, owner = '-', ...more } = {}) =>
  v === 1 && Number.isSafeInteger(idleMs) && idleMs >= 0 && /^[\w-]{1,64}$/.test(owner) && !Object.keys(more).length;

export const sessionPing = express
  .Router()
  .use((req, res, next) => {
    res.set('Cache-Control', 'no-store');
    if (req.method !== 'POST') res.set('Allow', 'POST').sendStatus(405);
    else if (!isOwn(req)) refuse(res, 403, 'Forbidden');
    else next();
  })
  .post('/', express.json({ limit: 1024 }), (req, res) => {
    if (!isPing(req.body)) return refuse(res, 400, 'Bad Request');
    const session = touch(req.sessionID, req.body.idleMs);
    if (!session) res.send({ v: 1, state: 'none' });
    else if (session.ended) res.send({ v: 1, state: 'ended', reason: session.ended });
    else
      res.send({
        v: 1,
        state: 'live',
        idleMs: Date.now() - session.activeAt,
        warnAfterMs: WARN_MS,
        expireAfterMs: EXPIRE_MS,
      });
  })
  .use((error, req, res, next) => (error.status < 500 ? refuse(res, 400, 'Bad Request') : next(error))); // no JSON, or too much

/** Mount it below the ping and the sign-in, above all else. */
export function gate(req, res, next) {
  const isPerson = req.get('Sec-Fetch-User') === '?1' && !req.get('Sec-Purpose');
  const session = touch(req.sessionID, isPerson ? 0 : undefined);
  if (session?.ended) req.session.destroy(() => refuse(res, 401, 'Unauthorized'));
  else next();
}
