// The libraries come half compiled; Angular's own builder would do the rest beforehand.
import '@angular/compiler';
import { Component, CUSTOM_ELEMENTS_SCHEMA, provideZonelessChangeDetection, signal } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import 'session-security';

@Component({
  selector: 'app-root',
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `
    <h1>Angular</h1>
    <session-security
      warn-after="1"
      expire-after="30"
      sign-in-url="/signed-out"
      (session-warning)="heard.set($event.cause)"
    >
      <form slot="sign-out" method="post" action="/sign-out"></form>
    </session-security>
    <p id="heard">{{ heard() }}</p>
  `,
})
class App {
  protected readonly heard = signal('');
}

void bootstrapApplication(App, { providers: [provideZonelessChangeDetection()] });
