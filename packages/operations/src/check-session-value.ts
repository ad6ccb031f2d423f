import { type PhoneNumber, phoneNumber } from '@dripfleet/domain';

/** What is wrong with the content of a file of this kind; undefined: nothing that can be seen from here. */
export function checkSessionValue(kind: string, value: unknown): string | undefined {
  if (kind === 'creds') return checkCreds(value);
  return shapes[kind]?.(value) === true ? undefined : `does not hold what a ${kind} is`;
}

/** The number of a linked account, from its creds; undefined when they name none. */
export function phoneOfCreds(creds: unknown): PhoneNumber | undefined {
  const id = field(field(creds, 'me'), 'id');
  const digits = typeof id === 'string' ? linkedAccount.exec(id)?.[1] : undefined;
  return digits === undefined ? undefined : phoneNumber(`+${digits}`);
}

const linkedAccount = /^([1-9]\d{4,14})(?::\d+)?@s\.whatsapp\.net$/;

function checkCreds(creds: unknown): string | undefined {
  if (!isObject(creds)) return 'does not hold what creds are';
  if (!isObject(field(creds, 'me')) || !isObject(field(creds, 'account')))
    return 'is of a session that was never linked to a phone';
  if (phoneOfCreds(creds) === undefined) return 'names no phone number in me.id';
  const missing = Object.entries(credsShape).find(([name, fits]) => !fits(field(creds, name)));
  return missing && `has no usable ${missing[0]}`;
}

type Fits = (value: unknown) => boolean;

const isObject: Fits = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText: Fits = (value) => typeof value === 'string' && value !== '';
const isCount: Fits = (value) => Number.isSafeInteger(value) && Number(value) >= 0;

/** Bytes as Baileys' BufferJSON writes and reads them. */
const isBytes: Fits = (value) => {
  if (field(value, 'type') === 'Buffer') return isText(field(value, 'data'));
  return isObject(value) && Object.values(value as object).every(isCount);
};
const isKeyPair: Fits = (value) =>
  isBytes(field(value, 'public')) && isBytes(field(value, 'private'));

const credsShape: Readonly<Record<string, Fits>> = {
  noiseKey: isKeyPair,
  signedIdentityKey: isKeyPair,
  signedPreKey: (value) => isKeyPair(field(value, 'keyPair')) && isBytes(field(value, 'signature')),
  registrationId: isCount,
  advSecretKey: isText,
  nextPreKeyId: isCount,
  firstUnuploadedPreKeyId: isCount,
};

const shapes: Readonly<Record<string, Fits>> = {
  'pre-key': isKeyPair,
  session: isObject,
  'identity-key': isBytes,
  'sender-key': (value) => isObject(value) || Array.isArray(value),
  'sender-key-memory': isObject,
  'app-state-sync-key': isObject,
  'app-state-sync-version': isObject,
  'lid-mapping': isText,
  'device-list': (value) => Array.isArray(value),
  tctoken: isObject,
};

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
