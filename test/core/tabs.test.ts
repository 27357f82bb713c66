/** What one tab tells the others, what it makes of what they tell, and whose turn it is to ask. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TabMessage } from '../../src/protocol.js';
import { hasNews, idleMs } from '../../src/element/state.js';
import { at, Bench, elsewhere, live, MINUTE, SECOND } from './world.js';

const WARN = 540 * SECOND;
const EXPIRE = 600 * SECOND;
const LEAD = 5 * SECOND;
const REPORT = 300 * SECOND;

const tab = (fields = {}): Bench => Bench.connected({ hasTabs: true, ...fields });
const warned = (): Bench =>
  tab()
    .step(WARN)
    .step(WARN, { type: 'claimed' })
    .reply(WARN, live({ idleMs: WARN }));
const told = (bench: Bench): TabMessage[] =>
  bench.effects.flatMap((effect) => (effect.type === 'tell' ? [effect.message] : []));

describe('one ping for all tabs', () => {
  it('[C3] a report waits for its turn, and is sent when it comes', () => {
    const bench = tab()
      .active(100 * SECOND)
      .step(REPORT);
    assert.deepEqual([bench.ping, bench.state.claim?.granted], [undefined, false]);
    assert.equal(bench.step(REPORT + 5, { type: 'claimed' }).ping?.kind, 'report');
    assert.equal(bench.reply(REPORT + 50, live({ idleMs: 200 * SECOND })).state.claim, null);
  });

  it('[C3] is not sent when another tab has done it meanwhile', () => {
    const bench = tab()
      .active(100 * SECOND)
      .step(REPORT);
    bench.step(REPORT + 40, elsewhere.answer(REPORT, { idleMs: 200 * SECOND }, 100 * SECOND));
    assert.deepEqual([bench.state.claim, bench.ping], [null, undefined]);
    assert.equal(hasNews(bench.state, at(REPORT + 40)), false);
    assert.equal(bench.step(REPORT + 50, { type: 'claimed' }).ping, undefined);
  });

  it('[C3] the question before the warning is asked once, and its answer warns all', () => {
    const bench = tab().step(WARN + 5);
    assert.deepEqual([bench.ping, bench.state.claim?.granted], [undefined, false]);
    bench.step(WARN + 60, elsewhere.answer(WARN, { idleMs: WARN }));
    assert.deepEqual([bench.phase, bench.ping, bench.state.claim], ['warning', undefined, null]);
  });

  it('[C3] nor is it asked again where its answer, faster than the one before, puts the warning off by a moment', () => {
    const bench = tab().step(WARN + 5);
    bench.step(WARN + 60, elsewhere.answer(WARN, { idleMs: WARN - 80 }));
    assert.deepEqual([bench.phase, bench.ping], ['active', undefined]);
    bench.step(WARN + 80);
    assert.deepEqual([bench.phase, bench.ping, bench.state.claim], ['warning', undefined, null]);
  });

  it('[C3] nor where its answer brings longer limits, and this tab’s timer is late', () => {
    const bench = tab().step(WARN + 5);
    bench.step(WARN + 60, elsewhere.answer(WARN, { idleMs: WARN, warnAfterMs: WARN + 500 }));
    assert.deepEqual([bench.phase, bench.ping], ['active', undefined]);
    bench.step(WARN + 1_500);
    assert.deepEqual([bench.phase, bench.ping, bench.state.claim], ['warning', undefined, null]);
  });

  it('[C3] so is the question at the deadline', () => {
    const bench = warned().step(EXPIRE + 5);
    assert.deepEqual([bench.concealed, bench.ping], [true, undefined]);
    const revealed = warned()
      .step(EXPIRE + 5)
      .step(EXPIRE + 60, elsewhere.answer(EXPIRE, { idleMs: MINUTE }));
    assert.deepEqual([revealed.concealed, revealed.ping], [false, undefined]);
    bench.step(EXPIRE + 60, elsewhere.ended(EXPIRE + 50, 'idle'));
    assert.deepEqual(bench.end, { type: 'end', reason: 'idle', by: 'tab' });
  });

  it('[C3] a wake is asked about by one tab', () => {
    const bench = tab()
      .active(200 * SECOND)
      .step(REPORT)
      .step(REPORT, { type: 'claimed' })
      .reply(REPORT, live());
    assert.equal(bench.step(REPORT + WARN, { type: 'woke' }).ping, undefined);
    assert.equal(bench.state.claim?.granted, false);
  });

  it('[C3] and not again by those who have heard the answer while they waited for their turn', () => {
    const online = (): Bench =>
      tab()
        .active(100 * SECOND)
        .step(REPORT)
        .step(REPORT, { type: 'claimed' })
        .noReply(REPORT + 50)
        .step(REPORT + MINUTE, { type: 'online' });
    const told = (ms: number) => elsewhere.answer(ms, { idleMs: ms - 100 * SECOND }, 100 * SECOND);
    const heard = online().step(REPORT + MINUTE + 50, told(REPORT + MINUTE));
    assert.deepEqual(
      [heard.state.claim, heard.step(REPORT + MINUTE + 60, { type: 'claimed' }).ping],
      [null, undefined],
    );
    // An answer from before it woke up is none to that.
    const stale = online().step(REPORT + MINUTE + 50, told(REPORT + 30 * SECOND));
    assert.equal(stale.step(REPORT + MINUTE + 60, { type: 'claimed' }).ping?.kind, 'wake');
  });

  it('[C3] nobody waits alone: without other tabs to hear, it asks at once', () => {
    assert.equal(
      Bench.connected()
        .active(100 * SECOND)
        .step(REPORT).ping?.kind,
      'report',
    );
  });

  it('[C3] connecting, the button and the application ask at once', () => {
    assert.equal(new Bench({ hasTabs: true }).step(0).ping?.kind, 'connect');
    assert.equal(tab().step(MINUTE, { type: 'check' }).ping?.kind, 'check');
    assert.equal(warned().step(WARN + 2 * SECOND, { type: 'extend' }).ping?.kind, 'extend');
  });

  it('[C4] a tab that never lets go delays no other for longer than a ping and a second', () => {
    const bench = tab()
      .active(100 * SECOND)
      .step(REPORT);
    assert.equal(bench.wakeInMs, 11 * SECOND);
    assert.equal(bench.step(REPORT + 11 * SECOND).ping?.kind, 'report');
  });

  it('[C4] nor the warning for longer than the lead, nor the end by more than a second', () => {
    const bench = tab()
      .step(WARN)
      .step(WARN + LEAD);
    assert.equal(bench.phase, 'warning');
    bench.step(EXPIRE);
    assert.deepEqual([bench.concealed, bench.ping], [true, undefined]);
    assert.equal(bench.step(EXPIRE + SECOND).ping?.kind, 'expire');
  });

  it('[C4] a turn ends with its question, not with the next one', () => {
    const bench = tab()
      .step(WARN)
      .step(WARN, { type: 'claimed' })
      .step(WARN + LEAD);
    assert.deepEqual([bench.phase, bench.state.claim?.granted], ['warning', true]);
    bench.active(WARN + LEAD + SECOND);
    assert.deepEqual([bench.ping?.kind, bench.state.claim], ['extend', null]);
  });

  it('[C4] nor is it kept for a report of what another tab tells while it asks', () => {
    const bench = tab()
      .step(WARN)
      .step(WARN, { type: 'claimed' })
      .step(WARN + LEAD);
    bench.step(WARN + LEAD + SECOND, elsewhere.activity(WARN + LEAD + SECOND)).step(WARN + LEAD + 1_500);
    assert.deepEqual([bench.ping, bench.state.claim?.granted], [undefined, false]);
    assert.equal(bench.step(WARN + LEAD + 1_600, { type: 'claimed' }).ping?.kind, 'extend');
  });

  it('[C4] a turn that failed goes to another tab', () => {
    const bench = tab()
      .active(100 * SECOND)
      .step(REPORT)
      .step(REPORT, { type: 'claimed' })
      .noReply(REPORT + 50);
    assert.equal(bench.state.claim, null);
  });
});

describe('what a tab tells', () => {
  it('[C1] activity, at most once a second, and at once while it warns', () => {
    const bench = tab().active(10 * SECOND);
    assert.deepEqual(told(bench), [{ type: 'activity', at: at(10 * SECOND).wall }]);
    assert.deepEqual(told(bench.active(10_900)), []);
    assert.equal(told(bench.active(11 * SECOND)).length, 1);
    const warning = warned();
    for (const ms of [10, 20]) assert.equal(told(warning.active(WARN + ms))[0]?.type, 'activity');
  });

  it('[C1] on leaving, what the others have not heard', () => {
    const bench = tab()
      .active(10 * SECOND)
      .active(10_500)
      .step(10_600, { type: 'leave' });
    assert.deepEqual(told(bench), [{ type: 'activity', at: at(10_500).wall }]);
    assert.deepEqual(
      told(
        tab()
          .active(10 * SECOND)
          .step(11 * SECOND, { type: 'leave' }),
      ),
      [],
    );
  });

  it('[C1] nothing that it has from another tab', () => {
    const bench = tab().step(10 * SECOND, elsewhere.activity(9 * SECOND));
    assert.deepEqual(told(bench), []);
    assert.deepEqual(told(bench.step(11 * SECOND, { type: 'leave' })), []);
  });

  it('[C9] of an answer all but whose session it is', () => {
    const bench = tab()
      .active(100 * SECOND)
      .step(REPORT)
      .step(REPORT, { type: 'claimed' });
    const [answer] = told(bench.reply(REPORT + 50, live({ idleMs: 200 * SECOND })));
    const reply = live({ idleMs: 200 * SECOND, owner: null });
    assert.deepEqual(answer, { type: 'answer', at: at(REPORT).wall, reply, reports: at(100 * SECOND).wall });
  });

  it('[C2] its end, and that a link or form signs out', () => {
    const ended = tab().step(MINUTE, { type: 'sign-out' });
    const leaving = tab().step(MINUTE, { type: 'signing-out' });
    const news = [{ type: 'ended', reason: 'signed-out', by: 'person', at: at(MINUTE).wall }];
    assert.deepEqual([told(ended), told(leaving)], [news, news]);
    assert.deepEqual([leaving.concealed, leaving.ping], [false, undefined]);
    assert.equal(leaving.step(MINUTE + SECOND).ping?.kind, 'check');
  });

  it('[C9] nothing before it is known to be signed in', () => {
    const bench = new Bench({ hasTabs: true }).step(0).active(SECOND);
    assert.deepEqual(told(bench), []);
    assert.deepEqual(told(bench.reply(2 * SECOND, { state: 'none' })), []);
  });
});

describe('what a tab hears', () => {
  it('[C1] activity elsewhere counts as its own', () => {
    const bench = tab().step(100 * SECOND, elsewhere.activity(99 * SECOND));
    assert.equal(idleMs(bench.state, at(100 * SECOND)), SECOND);
    assert.equal(bench.step(REPORT).step(REPORT, { type: 'claimed' }).ping?.idleMs, 201 * SECOND);
  });

  it('[C1] a message that lay about counts from when it was sent', () => {
    const bench = tab().step(500 * SECOND, elsewhere.activity(10 * SECOND));
    assert.equal(idleMs(bench.state, at(500 * SECOND)), 490 * SECOND);
  });

  it('[T4] clocks that differ by as little as browsers blur them do not make it ask', () => {
    const bench = tab().step(100 * SECOND, elsewhere.activity(100 * SECOND + 90));
    assert.deepEqual([bench.ping, bench.state.claim, idleMs(bench.state, at(100 * SECOND))], [undefined, null, 0]);
  });

  it('[C2] while somebody signs out, only what the server says ten seconds later brings the page back', () => {
    const bench = tab().step(MINUTE, elsewhere.ended(MINUTE, 'signed-out', 'person'));
    assert.equal(bench.concealed, true);
    const asked: number[] = [];
    for (let ms = 0; ms <= 12 * SECOND; ms += 100) {
      bench.step(MINUTE + ms, { type: 'claimed' });
      if (!bench.ping) continue;
      asked.push(ms / SECOND);
      bench.reply(MINUTE + ms + 50, live({ idleMs: MINUTE }));
    }
    assert.equal(bench.concealed, false);
    assert.equal(asked[0], 0);
    assert.ok(asked.at(-1)! >= 10 && asked.length <= 7, asked.join());
  });

  it('[C2] is told that it is over by the first that knows', () => {
    const bench = tab().step(MINUTE, elsewhere.ended(MINUTE, 'signed-out', 'person'));
    bench.step(MINUTE + 300, elsewhere.ended(MINUTE + 290, 'signed-out', 'server'));
    assert.deepEqual(bench.end, { type: 'end', reason: 'signed-out', by: 'tab' });
    assert.deepEqual(told(bench), []);
  });

  it('[C7] a tab that has slept over a sign-out and the next sign-in asks the server which of them holds', () => {
    const bench = tab()
      .step(5 * MINUTE, { type: 'woke' })
      .step(5 * MINUTE, elsewhere.ended(MINUTE, 'signed-out', 'person'))
      .step(5 * MINUTE, elsewhere.ended(MINUTE + 50, 'signed-out', 'server'));
    assert.deepEqual([bench.end, bench.concealed], [undefined, true]);
    assert.equal(bench.step(5 * MINUTE, { type: 'claimed' }).ping?.kind, 'expire');
    assert.equal(bench.reply(5 * MINUTE + 2 * SECOND, live()).concealed, false);
  });

  it('[C7] nor does it believe what was said of an end a moment before it woke up', () => {
    const bench = tab().step(EXPIRE + 5 * SECOND, { type: 'woke' });
    bench.step(EXPIRE + 5 * SECOND, elsewhere.ended(EXPIRE, 'idle', 'server'));
    assert.deepEqual([bench.end, bench.concealed], [undefined, true]);
  });

  it('[C2] what was concealed at the deadline is not brought back by an older answer, whatever else was told', () => {
    const bench = tab()
      .step(EXPIRE + MINUTE, { type: 'woke' })
      .step(EXPIRE + MINUTE, elsewhere.ended(MINUTE, 'signed-out', 'person'))
      .step(EXPIRE + MINUTE, elsewhere.answer(EXPIRE + MINUTE - 8 * SECOND, { idleMs: SECOND }));
    assert.deepEqual([bench.end, bench.concealed], [undefined, true]);
  });

  it('[C7] a sign-out from before the latest answer says nothing', () => {
    const bench = tab().step(MINUTE, { type: 'check' }).reply(MINUTE, live());
    bench.step(MINUTE + SECOND, elsewhere.ended(MINUTE - 11 * SECOND, 'signed-out', 'person'));
    assert.deepEqual([bench.concealed, bench.ping], [false, undefined]);
  });

  it('[C2] a tab whose clock alone ended it is not believed by one that knows of later activity', () => {
    const bench = tab()
      .active(500 * SECOND)
      .step(EXPIRE, elsewhere.ended(EXPIRE, 'idle', 'clock'));
    assert.deepEqual([bench.concealed, bench.state.claim?.granted], [false, false]);
    bench.step(EXPIRE, { type: 'claimed' });
    assert.equal(bench.noReply(EXPIRE + 50).concealed, false);
  });

  it('[E8] without a server to ask, an end elsewhere is an end here, which signs out no second time', () => {
    const bench = new Bench({ hasTabs: true, canAsk: false, own: { warnAfterMs: WARN, expireAfterMs: EXPIRE } });
    bench.step(MINUTE, elsewhere.ended(MINUTE, 'signed-out', 'person'));
    assert.deepEqual(bench.end, { type: 'end', reason: 'signed-out', by: 'tab' });
  });

  it('[C7] an answer about another session conceals; an older one than its own does not', () => {
    const bench = tab().step(MINUTE, { type: 'check' }).reply(MINUTE, live());
    assert.equal(bench.step(MINUTE + 50, elsewhere.stranger(MINUTE - 1)).concealed, false);
    assert.equal(bench.step(MINUTE + 60, elsewhere.stranger(MINUTE + 10)).concealed, true);
    assert.equal(bench.state.reason, null);
  });
});

describe('put away and brought back', () => {
  it('[C8] is concealed before the browser keeps it, and asks nothing on the way', () => {
    const bench = tab().step(MINUTE, { type: 'leave', kept: true });
    assert.deepEqual([bench.concealed, bench.effects], [true, []]);
    assert.equal(bench.step(5 * MINUTE, { type: 'woke', restored: true }).ping?.kind, 'expire');
    assert.equal(bench.reply(5 * MINUTE, live()).concealed, false);
  });

  it('[C8] one that no server has answered yet is concealed as well, and loaded anew where nobody is signed in any more', () => {
    const bench = new Bench({ hasTabs: true }).step(0).step(SECOND, { type: 'leave', kept: true });
    assert.equal(bench.concealed, true);
    bench.step(MINUTE, { type: 'woke', restored: true }).reply(MINUTE + 5, { state: 'none' });
    assert.deepEqual([bench.concealed, bench.effects, bench.wakeInMs], [true, [{ type: 'reload' }], null]);
  });

  it('[C8] a page that is left for good is not', () => {
    assert.equal(tab().step(MINUTE, { type: 'leave' }).concealed, false);
  });

  it('[C8] a page where nobody was signed in is kept as it is', () => {
    const bench = new Bench({ hasTabs: true }).step(0).reply(0, { state: 'none' });
    assert.equal(bench.step(MINUTE, { type: 'leave', kept: true }).concealed, false);
  });

  for (const awayMs of [1_000, MINUTE])
    it(`[C8] without a server to ask it is loaded anew, after ${awayMs} ms`, () => {
      const bench = new Bench({ canAsk: false, own: { expireAfterMs: EXPIRE } });
      bench.step(MINUTE, { type: 'leave', kept: true });
      assert.equal(bench.concealed, true);
      const back = bench.step(MINUTE + awayMs, { type: 'woke', restored: true });
      assert.deepEqual(back.effects, [{ type: 'reload' }]);
      assert.equal(bench.concealed, true);
    });
});
