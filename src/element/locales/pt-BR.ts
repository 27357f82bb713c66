/** Portuguese (Brazil). No native speaker has reviewed it yet. */
import type { Messages } from '../messages.js';

const messages: Messages = {
  lang: 'pt-BR',
  dir: 'ltr',
  idleTitle: 'Você ainda está aí?',
  idleText: 'Para proteger suas informações, a sessão será encerrada quando o tempo acabar.',
  anyHint: 'Mova o mouse, pressione uma tecla ou toque na tela para manter a sessão ativa.',
  stay: 'Manter a sessão ativa',
  signOut: 'Sair agora',
  lifetimeTitle: 'Sua sessão será encerrada em breve',
  lifetimeText: 'A duração da sessão é limitada. Salve seu trabalho e entre novamente.',
  carryOn: 'Continuar por enquanto',
  signInAgain: 'Entrar novamente',
  left: 'Tempo restante: {time}.',
  endsAt: 'Fim da sessão: {time}',
  confirming: 'Consultando o servidor…',
  unreachable: 'Não foi possível acessar o servidor. Sua sessão pode ser encerrada.',
  confirmed: 'Sua sessão continua ativa.',
  checking: 'Verificando se sua sessão continua ativa…',
  ended: 'Sua sessão foi encerrada',
  'ended-idle': 'Não houve atividade por algum tempo.',
  'ended-lifetime': 'A duração da sessão é limitada.',
  'ended-signed-out': 'Você saiu nesta aba ou em outra.',
  'ended-revoked': 'Sua sessão não é mais válida.',
  'ended-replaced': 'Outra sessão foi iniciada neste navegador, por você ou por outra pessoa.',
  locked: 'Entre novamente para continuar',
  lockedText: 'Seu trabalho foi mantido nesta página. O login será aberto em uma nova janela.',
  lockedStay: 'Entrar (nova janela)',
  looped: 'Sua sessão é sempre encerrada logo após o login. Entre em contato com os responsáveis por este site.',
};

export default messages;
