/** Dutch. No native speaker has reviewed it yet. */
import type { Messages } from '../messages.js';

const messages: Messages = {
  lang: 'nl',
  dir: 'ltr',
  idleTitle: 'Bent u er nog?',
  idleText: 'Om uw gegevens te beschermen, wordt u uitgelogd als de tijd om is.',
  anyHint: 'Beweeg de muis, druk op een toets of raak het scherm aan om ingelogd te blijven.',
  stay: 'Ingelogd blijven',
  signOut: 'Nu uitloggen',
  lifetimeTitle: 'U wordt bijna uitgelogd',
  lifetimeText: 'U kunt maar beperkte tijd ingelogd blijven. Sla uw werk op en log daarna opnieuw in.',
  carryOn: 'Voorlopig doorgaan',
  signInAgain: 'Opnieuw inloggen',
  left: 'Resterende tijd: {time}.',
  endsAt: 'Sessie eindigt om {time} uur',
  confirming: 'Controleren bij de server…',
  unreachable: 'De server is niet bereikbaar. U wordt mogelijk uitgelogd.',
  confirmed: 'U bent nog ingelogd.',
  checking: 'Controleren of u nog ingelogd bent…',
  ended: 'U bent uitgelogd',
  'ended-idle': 'Er is enige tijd geen activiteit geweest.',
  'ended-lifetime': 'U kunt maar beperkte tijd ingelogd blijven.',
  'ended-signed-out': 'U hebt zelf uitgelogd in dit of een ander tabblad.',
  'ended-revoked': 'Uw sessie is niet meer geldig.',
  'ended-replaced': 'In deze browser heeft iemand anders ingelogd, of u hebt zelf opnieuw ingelogd.',
  locked: 'Log opnieuw in om door te gaan',
  lockedText: 'Uw werk blijft op deze pagina bewaard. Inloggen gebeurt in een nieuw venster.',
  lockedStay: 'Inloggen (nieuw venster)',
  looped: 'U wordt telkens meteen na het inloggen weer uitgelogd. Neem contact op met de beheerder van deze site.',
};

export default messages;
