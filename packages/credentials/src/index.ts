export { type ChallengeOf, openChallenge, sealChallenge } from './challenge.ts';
export { checkDeviceKeys, type DeviceKeyReport } from './check-device-keys.ts';
export { addFirstKey, createKeyFile } from './create-key-file.ts';
export { KeyFileError } from './key-file-error.ts';
export { Keyring, type KeyFound, openKeyring } from './keyring.ts';
export { type CredentialsRequest, openCredentials } from './open-credentials.ts';
export { type CredentialValue, replaceCredentials } from './replace-credentials.ts';
export { rotateKeys, type Rotation, type RotationProgress } from './rotate-keys.ts';
export type {
  CredentialChange,
  CredentialReading,
  SessionCredentials,
} from './session-credentials.ts';
export { UnreadableCredentialsError } from './unreadable-credentials-error.ts';
