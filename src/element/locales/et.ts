/** Estonian. No native speaker has reviewed it yet. */
import type { Messages } from '../messages.js';

const messages: Messages = {
  lang: 'et',
  dir: 'ltr',
  idleTitle: 'Kas olete veel seal?',
  idleText: 'Teie andmete kaitseks logitakse teid aja lõppedes välja.',
  anyHint: 'Sisselogituks jäämiseks liigutage hiirt, vajutage klahvi või puudutage ekraani.',
  stay: 'Jää sisselogituks',
  signOut: 'Logi kohe välja',
  lifetimeTitle: 'Teid logitakse peagi välja',
  lifetimeText: 'Sisse logituna saab olla vaid piiratud aja. Salvestage oma töö ja logige siis uuesti sisse.',
  carryOn: 'Jätka esialgu',
  signInAgain: 'Logi uuesti sisse',
  left: 'Aega jäänud: {time}.',
  endsAt: 'Seanss lõpeb kell {time}',
  confirming: 'Kontrollimine serveris…',
  unreachable: 'Serveriga ei saa ühendust. Võimalik, et teid logitakse välja.',
  confirmed: 'Olete endiselt sisse logitud.',
  checking: 'Kontrollitakse, kas olete endiselt sisse logitud…',
  ended: 'Teid on välja logitud',
  'ended-idle': 'Mõnda aega ei toimunud mingit tegevust.',
  'ended-lifetime': 'Sisse logituna saab olla vaid piiratud aja.',
  'ended-signed-out': 'Logisite välja sellel või mõnel teisel vahekaardil.',
  'ended-revoked': 'Teie seanss ei kehti enam.',
  'ended-replaced': 'Selles brauseris on sisse loginud keegi teine või logisite ise uuesti sisse.',
  locked: 'Jätkamiseks logige uuesti sisse',
  lockedText: 'Teie töö on sellel lehel alles. Sisselogimine avaneb uues aknas.',
  lockedStay: 'Logi sisse (uus aken)',
  looped: 'Teid logitakse iga kord kohe pärast sisselogimist välja. Võtke ühendust saidi haldajaga.',
};

export default messages;
