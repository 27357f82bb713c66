/** Slovenian. No native speaker has reviewed it yet. */
import type { Messages } from '../messages.js';

const messages: Messages = {
  lang: 'sl',
  dir: 'ltr',
  idleTitle: 'Ali ste še tu?',
  idleText: 'Zaradi zaščite vaših podatkov vas bomo po preteku časa odjavili.',
  anyHint: 'Če želite ostati prijavljeni, premaknite miško, pritisnite tipko ali se dotaknite zaslona.',
  stay: 'Podaljšaj sejo',
  signOut: 'Odjavi se zdaj',
  lifetimeTitle: 'Kmalu boste odjavljeni',
  lifetimeText: 'Seja je časovno omejena. Shranite svoje delo in se nato znova prijavite.',
  carryOn: 'Za zdaj nadaljuj',
  signInAgain: 'Znova se prijavi',
  left: 'Preostali čas: {time}.',
  endsAt: 'Seja se konča ob {time}',
  confirming: 'Preverjanje pri strežniku…',
  unreachable: 'Strežnik ni dosegljiv. Morda boste odjavljeni.',
  confirmed: 'Še vedno ste prijavljeni.',
  checking: 'Preverjanje, ali ste še vedno prijavljeni…',
  ended: 'Odjavljeni ste',
  'ended-idle': 'Nekaj časa ni bilo nobene dejavnosti.',
  'ended-lifetime': 'Seja je časovno omejena.',
  'ended-signed-out': 'Odjavili ste se v tem ali drugem zavihku.',
  'ended-revoked': 'Vaša seja ni več veljavna.',
  'ended-replaced': 'V tem brskalniku se je prijavil nekdo drug ali pa ste se znova prijavili vi.',
  locked: 'Za nadaljevanje se znova prijavite',
  lockedText: 'Vaše delo na tej strani je ohranjeno. Prijava se odpre v novem oknu.',
  lockedStay: 'Prijava (novo okno)',
  looped: 'Vsakič ste takoj po prijavi odjavljeni. Obrnite se na skrbnika tega spletnega mesta.',
};

export default messages;
