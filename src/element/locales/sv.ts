/** Swedish. No native speaker has reviewed it yet. */
import type { Messages } from '../messages.js';

const messages: Messages = {
  lang: 'sv',
  dir: 'ltr',
  idleTitle: 'Är du kvar?',
  idleText: 'För att skydda dina uppgifter loggas du ut när tiden är slut.',
  anyHint: 'Flytta musen, tryck på en tangent eller rör vid skärmen för att fortsätta vara inloggad.',
  stay: 'Fortsätt vara inloggad',
  signOut: 'Logga ut nu',
  lifetimeTitle: 'Du loggas snart ut',
  lifetimeText: 'Du kan bara vara inloggad en begränsad tid. Spara ditt arbete och logga sedan in igen.',
  carryOn: 'Fortsätt tills vidare',
  signInAgain: 'Logga in igen',
  left: 'Tid kvar: {time}.',
  endsAt: 'Sessionen avslutas kl. {time}',
  confirming: 'Kontaktar servern …',
  unreachable: 'Det går inte att nå servern. Du kan komma att loggas ut.',
  confirmed: 'Du är fortfarande inloggad.',
  checking: 'Kontrollerar om du fortfarande är inloggad …',
  ended: 'Du har loggats ut',
  'ended-idle': 'Det har inte varit någon aktivitet på ett tag.',
  'ended-lifetime': 'Du kan bara vara inloggad en begränsad tid.',
  'ended-signed-out': 'Du loggade ut i den här eller en annan flik.',
  'ended-revoked': 'Din session är inte längre giltig.',
  'ended-replaced': 'Någon annan har loggat in i den här webbläsaren, eller så har du loggat in på nytt.',
  locked: 'Logga in igen för att fortsätta',
  lockedText: 'Ditt arbete finns kvar på den här sidan. Inloggningen öppnas i ett nytt fönster.',
  lockedStay: 'Logga in (nytt fönster)',
  looped: 'Du loggas ut direkt efter varje inloggning. Kontakta den som ansvarar för webbplatsen.',
};

export default messages;
