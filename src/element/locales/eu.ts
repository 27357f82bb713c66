/** Basque. No native speaker has reviewed it yet. */
import type { Messages } from '../messages.js';

const messages: Messages = {
  lang: 'eu',
  dir: 'ltr',
  idleTitle: 'Hor zaude oraindik?',
  idleText: 'Zure informazioa babesteko, saioa itxi egingo da denbora amaitzean.',
  anyHint: 'Saioa irekita mantentzeko, mugitu sagua, sakatu tekla bat edo ukitu pantaila.',
  stay: 'Mantendu saioa irekita',
  signOut: 'Amaitu saioa orain',
  lifetimeTitle: 'Saioa laster amaituko da',
  lifetimeText: 'Saioaren iraupena mugatua da. Gorde zure lana eta hasi saioa berriro.',
  carryOn: 'Jarraitu oraingoz',
  signInAgain: 'Hasi saioa berriro',
  left: 'Geratzen den denbora: {time}.',
  seconds: '{time} segundo',
  minutes: '{time} minutu',
  endsAt: 'Saioaren amaiera: {time}',
  confirming: 'Zerbitzariarekin egiaztatzen…',
  unreachable: 'Ezin da zerbitzariarekin konektatu. Baliteke saioa amaitzea.',
  confirmed: 'Saioa irekita dago oraindik.',
  checking: 'Saioa oraindik irekita dagoen egiaztatzen…',
  ended: 'Saioa amaitu da',
  'ended-idle': 'Ez da jarduerarik egon denbora batez.',
  'ended-lifetime': 'Saioaren iraupena mugatua da.',
  'ended-signed-out': 'Saioa fitxa honetan edo beste batean amaitu duzu.',
  'ended-revoked': 'Zure saioak jada ez du balio.',
  'ended-replaced': 'Beste norbaitek hasi du saioa nabigatzaile honetan, edo zuk hasi duzu berriro.',
  locked: 'Jarraitzeko, hasi saioa berriro',
  lockedText: 'Zure lana orri honetan dago oraindik. Saio-hasiera leiho berri batean irekitzen da.',
  lockedStay: 'Hasi saioa (leiho berria)',
  looped: 'Saioa hasi eta berehala amaitzen da beti. Jarri harremanetan webgune honen arduradunekin.',
};

export default messages;
