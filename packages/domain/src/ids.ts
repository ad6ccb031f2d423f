declare const brand: unique symbol;
type Branded<Value, Name extends string> = Value & { readonly [brand]: Name };

/** Brands are made only at the border: row mappers, the job parser, configuration. */
export type DeviceId = Branded<number, 'DeviceId'>;
export type ContactId = Branded<number, 'ContactId'>;
export type SequenceId = Branded<number, 'SequenceId'>;
/** One contact's run through one sequence version. */
export type SequenceContactId = Branded<number, 'SequenceContactId'>;
/** A worker process: a fresh UUID at each start, so a restarted pod is never taken for its predecessor. */
export type WorkerId = Branded<string, 'WorkerId'>;
/** Grows by one with each claim of a device; every decision written for the device carries it (the fencing token). */
export type Epoch = Branded<number, 'Epoch'>;
/** `[a-z0-9_-]{1,40}`, unique in a sequence and never reused for other content. */
export type StepKey = Branded<string, 'StepKey'>;
/** WhatsApp's id of a message; see `messageId`. */
export type MessageId = Branded<string, 'MessageId'>;
/** A key to the dashboard, as the audit and logins know it; never its token. */
export type ApiKeyId = Branded<number, 'ApiKeyId'>;
/** `+` and digits. Never logged: the logger redacts what looks like one. */
export type PhoneNumber = Branded<string, 'PhoneNumber'>;

export const deviceId = (value: number): DeviceId => value as DeviceId;
export const contactId = (value: number): ContactId => value as ContactId;
export const sequenceId = (value: number): SequenceId => value as SequenceId;
export const sequenceContactId = (value: number): SequenceContactId => value as SequenceContactId;
export const workerId = (value: string): WorkerId => value as WorkerId;
export const epoch = (value: number): Epoch => value as Epoch;
export const stepKey = (value: string): StepKey => value as StepKey;
export const apiKeyId = (value: number): ApiKeyId => value as ApiKeyId;
export const phoneNumber = (value: string): PhoneNumber => value as PhoneNumber;

/** Not a step of a sequence: the confirmation of an opt-out. Reserved in sequence files. */
export const optOutKey = stepKey('opt-out');
