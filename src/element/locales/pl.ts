/** Polish. No native speaker has reviewed it yet. */
import type { Messages } from '../messages.js';

const messages: Messages = {
  lang: 'pl',
  dir: 'ltr',
  idleTitle: 'Czy nadal tu jesteś?',
  idleText: 'Aby chronić Twoje dane, po upływie czasu nastąpi wylogowanie.',
  anyHint: 'Porusz myszą, naciśnij klawisz lub dotknij ekranu, aby przedłużyć sesję.',
  stay: 'Przedłuż sesję',
  signOut: 'Wyloguj się teraz',
  lifetimeTitle: 'Wkrótce nastąpi wylogowanie',
  lifetimeText: 'Czas trwania sesji jest ograniczony. Zapisz swoją pracę, a następnie zaloguj się ponownie.',
  carryOn: 'Na razie kontynuuj',
  signInAgain: 'Zaloguj się ponownie',
  left: 'Pozostały czas: {time}.',
  endsAt: 'Sesja wygaśnie o {time}',
  confirming: 'Sprawdzanie na serwerze…',
  unreachable: 'Nie można połączyć się z serwerem. Może nastąpić wylogowanie.',
  confirmed: 'Twoja sesja nadal trwa.',
  checking: 'Sprawdzanie, czy Twoja sesja nadal trwa…',
  ended: 'Sesja została zakończona',
  'ended-idle': 'Przez pewien czas nie było żadnej aktywności.',
  'ended-lifetime': 'Czas trwania sesji jest ograniczony.',
  'ended-signed-out': 'Wylogowanie nastąpiło na Twoje polecenie, w tej lub innej karcie.',
  'ended-revoked': 'Twoja sesja nie jest już ważna.',
  'ended-replaced': 'W tej przeglądarce rozpoczęto nową sesję – Twoją lub innej osoby.',
  locked: 'Zaloguj się ponownie, aby kontynuować',
  lockedText: 'Twoja praca na tej stronie została zachowana. Logowanie otworzy się w nowym oknie.',
  lockedStay: 'Zaloguj się (nowe okno)',
  looped: 'Sesja za każdym razem kończy się zaraz po zalogowaniu. Skontaktuj się z administracją tej witryny.',
};

export default messages;
