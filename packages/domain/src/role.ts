/** What a key to the dashboard lets one do, each all of the one before: look, act on devices and runs, manage the rest. */
export const roles = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];
