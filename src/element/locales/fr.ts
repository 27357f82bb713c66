/** French. No native speaker has reviewed it yet. */
import type { Messages } from '../messages.js';

const messages: Messages = {
  lang: 'fr',
  dir: 'ltr',
  idleTitle: 'Êtes-vous toujours là\u202f?',
  idleText: 'Afin de protéger vos informations, votre session sera fermée à la fin du temps imparti.',
  anyHint: 'Déplacez la souris, appuyez sur une touche ou touchez l’écran pour prolonger votre session.',
  stay: 'Prolonger la session',
  signOut: 'Se déconnecter maintenant',
  lifetimeTitle: 'Votre session va bientôt prendre fin',
  lifetimeText: 'La durée d’une session est limitée. Enregistrez votre travail, puis reconnectez-vous.',
  carryOn: 'Continuer pour l’instant',
  signInAgain: 'Se reconnecter',
  left: 'Temps restant\u00a0: {time}.',
  endsAt: 'La session prend fin à {time}',
  confirming: 'Vérification auprès du serveur…',
  unreachable: 'Le serveur est injoignable. Votre session risque de prendre fin.',
  confirmed: 'Votre session est toujours ouverte.',
  checking: 'Vérification de votre session…',
  ended: 'Votre session a pris fin',
  'ended-idle': 'Aucune activité n’a été détectée pendant un certain temps.',
  'ended-lifetime': 'La durée d’une session est limitée.',
  'ended-signed-out': 'Vous avez fermé votre session dans cet onglet ou dans un autre.',
  'ended-revoked': 'Votre session n’est plus valide.',
  'ended-replaced': 'Une autre personne s’est connectée dans ce navigateur, ou vous avez ouvert une nouvelle session.',
  locked: 'Reconnectez-vous pour continuer',
  lockedText: 'Votre travail est conservé sur cette page. La page de connexion s’ouvre dans une nouvelle fenêtre.',
  lockedStay: 'Se connecter (nouvelle fenêtre)',
  looped: 'Votre session prend fin à chaque fois juste après la connexion. Veuillez contacter l’assistance de ce site.',
};

export default messages;
