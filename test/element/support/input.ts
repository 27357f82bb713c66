/** Real input that not each engine's driver can make. */
import { executeServerCommand } from '@web/test-runner-commands';

let running: Mocha.Context;

/** For `beforeEach`, where a test may have to be left out. */
export function noteTest(this: Mocha.Context): void {
  // eslint-disable-next-line @typescript-eslint/no-this-alias
  running = this;
}

/** Where the driver cannot do it, the running test is left out, and says why. */
export async function act(command: 'hold' | 'touch' | 'devtools', payload: unknown): Promise<void> {
  const result = await executeServerCommand(command, payload);
  if (result !== true) leaveOut(String(result));
}

export const devtools = (...calls: [method: string, parameters: object][]): Promise<void> => act('devtools', calls);

export function leaveOut(reason: string): void {
  console.log(`Left out: “${running.test!.title}”: ${reason}.`);
  running.skip();
}

export const isWebKit = /AppleWebKit(?!.*Chrome)/.test(navigator.userAgent);

/** Presses a key until the window that has the focus has heard of it: a driver may call it pressed before. */
export async function pressUntil(type: 'keyup' | 'click', key: string, view: Window = window): Promise<void> {
  const heard = new Promise((resolve) => {
    view.addEventListener(type, resolve, { capture: true, once: true });
  });
  await executeServerCommand('press', key);
  await heard;
}
