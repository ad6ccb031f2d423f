/** The word alone: "please don't stop" is no opt-out. */
export function isStop(text: string): boolean {
  return text.trim().toUpperCase() === 'STOP';
}
