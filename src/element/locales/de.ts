/** German. No native speaker has reviewed it yet. */
import type { Messages } from '../messages.js';

const messages: Messages = {
  lang: 'de',
  dir: 'ltr',
  idleTitle: 'Sind Sie noch da?',
  idleText: 'Zum Schutz Ihrer Daten werden Sie nach Ablauf der Zeit abgemeldet.',
  anyHint: 'Bewegen Sie die Maus, drücken Sie eine Taste oder berühren Sie den Bildschirm, um angemeldet zu bleiben.',
  stay: 'Angemeldet bleiben',
  signOut: 'Jetzt abmelden',
  lifetimeTitle: 'Sie werden bald abgemeldet',
  lifetimeText:
    'Eine Anmeldung gilt nur für begrenzte Zeit. Speichern Sie Ihre Arbeit und melden Sie sich dann erneut an.',
  carryOn: 'Vorerst weiterarbeiten',
  signInAgain: 'Erneut anmelden',
  left: 'Verbleibende Zeit: {time}.',
  endsAt: 'Sitzung endet um {time} Uhr',
  confirming: 'Rückfrage beim Server …',
  unreachable: 'Der Server ist nicht erreichbar. Möglicherweise werden Sie abgemeldet.',
  confirmed: 'Sie sind weiterhin angemeldet.',
  checking: 'Es wird geprüft, ob Sie noch angemeldet sind …',
  ended: 'Sie wurden abgemeldet',
  'ended-idle': 'Es gab längere Zeit keine Aktivität.',
  'ended-lifetime': 'Eine Anmeldung gilt nur für begrenzte Zeit.',
  'ended-signed-out': 'Sie haben sich hier oder in einem anderen Tab abgemeldet.',
  'ended-revoked': 'Ihre Sitzung ist nicht mehr gültig.',
  'ended-replaced': 'In diesem Browser hat sich jemand anderes angemeldet, oder Sie haben sich neu angemeldet.',
  locked: 'Melden Sie sich wieder an, um weiterzuarbeiten',
  lockedText: 'Ihre Arbeit bleibt auf dieser Seite erhalten. Die Anmeldung öffnet sich in einem neuen Fenster.',
  lockedStay: 'Anmelden (neues Fenster)',
  looped:
    'Sie werden nach jeder Anmeldung sofort wieder abgemeldet. Bitte wenden Sie sich an die Administration dieser Website.',
};

export default messages;
