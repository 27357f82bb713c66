/** Catalan. No native speaker has reviewed it yet. */
import type { Messages } from '../messages.js';

const messages: Messages = {
  lang: 'ca',
  dir: 'ltr',
  idleTitle: 'Encara hi sou?',
  idleText: 'Per protegir la vostra informació, la sessió es tancarà quan s’acabi el temps.',
  anyHint: 'Moveu el ratolí, premeu una tecla o toqueu la pantalla per mantenir la sessió oberta.',
  stay: 'Mantén la sessió oberta',
  signOut: 'Tanca la sessió ara',
  lifetimeTitle: 'La sessió es tancarà aviat',
  lifetimeText: 'La durada de la sessió és limitada. Deseu la feina i torneu a iniciar la sessió.',
  carryOn: 'Continua per ara',
  signInAgain: 'Torna a iniciar la sessió',
  left: 'Temps restant: {time}.',
  endsAt: 'Fi de la sessió: {time}',
  confirming: 'S’està consultant el servidor…',
  unreachable: 'No es pot contactar amb el servidor. És possible que es tanqui la sessió.',
  confirmed: 'La sessió continua oberta.',
  checking: 'S’està comprovant si la sessió continua oberta…',
  ended: 'S’ha tancat la sessió',
  'ended-idle': 'No hi ha hagut activitat durant una estona.',
  'ended-lifetime': 'La durada de la sessió és limitada.',
  'ended-signed-out': 'Heu tancat la sessió en aquesta pestanya o en una altra.',
  'ended-revoked': 'La vostra sessió ja no és vàlida.',
  'ended-replaced': 'Una altra persona ha iniciat la sessió en aquest navegador, o bé heu tornat a iniciar-la.',
  locked: 'Torneu a iniciar la sessió per continuar',
  lockedText: 'La vostra feina es conserva en aquesta pàgina. L’inici de sessió s’obre en una finestra nova.',
  lockedStay: 'Inicia la sessió (finestra nova)',
  looped:
    'La sessió es tanca cada vegada just després d’iniciar-la. Poseu-vos en contacte amb els responsables d’aquest lloc web.',
};

export default messages;
