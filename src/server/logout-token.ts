/** Whether a logout token is valid: OpenID Connect Back-Channel Logout 1.0, sections 2.4 and 2.6. */
import { type JWTPayload, jwtVerify, type JWTVerifyGetKey } from 'jose';

export interface Expectation {
  issuer: string;
  clientIds: readonly string[];
  keys: JWTVerifyGetKey;
  algorithms: string[];
  isTyped: boolean;
}

export interface LogoutToken {
  issuer: string;
  /** Of both at least one is there. */
  sub: string | null;
  sid: string | null;
  jti: string;
  /** How long the same token could come again. */
  replayableMs: number;
}

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** A provider sends it at once, and may repeat it for a while. */
const LONGEST_AGE_S = 300;

/** How far the provider's clock may be from ours. */
const CLOCK_TOLERANCE_S = 30;

/** A token that is refused, and why, for the provider's developer. */
export class InvalidToken extends Error {
  override readonly name = 'InvalidToken';
}

/** @throws {InvalidToken} or, for what jose checks, or where the keys are out of reach, an error of jose's. */
export async function verifyLogoutToken(token: string, expected: Expectation, nowMs: number): Promise<LogoutToken> {
  const { issuer, clientIds, keys, algorithms, isTyped } = expected;
  const { payload, protectedHeader } = await jwtVerify(token, keys, {
    algorithms,
    issuer,
    audience: [...clientIds],
    requiredClaims: ['exp', 'jti', 'events'],
    maxTokenAge: LONGEST_AGE_S,
    clockTolerance: CLOCK_TOLERANCE_S,
    currentDate: new Date(nowMs),
  });
  checkType(protectedHeader.typ, isTyped);
  const others = [payload.aud].flat().some((audience) => audience === undefined || !clientIds.includes(audience));
  if (others) throw new InvalidToken('"aud" names an audience besides this application');
  if (!isRecord(payload['events']) || !isRecord(payload['events'][EVENT]))
    throw new InvalidToken(`"events" has no object "${EVENT}"`);
  if ('nonce' in payload) throw new InvalidToken('"nonce" is not allowed: this could be an ID Token');
  const jti = text(payload, 'jti');
  if (jti === null) throw new InvalidToken('"jti" is missing');
  const [sub, sid] = [text(payload, 'sub'), text(payload, 'sid')];
  if (sub === null && sid === null) throw new InvalidToken('both "sub" and "sid" are missing');
  const { exp = 0, iat = 0 } = payload;
  const replayableS = Math.min(exp, iat + LONGEST_AGE_S) + CLOCK_TOLERANCE_S - nowMs / 1_000;
  return { issuer, sub, sid, jti, replayableMs: Math.ceil(replayableS * 1_000) };
}

/** Section 2.4 recommends the type, and RFC 8725, 3.11 tells why. Providers without it send that of any JWT, or none. */
function checkType(typ: string | undefined, isTyped: boolean): void {
  const type = typ?.toLowerCase().replace(/^application\//, '');
  if (type === 'logout+jwt' || (!isTyped && (type === undefined || type === 'jwt'))) return;
  throw new InvalidToken('"typ" is not "logout+jwt"');
}

/** `null` for none. Texts are what they must be, if they are there. */
function text(payload: JWTPayload, claim: string): string | null {
  const value = payload[claim];
  if (value === undefined) return null;
  if (typeof value === 'string' && value !== '') return value;
  throw new InvalidToken(`"${claim}" is no text`);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
