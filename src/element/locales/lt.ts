/** Lithuanian. No native speaker has reviewed it yet. */
import type { Messages } from '../messages.js';

const messages: Messages = {
  lang: 'lt',
  dir: 'ltr',
  idleTitle: 'Ar vis dar esate čia?',
  idleText: 'Siekiant apsaugoti jūsų duomenis, pasibaigus laikui sesija bus baigta.',
  anyHint: 'Pajudinkite pelę, paspauskite klavišą arba palieskite ekraną, kad sesija būtų tęsiama.',
  stay: 'Tęsti sesiją',
  signOut: 'Atsijungti dabar',
  lifetimeTitle: 'Sesija netrukus baigsis',
  lifetimeText: 'Sesijos trukmė ribota. Išsaugokite savo darbą ir prisijunkite iš naujo.',
  carryOn: 'Kol kas tęsti',
  signInAgain: 'Prisijungti iš naujo',
  left: 'Likęs laikas: {time}.',
  endsAt: 'Sesijos pabaiga: {time}',
  confirming: 'Tikrinama serveryje…',
  unreachable: 'Serveris nepasiekiamas. Sesija gali būti nutraukta.',
  confirmed: 'Jūsų sesija vis dar aktyvi.',
  checking: 'Tikrinama, ar jūsų sesija vis dar aktyvi…',
  ended: 'Sesija baigėsi',
  'ended-idle': 'Kurį laiką nebuvo jokios veiklos.',
  'ended-lifetime': 'Sesijos trukmė ribota.',
  'ended-signed-out': 'Atsijungėte šioje arba kitoje kortelėje.',
  'ended-revoked': 'Jūsų sesija nebegalioja.',
  'ended-replaced': 'Šioje naršyklėje prisijungė kas nors kitas arba iš naujo prisijungėte jūs.',
  locked: 'Jei norite tęsti, prisijunkite iš naujo',
  lockedText: 'Jūsų darbas šiame puslapyje neprarastas. Prisijungimas atsidarys naujame lange.',
  lockedStay: 'Prisijungti (naujas langas)',
  looped: 'Sesija kaskart baigiasi iškart po prisijungimo. Kreipkitės į svetainės administratorius.',
};

export default messages;
