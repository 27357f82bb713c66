/** Romanian. No native speaker has reviewed it yet. */
import type { Messages } from '../messages.js';

const messages: Messages = {
  lang: 'ro',
  dir: 'ltr',
  idleTitle: 'Mai sunteți aici?',
  idleText: 'Pentru a vă proteja informațiile, sesiunea se va închide la expirarea timpului.',
  anyHint: 'Mișcați mouse-ul, apăsați o tastă sau atingeți ecranul pentru a păstra sesiunea deschisă.',
  stay: 'Păstrați sesiunea deschisă',
  signOut: 'Deconectați-vă acum',
  lifetimeTitle: 'Sesiunea se va închide în curând',
  lifetimeText: 'Durata sesiunii este limitată. Salvați-vă munca, apoi conectați-vă din nou.',
  carryOn: 'Continuați deocamdată',
  signInAgain: 'Conectați-vă din nou',
  left: 'Timp rămas: {time}.',
  endsAt: 'Sesiunea se încheie la ora {time}',
  confirming: 'Se contactează serverul…',
  unreachable: 'Serverul nu poate fi contactat. Este posibil ca sesiunea să se închidă.',
  confirmed: 'Sesiunea este în continuare deschisă.',
  checking: 'Se verifică dacă sesiunea mai este deschisă…',
  ended: 'Sesiunea s-a încheiat',
  'ended-idle': 'O vreme nu a existat nicio activitate.',
  'ended-lifetime': 'Durata sesiunii este limitată.',
  'ended-signed-out': 'V-ați deconectat în această filă sau în alta.',
  'ended-revoked': 'Sesiunea dumneavoastră nu mai este valabilă.',
  'ended-replaced': 'În acest browser a fost începută o altă sesiune, de dumneavoastră sau de altcineva.',
  locked: 'Conectați-vă din nou pentru a continua',
  lockedText: 'Munca dumneavoastră rămâne pe această pagină. Conectarea se deschide într-o fereastră nouă.',
  lockedStay: 'Conectare (fereastră nouă)',
  looped: 'Sesiunea se închide de fiecare dată imediat după conectare. Contactați administratorii acestui site.',
};

export default messages;
