/** Spanish. No native speaker has reviewed it yet. */
import type { Messages } from '../messages.js';

const messages: Messages = {
  lang: 'es',
  dir: 'ltr',
  idleTitle: '¿Sigue ahí?',
  idleText: 'Para proteger su información, la sesión se cerrará cuando se agote el tiempo.',
  anyHint: 'Mueva el ratón, pulse una tecla o toque la pantalla para mantener la sesión abierta.',
  stay: 'Mantener la sesión abierta',
  signOut: 'Cerrar sesión ahora',
  lifetimeTitle: 'La sesión se cerrará pronto',
  lifetimeText: 'La duración de la sesión es limitada. Guarde su trabajo y vuelva a iniciar sesión.',
  carryOn: 'Continuar por ahora',
  signInAgain: 'Volver a iniciar sesión',
  left: 'Tiempo restante: {time}.',
  endsAt: 'Fin de la sesión: {time}',
  confirming: 'Consultando al servidor…',
  unreachable: 'No se puede contactar con el servidor. Es posible que se cierre la sesión.',
  confirmed: 'Su sesión sigue abierta.',
  checking: 'Comprobando si su sesión sigue abierta…',
  ended: 'Se ha cerrado la sesión',
  'ended-idle': 'No ha habido actividad durante un tiempo.',
  'ended-lifetime': 'La duración de la sesión es limitada.',
  'ended-signed-out': 'Ha cerrado la sesión en esta pestaña o en otra.',
  'ended-revoked': 'Su sesión ya no es válida.',
  'ended-replaced': 'Otra persona ha iniciado sesión en este navegador, o usted ha vuelto a iniciarla.',
  locked: 'Vuelva a iniciar sesión para continuar',
  lockedText: 'Su trabajo se conserva en esta página. El inicio de sesión se abre en una ventana nueva.',
  lockedStay: 'Iniciar sesión (ventana nueva)',
  looped:
    'La sesión se cierra siempre justo después de iniciarla. Póngase en contacto con los responsables de este sitio.',
};

export default messages;
