/** Portuguese. No native speaker has reviewed it yet. */
import type { Messages } from '../messages.js';

const messages: Messages = {
  lang: 'pt',
  dir: 'ltr',
  idleTitle: 'Ainda está aí?',
  idleText: 'Para proteger as suas informações, a sessão será terminada quando o tempo acabar.',
  anyHint: 'Mova o rato, prima uma tecla ou toque no ecrã para manter a sessão iniciada.',
  stay: 'Manter a sessão iniciada',
  signOut: 'Terminar sessão agora',
  lifetimeTitle: 'A sessão vai terminar em breve',
  lifetimeText: 'A duração da sessão é limitada. Guarde o seu trabalho e inicie sessão novamente.',
  carryOn: 'Continuar por agora',
  signInAgain: 'Iniciar sessão novamente',
  left: 'Tempo restante: {time}.',
  endsAt: 'Fim da sessão: {time}',
  confirming: 'A verificar junto do servidor…',
  unreachable: 'Não é possível contactar o servidor. A sessão poderá ser terminada.',
  confirmed: 'A sua sessão continua iniciada.',
  checking: 'A verificar se a sua sessão continua iniciada…',
  ended: 'A sessão terminou',
  'ended-idle': 'Não houve atividade durante algum tempo.',
  'ended-lifetime': 'A duração da sessão é limitada.',
  'ended-signed-out': 'Terminou a sessão neste separador ou noutro.',
  'ended-revoked': 'A sua sessão já não é válida.',
  'ended-replaced': 'Foi iniciada outra sessão neste navegador, por si ou por outra pessoa.',
  locked: 'Inicie sessão novamente para continuar',
  lockedText: 'O seu trabalho mantém-se nesta página. O início de sessão abre numa nova janela.',
  lockedStay: 'Iniciar sessão (nova janela)',
  looped: 'A sessão termina sempre logo após ser iniciada. Contacte os responsáveis por este site.',
};

export default messages;
