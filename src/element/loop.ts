/**
 * Notices a sign-in that leads to a page whose session is over again and again (E5). Counted in the tab's own storage,
 * a number and nothing else; where that is blocked nothing is noticed.
 */
const KEY = 'session-security-ends';
const MOST = 3;

/** Counts an end before anything was live. `true`: it is one too many. */
export function endsAgain(): boolean {
  try {
    const ends = Number(sessionStorage.getItem(KEY)) + 1;
    if (ends < MOST) sessionStorage.setItem(KEY, String(ends));
    else sessionStorage.removeItem(KEY);
    return ends >= MOST;
  } catch {
    return false;
  }
}

/** A session lives: whatever ended before is forgotten. */
export function goesOn(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // There is nothing to forget.
  }
}
