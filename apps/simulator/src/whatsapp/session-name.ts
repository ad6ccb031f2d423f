/**
 * Names the Signal session of a phone with a linked device.
 *
 * libsignal queues its work by this name, over all its users in a process: it must say who both ends are.
 */
export function sessionName(phone: string, device: { phone: string; id: number }): string {
  return `${phone}#${device.phone}:${device.id}`;
}
