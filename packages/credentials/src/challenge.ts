import type { DeviceId, EpochMs } from '@dripfleet/domain';
import type { Keyring } from './keyring.ts';
import { seal, unseal } from './sealed-box.ts';

/** The request that a challenge answers. */
export type ChallengeOf = Readonly<{ deviceId: DeviceId; requestedAt: EpochMs }>;

/**
 * Encrypts what an operator is to scan or type, directly with the key file's first key: a device that is being linked
 * has no key of its own yet. The first one as it is in the file now: the one before may be gone from the operator's
 * copy, who could not read it. Layout: length of the key's name (1 byte), the name, the sealed box. Throws `KeyFileError`.
 */
export async function sealChallenge(
  keyring: Keyring,
  of: ChallengeOf,
  content: string,
): Promise<Buffer> {
  const { name, forChallenges } = await keyring.refreshFirst();
  const named = Buffer.from(name);
  const sealed = seal(forChallenges, belonging(of, name), Buffer.from(content));
  return Buffer.concat([Buffer.of(named.length), named, sealed]);
}

/** Undefined when it was changed, is of another request, or its key is not in the key file. */
export async function openChallenge(
  keyring: Keyring,
  of: ChallengeOf,
  sealed: Buffer,
): Promise<string | undefined> {
  const end = 1 + (sealed[0] ?? 0);
  const name = sealed.subarray(1, end).toString('utf8');
  const key = await keyring.find(name);
  return (
    key && unseal(key.forChallenges, belonging(of, name), sealed.subarray(end))?.toString('utf8')
  );
}

const belonging = ({ deviceId, requestedAt }: ChallengeOf, keyName: string) => [
  'challenge',
  deviceId,
  requestedAt,
  keyName,
];
