/** The back end of docs/protocol.md, with a sign-in. Prints the port that it listens on. */
import express from 'express';
import session from 'express-session';
import { begin, end, gate, sessionPing } from './session-ping.js';

const app = express()
  .use(session({ secret: 'known to this process', resave: false, saveUninitialized: false }))
  .use('/session/ping', sessionPing)
  .post('/sign-in', (req, res, next) => {
    req.session.regenerate((error) => {
      if (error) return next(error);
      req.session.user = 'ana';
      begin(req.sessionID);
      res.send('welcome');
    });
  })
  .use(gate)
  .post('/sign-out', (req, res) => {
    end(req.sessionID);
    res.send('bye');
  })
  .get('/', (req, res) => res.send(req.session.user ?? 'nobody'));
const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port));
