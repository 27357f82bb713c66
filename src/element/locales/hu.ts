/** Hungarian. No native speaker has reviewed it yet. */
import type { Messages } from '../messages.js';

const messages: Messages = {
  lang: 'hu',
  dir: 'ltr',
  idleTitle: 'Itt van még?',
  idleText: 'Adatai védelmében a rendszer az idő lejártakor kijelentkezteti Önt.',
  anyHint:
    'A bejelentkezés fenntartásához mozgassa meg az egeret, nyomjon meg egy billentyűt, vagy érintse meg a képernyőt.',
  stay: 'Bejelentkezve maradok',
  signOut: 'Kijelentkezés most',
  lifetimeTitle: 'A rendszer hamarosan kijelentkezteti Önt',
  lifetimeText: 'A bejelentkezés csak korlátozott ideig érvényes. Mentse a munkáját, majd jelentkezzen be újra.',
  carryOn: 'Folytatás egyelőre',
  signInAgain: 'Újbóli bejelentkezés',
  left: 'Hátralévő idő: {time}.',
  endsAt: 'A munkamenet vége: {time}',
  confirming: 'Ellenőrzés a kiszolgálón…',
  unreachable: 'A kiszolgáló nem érhető el. Előfordulhat, hogy a rendszer kijelentkezteti Önt.',
  confirmed: 'Továbbra is be van jelentkezve.',
  checking: 'Ellenőrizzük, hogy be van-e még jelentkezve…',
  ended: 'A munkamenet véget ért',
  'ended-idle': 'Egy ideig nem volt tevékenység.',
  'ended-lifetime': 'A bejelentkezés csak korlátozott ideig érvényes.',
  'ended-signed-out': 'Ön kijelentkezett ezen vagy egy másik lapon.',
  'ended-revoked': 'A munkamenete már nem érvényes.',
  'ended-replaced': 'Ebben a böngészőben valaki más jelentkezett be, vagy Ön jelentkezett be újra.',
  locked: 'A folytatáshoz jelentkezzen be újra',
  lockedText: 'A munkája megmaradt ezen az oldalon. A bejelentkezés új ablakban nyílik meg.',
  lockedStay: 'Bejelentkezés (új ablak)',
  looped:
    'A rendszer minden alkalommal rögtön a bejelentkezés után kijelentkezteti Önt. Kérjük, forduljon a webhely üzemeltetőjéhez.',
};

export default messages;
