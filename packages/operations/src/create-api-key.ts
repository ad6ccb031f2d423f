import type { DurationMs, EpochMs, Role } from '@dripfleet/domain';
import { type Database, insertApiKey, insertOperatorActions } from '@dripfleet/store';
import { newToken, tokenHash } from './access-token.ts';
import { ApiKeyError } from './api-key-error.ts';

export type CreateApiKeyRequest = Readonly<{
  /** Who or what it is for; the audit names it. */
  name: string;
  role: Role;
  /** Undefined: it holds until it is revoked. */
  expiresIn?: DurationMs | undefined;
  actor: string;
}>;

export type ApiKeyCreated =
  | Readonly<{
      kind: 'created';
      /** Told this once: nothing but its hash is kept. */
      token: string;
      name: string;
      role: Role;
      expiresAt: EpochMs | undefined;
    }>
  /** Also by a key that was revoked: a name means one key for ever. */
  | Readonly<{ kind: 'name_taken' }>;

/** Ten years: past it somebody means a key without an end, or mistyped. */
const expiresInMax = 3_650 * 86_400_000;

const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** Makes a key to the dashboard. Throws `ApiKeyError` for what is no name or past ten years, `DatabaseError`. */
export async function createApiKey(
  db: Database,
  { name, role, expiresIn, actor }: CreateApiKeyRequest,
): Promise<ApiKeyCreated> {
  if (!namePattern.test(name))
    throw new ApiKeyError(
      `"${name}" is no name for a key: letters, digits, ".", "_" and "-", 63 at most`,
    );
  if (expiresIn !== undefined && expiresIn > expiresInMax)
    throw new ApiKeyError('a key ends within ten years, or when it is revoked');
  const token = newToken('dfk');
  const hash = tokenHash('dfk', token);
  if (!hash) throw new Error('a new token has the form of one');
  return await db.transaction(async (tx) => {
    const key = await insertApiKey(tx, { name, hash, role, createdBy: actor, expiresIn });
    if (!key) return { kind: 'name_taken' };
    const { expiresAt } = key;
    const detail = { role, expires_in_ms: expiresIn ?? null };
    await insertOperatorActions(tx, { actor, action: 'key.create', detail }, [`key:${name}`]);
    return { kind: 'created', token, name, role, expiresAt };
  });
}
