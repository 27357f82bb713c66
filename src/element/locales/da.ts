/** Danish. No native speaker has reviewed it yet. */
import type { Messages } from '../messages.js';

const messages: Messages = {
  lang: 'da',
  dir: 'ltr',
  idleTitle: 'Er du der stadig?',
  idleText: 'For at beskytte dine oplysninger bliver du logget ud, når tiden er gået.',
  anyHint: 'Bevæg musen, tryk på en tast eller rør ved skærmen for at forblive logget ind.',
  stay: 'Forbliv logget ind',
  signOut: 'Log ud nu',
  lifetimeTitle: 'Du bliver snart logget ud',
  lifetimeText: 'Du kan kun være logget ind i en begrænset periode. Gem dit arbejde, og log derefter ind igen.',
  carryOn: 'Fortsæt indtil videre',
  signInAgain: 'Log ind igen',
  left: 'Resterende tid: {time}.',
  endsAt: 'Sessionen slutter kl. {time}',
  confirming: 'Kontakter serveren …',
  unreachable: 'Der er ingen forbindelse til serveren. Du bliver muligvis logget ud.',
  confirmed: 'Du er stadig logget ind.',
  checking: 'Kontrollerer, om du stadig er logget ind …',
  ended: 'Du er blevet logget ud',
  'ended-idle': 'Der har ikke været aktivitet i et stykke tid.',
  'ended-lifetime': 'Du kan kun være logget ind i en begrænset periode.',
  'ended-signed-out': 'Du loggede ud i denne eller en anden fane.',
  'ended-revoked': 'Din session er ikke længere gyldig.',
  'ended-replaced': 'En anden person er logget ind i denne browser, eller du er selv logget ind igen.',
  locked: 'Log ind igen for at fortsætte',
  lockedText: 'Dit arbejde er bevaret på denne side. Loginsiden åbner i et nyt vindue.',
  lockedStay: 'Log ind (nyt vindue)',
  looped: 'Du bliver hver gang logget ud, lige efter at du er logget ind. Kontakt webstedets administrator.',
};

export default messages;
