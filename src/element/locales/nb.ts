/** Norwegian Bokmål. No native speaker has reviewed it yet. */
import type { Messages } from '../messages.js';

const messages: Messages = {
  lang: 'nb',
  dir: 'ltr',
  idleTitle: 'Er du der fortsatt?',
  idleText: 'For å beskytte opplysningene dine blir du logget ut når tiden er ute.',
  anyHint: 'Beveg musen, trykk på en tast eller berør skjermen for å forbli innlogget.',
  stay: 'Forbli innlogget',
  signOut: 'Logg ut nå',
  lifetimeTitle: 'Du blir snart logget ut',
  lifetimeText: 'Du kan bare være innlogget en begrenset tid. Lagre arbeidet ditt, og logg deretter inn på nytt.',
  carryOn: 'Fortsett foreløpig',
  signInAgain: 'Logg inn på nytt',
  left: 'Gjenstående tid: {time}.',
  endsAt: 'Økten avsluttes kl. {time}',
  confirming: 'Kontakter serveren …',
  unreachable: 'Serveren kan ikke nås. Det kan hende du blir logget ut.',
  confirmed: 'Du er fortsatt innlogget.',
  checking: 'Kontrollerer om du fortsatt er innlogget …',
  ended: 'Du er logget ut',
  'ended-idle': 'Det har ikke vært noen aktivitet på en stund.',
  'ended-lifetime': 'Du kan bare være innlogget en begrenset tid.',
  'ended-signed-out': 'Du logget ut i denne eller en annen fane.',
  'ended-revoked': 'Økten din er ikke lenger gyldig.',
  'ended-replaced': 'Noen andre har logget inn i denne nettleseren, eller du har logget inn på nytt.',
  locked: 'Logg inn på nytt for å fortsette',
  lockedText: 'Arbeidet ditt er bevart på denne siden. Innloggingen åpnes i et nytt vindu.',
  lockedStay: 'Logg inn (nytt vindu)',
  looped: 'Du blir logget ut rett etter hver innlogging. Kontakt de ansvarlige for nettstedet.',
};

export default messages;
