/** Slovak. No native speaker has reviewed it yet. */
import type { Messages } from '../messages.js';

const messages: Messages = {
  lang: 'sk',
  dir: 'ltr',
  idleTitle: 'Ste tu ešte?',
  idleText: 'Na ochranu vašich údajov vás po uplynutí času odhlásime.',
  anyHint: 'Prihlásenie predĺžite pohybom myši, stlačením klávesu alebo dotykom obrazovky.',
  stay: 'Predĺžiť prihlásenie',
  signOut: 'Odhlásiť sa teraz',
  lifetimeTitle: 'Prihlásenie sa čoskoro skončí',
  lifetimeText: 'Prihlásenie je časovo obmedzené. Uložte si prácu a prihláste sa znova.',
  carryOn: 'Zatiaľ pokračovať',
  signInAgain: 'Prihlásiť sa znova',
  left: 'Zostávajúci čas: {time}.',
  endsAt: 'Prihlásenie sa skončí o {time}',
  confirming: 'Overuje sa na serveri…',
  unreachable: 'Server nie je dostupný. Vaše prihlásenie sa môže skončiť.',
  confirmed: 'Vaše prihlásenie stále platí.',
  checking: 'Overuje sa, či vaše prihlásenie stále platí…',
  ended: 'Vaše prihlásenie sa skončilo',
  'ended-idle': 'Dlhší čas nebola zaznamenaná žiadna aktivita.',
  'ended-lifetime': 'Prihlásenie je časovo obmedzené.',
  'ended-signed-out': 'Odhlásili ste sa na tejto alebo inej karte.',
  'ended-revoked': 'Vaše prihlásenie už nie je platné.',
  'ended-replaced': 'V tomto prehliadači sa prihlásil niekto iný alebo ste sa prihlásili znova.',
  locked: 'Ak chcete pokračovať, prihláste sa znova',
  lockedText: 'Vaša práca na tejto stránke zostala zachovaná. Prihlásenie sa otvorí v novom okne.',
  lockedStay: 'Prihlásiť sa (nové okno)',
  looped: 'Zakaždým hneď po prihlásení dôjde k odhláseniu. Obráťte sa na správcu tohto webu.',
};

export default messages;
