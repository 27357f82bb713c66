/** Italian. No native speaker has reviewed it yet. */
import type { Messages } from '../messages.js';

const messages: Messages = {
  lang: 'it',
  dir: 'ltr',
  idleTitle: 'Ci sei ancora?',
  idleText: 'Per proteggere i tuoi dati, la sessione verrà chiusa allo scadere del tempo.',
  anyHint: 'Muovi il mouse, premi un tasto o tocca lo schermo per mantenere aperta la sessione.',
  stay: 'Mantieni aperta la sessione',
  signOut: 'Esci ora',
  lifetimeTitle: 'La sessione sta per terminare',
  lifetimeText: 'La durata della sessione è limitata. Salva il tuo lavoro, poi accedi di nuovo.',
  carryOn: 'Continua per ora',
  signInAgain: 'Accedi di nuovo',
  left: 'Tempo rimanente: {time}.',
  endsAt: 'Fine della sessione: {time}',
  confirming: 'Verifica con il server in corso…',
  unreachable: 'Il server non è raggiungibile. La sessione potrebbe essere chiusa.',
  confirmed: 'La sessione è ancora aperta.',
  checking: 'Verifica della sessione in corso…',
  ended: 'La sessione è terminata',
  'ended-idle': 'Non è stata rilevata alcuna attività per un po’ di tempo.',
  'ended-lifetime': 'La durata della sessione è limitata.',
  'ended-signed-out': 'Hai chiuso la sessione in questa scheda o in un’altra.',
  'ended-revoked': 'La tua sessione non è più valida.',
  'ended-replaced':
    'Un’altra persona ha effettuato l’accesso in questo browser, oppure hai effettuato un nuovo accesso.',
  locked: 'Accedi di nuovo per continuare',
  lockedText: 'Il tuo lavoro resta in questa pagina. L’accesso si apre in una nuova finestra.',
  lockedStay: 'Accedi (nuova finestra)',
  looped: 'La sessione si chiude ogni volta subito dopo l’accesso. Contatta chi gestisce questo sito.',
};

export default messages;
