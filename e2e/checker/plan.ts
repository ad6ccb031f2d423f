/** What was to be sent. `devices`, `to` and `device` are `+E164`. */
export interface Plan {
  readonly caps: readonly Cap[];
  readonly devices: readonly string[];
  readonly contacts: readonly PlannedContact[];
  /** What a contact who opted out may be answered, once. */
  readonly confirmation?: string;
}

/** At most `max` transmissions of a device in any window [t, t + windowMs). */
export interface Cap {
  readonly max: number;
  readonly windowMs: number;
}

/** One contact's steps, in order. A step is known by its text, so no two may be equal. */
export interface PlannedContact {
  readonly to: string;
  readonly device: string;
  readonly texts: readonly string[];
}
