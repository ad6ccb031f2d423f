/**
 * What comes after a session, or after a try to have one: another one; nothing, for the device is another worker's; or
 * nothing until an operator acts.
 */
export type AfterSession = 'again' | 'lost' | 'unusable';
