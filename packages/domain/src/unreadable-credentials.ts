const sentence = 'its stored credentials cannot be read';

/** The reason that a worker writes beside a session's state when what is stored of it can't be read. */
export function unreadableReason(detail: string): string {
  return `${sentence}: ${detail}`;
}

/**
 * Whether that is the reason. Nothing else tells such a device from one that was never linked, and it must not be paired
 * anew: its identity may only lack a key.
 */
export function isUnreadableReason(reason: string | undefined): boolean {
  return reason?.startsWith(sentence) ?? false;
}
