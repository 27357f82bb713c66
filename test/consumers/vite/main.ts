import 'session-security';

const session = document.querySelector('session-security');

session?.addEventListener('session-warning', (event) => {
  document.querySelector('#heard')!.textContent = event.cause;
});
