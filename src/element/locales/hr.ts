/** Croatian. No native speaker has reviewed it yet. */
import type { Messages } from '../messages.js';

const messages: Messages = {
  lang: 'hr',
  dir: 'ltr',
  idleTitle: 'Jeste li još ovdje?',
  idleText: 'Radi zaštite vaših podataka bit ćete odjavljeni kada vrijeme istekne.',
  anyHint: 'Pomaknite miš, pritisnite tipku ili dodirnite zaslon kako biste ostali prijavljeni.',
  stay: 'Ostanite prijavljeni',
  signOut: 'Odjavite se sada',
  lifetimeTitle: 'Uskoro ćete biti odjavljeni',
  lifetimeText: 'Prijava je vremenski ograničena. Spremite svoj rad, a zatim se ponovno prijavite.',
  carryOn: 'Nastavite zasad',
  signInAgain: 'Prijavite se ponovno',
  left: 'Preostalo vrijeme: {time}.',
  endsAt: 'Sesija završava u {time}',
  confirming: 'Provjera na poslužitelju…',
  unreachable: 'Poslužitelj nije dostupan. Možda ćete biti odjavljeni.',
  confirmed: 'I dalje ste prijavljeni.',
  checking: 'Provjerava se jeste li i dalje prijavljeni…',
  ended: 'Odjavljeni ste',
  'ended-idle': 'Neko vrijeme nije bilo aktivnosti.',
  'ended-lifetime': 'Prijava je vremenski ograničena.',
  'ended-signed-out': 'Odjavili ste se na ovoj ili drugoj kartici.',
  'ended-revoked': 'Vaša sesija više nije valjana.',
  'ended-replaced': 'U ovom se pregledniku prijavio netko drugi ili ste se ponovno prijavili vi.',
  locked: 'Za nastavak se ponovno prijavite',
  lockedText: 'Vaš je rad na ovoj stranici sačuvan. Prijava se otvara u novom prozoru.',
  lockedStay: 'Prijava (novi prozor)',
  looped: 'Svaki put budete odjavljeni odmah nakon prijave. Obratite se administratorima ovog web-mjesta.',
};

export default messages;
