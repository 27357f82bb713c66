/** Latvian. No native speaker has reviewed it yet. */
import type { Messages } from '../messages.js';

const messages: Messages = {
  lang: 'lv',
  dir: 'ltr',
  idleTitle: 'Vai jūs vēl esat šeit?',
  idleText: 'Lai aizsargātu jūsu datus, sesija tiks slēgta, kad beigsies laiks.',
  anyHint: 'Lai turpinātu sesiju, pakustiniet peli, nospiediet taustiņu vai pieskarieties ekrānam.',
  stay: 'Turpināt sesiju',
  signOut: 'Izrakstīties tagad',
  lifetimeTitle: 'Sesija drīz beigsies',
  lifetimeText: 'Sesijas ilgums ir ierobežots. Saglabājiet paveikto un pierakstieties vēlreiz.',
  carryOn: 'Pagaidām turpināt',
  signInAgain: 'Pierakstīties vēlreiz',
  left: 'Atlikušais laiks: {time}.',
  endsAt: 'Sesija beigsies plkst. {time}',
  confirming: 'Notiek pārbaude serverī…',
  unreachable: 'Serveris nav sasniedzams. Sesija var tikt slēgta.',
  confirmed: 'Jūsu sesija joprojām ir aktīva.',
  checking: 'Tiek pārbaudīts, vai jūsu sesija joprojām ir aktīva…',
  ended: 'Sesija ir beigusies',
  'ended-idle': 'Kādu laiku netika veiktas nekādas darbības.',
  'ended-lifetime': 'Sesijas ilgums ir ierobežots.',
  'ended-signed-out': 'Jūs izrakstījāties šajā vai citā cilnē.',
  'ended-revoked': 'Jūsu sesija vairs nav derīga.',
  'ended-replaced': 'Šajā pārlūkā ir pierakstījies kāds cits, vai arī jūs pierakstījāties vēlreiz.',
  locked: 'Lai turpinātu, pierakstieties vēlreiz',
  lockedText: 'Jūsu darbs šajā lapā nav zudis. Pierakstīšanās lapa tiks atvērta jaunā logā.',
  lockedStay: 'Pierakstīties (jauns logs)',
  looped: 'Sesija ikreiz beidzas uzreiz pēc pierakstīšanās. Sazinieties ar vietnes uzturētājiem.',
};

export default messages;
