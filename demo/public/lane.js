/**
 * Draws one lane: the phase as a coloured band, idle time as a curve up to the end of the session, input and requests as
 * ticks, pings as dots, what it tells the other tabs as arrows. The table around it says the same in words.
 *
 * @typedef {{ from: number, to: number | null, label: string, look: 'sent' | 'shared' | 'failed' }} Ping
 * @typedef {{ phases: import('./tab-log.js').PhaseChange[], activities: import('./tab-log.js').Activity[], until: number,
 *   inputs: number[], fetches: number[], pings: Ping[], told: import('./tab-log.js').News[], warnAfterMs: number, expireAfterMs: number }} Lane
 *   `until`: from then on nothing is known.
 */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Lane} lane
 * @param {{ now: number, spanMs: number }} window
 */
export function drawLane(canvas, lane, { now, spanMs }) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const scale = devicePixelRatio;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  if (width === 0) return;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  context.scale(scale, scale);

  const style = getComputedStyle(canvas);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(`--lane-${name}`);
  const start = now - spanMs;
  const x = (/** @type {number} */ at) => ((at - start) / spanMs) * width;
  const floor = height - 7;
  const y = (/** @type {number} */ idleMs) => floor - Math.min(idleMs / lane.expireAfterMs, 1) * (floor - 4);

  drawPhases();
  drawGrid();
  drawIdle();
  drawTicks(lane.inputs, colour('input'), 7, 2);
  drawTicks(lane.fetches, colour('fetch'), 3, 1);
  drawPings();
  drawTold();

  function drawPhases() {
    lane.phases.forEach(({ at, phase }, index) => {
      const end = Math.min(lane.phases[index + 1]?.at ?? Infinity, lane.until);
      if (end <= start || phase === 'none' || phase === 'dormant' || phase === 'unknown') return;
      const left = Math.max(0, x(at));
      fill(colour(phase === 'locked' ? 'ended' : phase), left, 0, x(end) - left, height);
    });
  }

  function drawGrid() {
    for (let at = Math.ceil(start / 10_000) * 10_000; spanMs <= 300_000 && at < now; at += 10_000) {
      fill(colour('grid'), Math.round(x(at)), 0, 1, height);
    }
    fill(colour('grid'), 0, floor, width, 1);
    context.save();
    context.setLineDash([2, 4]);
    stroke(colour('limit'), 1, [
      [0, y(lane.warnAfterMs)],
      [width, y(lane.warnAfterMs)],
    ]);
    context.restore();
  }

  function drawIdle() {
    lane.activities.forEach(({ at, activeAt }, index) => {
      const next = lane.activities[index + 1];
      const end = Math.min(next?.at ?? Infinity, lane.until, endOfLife(at));
      if (end <= start || end < at) return;
      const from = Math.max(at, start);
      stroke(colour('idle'), 1.75, [
        [x(from), y(from - activeAt)],
        [x(end), y(end - activeAt)],
        // The drop to where the next activity puts it.
        ...(next && next.at <= end
          ? [/** @type {[number, number]} */ ([x(end), y(Math.max(0, end - next.activeAt))])]
          : []),
      ]);
    });
  }

  /** When, after `at`, there is no session any more whose idle time one could draw. */
  function endOfLife(/** @type {number} */ at) {
    const over = lane.phases.find((change) => change.at > at && !['active', 'warning'].includes(change.phase));
    return over?.at ?? Infinity;
  }

  function drawTicks(
    /** @type {number[]} */ times,
    /** @type {string} */ ink,
    /** @type {number} */ size,
    /** @type {number} */ thickness,
  ) {
    for (const at of times) if (at >= start) fill(ink, x(at) - thickness / 2, height - size, thickness, size);
  }

  function drawPings() {
    context.font = '10px system-ui, sans-serif';
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    let free = -Infinity;
    for (const { from, to, label, look } of lane.pings) {
      const end = to ?? now;
      if (end < start) continue;
      const ink = colour(look === 'failed' ? 'failed' : 'ping');
      const row = 9;
      stroke(ink, 2, [
        [x(from), row],
        [x(end), row],
      ]);
      context.beginPath();
      context.arc(x(end), row, 4, 0, 2 * Math.PI);
      context.lineWidth = 2;
      context.strokeStyle = ink;
      context.fillStyle = look === 'shared' || to === null ? colour('paper') : ink;
      context.fill();
      context.stroke();
      const left = x(from) - 7 - context.measureText(label).width;
      if (left > free) {
        context.fillStyle = colour('text');
        context.fillText(label, x(from) - 7, row + 0.5);
      }
      // No label over a dot or another label.
      free = x(end) + 6;
    }
  }

  function drawTold() {
    const row = 24;
    let free = -Infinity;
    for (const { at, type } of lane.told) {
      if (at < start) continue;
      const ink = colour('told');
      stroke(ink, 2, [
        [x(at) - 4, row + 3],
        [x(at), row - 2],
        [x(at) + 4, row + 3],
      ]);
      const left = x(at) - 7 - context.measureText(type).width;
      if (left > free) {
        context.fillStyle = colour('text');
        context.fillText(type, x(at) - 7, row + 0.5);
      }
      free = x(at) + 6;
    }
  }

  function fill(
    /** @type {string} */ ink,
    /** @type {number} */ left,
    /** @type {number} */ top,
    /** @type {number} */ w,
    /** @type {number} */ h,
  ) {
    context.fillStyle = ink;
    context.fillRect(left, top, w, h);
  }

  function stroke(
    /** @type {string} */ ink,
    /** @type {number} */ thickness,
    /** @type {[number, number][]} */ points,
  ) {
    context.beginPath();
    for (const [left, top] of points) context.lineTo(left, top);
    context.strokeStyle = ink;
    context.lineWidth = thickness;
    context.stroke();
  }
}
