import type { PhoneNumber } from '@dripfleet/domain';

/** Somebody to enroll; everything that needs no database is checked. */
export type Person = Readonly<{
  phone: PhoneNumber;
  name: string | undefined;
  /** IANA. */
  timeZone: string | undefined;
  attributes: Readonly<Record<string, string>>;
  /** Without an instant, consent is given now. */
  consent: Readonly<{ source: string; at: Date | undefined }>;
  /** The device that the row or the command names. */
  device: string | undefined;
  /** Names the row of a file; undefined for a single contact. */
  importKey: string | undefined;
}>;
