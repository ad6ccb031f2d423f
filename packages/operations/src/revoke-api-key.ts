import { closestNames } from '@dripfleet/domain';
import {
  type Database,
  insertOperatorActions,
  listApiKeys,
  revokeApiKey as revoke,
} from '@dripfleet/store';

export type ApiKeyRevoked =
  | Readonly<{ kind: 'revoked'; loginsEnded: number }>
  /** It was revoked before; nothing changed. */
  | Readonly<{ kind: 'already' }>
  /** `near`: names it may be a slip of. */
  | Readonly<{ kind: 'not_found'; near: readonly string[] }>;

/** Ends a key and every login opened with it, as soon as this returns. Throws `DatabaseError`. */
export async function revokeApiKey(
  db: Database,
  { name, actor }: Readonly<{ name: string; actor: string }>,
): Promise<ApiKeyRevoked> {
  return await db.transaction(async (tx) => {
    const revoked = await revoke(tx, name);
    if (!revoked) {
      const known = (await listApiKeys(tx)).map((key) => key.name);
      return { kind: 'not_found', near: closestNames(name, known) };
    }
    if (!revoked.changed) return { kind: 'already' };
    const { loginsEnded } = revoked;
    const detail = { logins_ended: loginsEnded };
    await insertOperatorActions(tx, { actor, action: 'key.revoke', detail }, [`key:${name}`]);
    return { kind: 'revoked', loginsEnded };
  });
}
