/**
 * `+15550000001` as `+1555…0001`: enough to tell the devices of a series apart, not enough to dial. Short numbers show
 * less.
 */
export function abbreviatePhone(phone: string): string {
  const [head, tail] = phone.length >= 12 ? [5, 4] : [3, 2];
  return `${phone.slice(0, head)}…${phone.slice(-tail)}`;
}
