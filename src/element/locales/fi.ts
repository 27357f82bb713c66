/** Finnish. No native speaker has reviewed it yet. */
import type { Messages } from '../messages.js';

const messages: Messages = {
  lang: 'fi',
  dir: 'ltr',
  idleTitle: 'Oletko vielä siellä?',
  idleText: 'Tietojesi suojaamiseksi sinut kirjataan ulos, kun aika päättyy.',
  anyHint: 'Pysy kirjautuneena liikuttamalla hiirtä, painamalla näppäintä tai koskettamalla näyttöä.',
  stay: 'Pysy kirjautuneena',
  signOut: 'Kirjaudu ulos nyt',
  lifetimeTitle: 'Sinut kirjataan pian ulos',
  lifetimeText: 'Kirjautuminen on voimassa vain rajallisen ajan. Tallenna työsi ja kirjaudu sitten uudelleen.',
  carryOn: 'Jatka toistaiseksi',
  signInAgain: 'Kirjaudu uudelleen',
  left: 'Aikaa jäljellä: {time}.',
  endsAt: 'Istunto päättyy klo {time}',
  confirming: 'Tarkistetaan palvelimelta…',
  unreachable: 'Palvelimeen ei saada yhteyttä. Sinut saatetaan kirjata ulos.',
  confirmed: 'Olet edelleen kirjautuneena.',
  checking: 'Tarkistetaan, oletko edelleen kirjautuneena…',
  ended: 'Sinut on kirjattu ulos',
  'ended-idle': 'Toimintaa ei ole havaittu vähään aikaan.',
  'ended-lifetime': 'Kirjautuminen on voimassa vain rajallisen ajan.',
  'ended-signed-out': 'Kirjauduit ulos tällä tai toisella välilehdellä.',
  'ended-revoked': 'Istuntosi ei ole enää voimassa.',
  'ended-replaced': 'Joku muu on kirjautunut sisään tässä selaimessa, tai olet itse kirjautunut uudelleen.',
  locked: 'Jatka kirjautumalla uudelleen',
  lockedText: 'Työsi säilyy tällä sivulla. Kirjautuminen avautuu uuteen ikkunaan.',
  lockedStay: 'Kirjaudu (uusi ikkuna)',
  looped: 'Sinut kirjataan joka kerta ulos heti kirjautumisen jälkeen. Ota yhteyttä sivuston ylläpitoon.',
};

export default messages;
