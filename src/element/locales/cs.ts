/** Czech. No native speaker has reviewed it yet. */
import type { Messages } from '../messages.js';

const messages: Messages = {
  lang: 'cs',
  dir: 'ltr',
  idleTitle: 'Jste tu ještě?',
  idleText: 'Z důvodu ochrany vašich údajů vás po uplynutí času odhlásíme.',
  anyHint: 'Přihlášení prodloužíte pohybem myši, stisknutím klávesy nebo dotykem obrazovky.',
  stay: 'Prodloužit přihlášení',
  signOut: 'Odhlásit se nyní',
  lifetimeTitle: 'Přihlášení brzy skončí',
  lifetimeText: 'Přihlášení je časově omezené. Uložte si práci a přihlaste se znovu.',
  carryOn: 'Zatím pokračovat',
  signInAgain: 'Přihlásit se znovu',
  left: 'Zbývající čas: {time}.',
  endsAt: 'Konec přihlášení: {time}',
  confirming: 'Ověřuje se na serveru…',
  unreachable: 'Server není dostupný. Vaše přihlášení může skončit.',
  confirmed: 'Vaše přihlášení stále platí.',
  checking: 'Ověřuje se, zda vaše přihlášení stále platí…',
  ended: 'Vaše přihlášení skončilo',
  'ended-idle': 'Delší dobu nebyla zaznamenána žádná aktivita.',
  'ended-lifetime': 'Přihlášení je časově omezené.',
  'ended-signed-out': 'Odhlášení proběhlo na váš pokyn, na této nebo jiné kartě.',
  'ended-revoked': 'Vaše přihlášení už není platné.',
  'ended-replaced': 'V tomto prohlížeči se přihlásil někdo jiný, nebo proběhlo vaše nové přihlášení.',
  locked: 'Chcete-li pokračovat, přihlaste se znovu',
  lockedText: 'Vaše práce na této stránce zůstala zachována. Přihlášení se otevře v novém okně.',
  lockedStay: 'Přihlásit se (nové okno)',
  looped: 'Pokaždé hned po přihlášení dojde k odhlášení. Obraťte se prosím na správce tohoto webu.',
};

export default messages;
