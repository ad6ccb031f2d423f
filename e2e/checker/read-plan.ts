import { InputError } from './input-error.ts';
import { type JsonObject, parseObject } from './json-object.ts';
import type { Plan, PlannedContact } from './plan.ts';
import { readCap } from './read-cap.ts';
import { readLines } from './read-lines.ts';

/**
 * Reads a plan: first `{"caps":[{"max","window_ms"}],"devices":[…],"confirmation"?}`, then `{"to","device","texts":[…]}` a contact.
 *
 * Throws `InputError` with `file:line` for a malformed line, and for a plan nobody can judge by: a contact twice, two
 * equal texts for one contact or one equal to the confirmation, a device that is not listed, no contact at all.
 * Contacts may be added while the run goes on: with `partial` a last line that is being written is left out.
 */
export async function readPlan(
  path: string,
  { partial }: { partial: boolean } = { partial: false },
): Promise<Plan> {
  let head: Omit<Plan, 'contacts'> | undefined;
  let devices: ReadonlySet<string> = new Set();
  const contacts = new Map<string, PlannedContact>();
  const take = (line: string, number: number) => {
    const place = `${path}:${number}`;
    const fields = parseObject(line, place);
    if (head === undefined) {
      const caps = fields.list('caps', (cap) => readCap(cap, place));
      const confirmation = fields.optionalText('confirmation');
      head = {
        caps,
        devices: fields.list('devices', asText),
        ...(confirmation !== undefined && { confirmation }),
      };
      devices = new Set(head.devices);
      return;
    }
    const contact = readContact(fields);
    const problem =
      whyUnjudgeable(contact, devices, contacts) ?? whyConfusing(contact, head.confirmation);
    if (problem !== undefined) throw new InputError(`${place}: ${problem}`);
    contacts.set(contact.to, contact);
  };
  const { torn, lines } = await readLines(path, take);
  // After a run a last line without its newline is complete, or malformed.
  if (torn !== '' && !partial) take(torn, lines + 1);
  if (head === undefined) throw new InputError(`${path}:1: a plan begins with caps and devices`);
  // Every run would pass it.
  if (contacts.size === 0) throw new InputError(`${path}: a plan without contacts proves nothing`);
  return { ...head, contacts: [...contacts.values()] };
}

function readContact(fields: JsonObject): PlannedContact {
  const [to, device] = [fields.text('to'), fields.text('device')];
  return { to, device, texts: fields.list('texts', asText) };
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function whyUnjudgeable(
  { to, device, texts }: PlannedContact,
  devices: ReadonlySet<string>,
  others: ReadonlyMap<string, unknown>,
): string | undefined {
  if (others.has(to)) return `${to} is planned twice`;
  if (!devices.has(device)) return `${device} is not among the plan's devices`;
  if (new Set(texts).size === texts.length) return undefined;
  return `two texts for ${to} are equal, so its steps cannot be told apart`;
}

function whyConfusing(
  { to, texts }: PlannedContact,
  confirmation: string | undefined,
): string | undefined {
  return confirmation !== undefined && texts.includes(confirmation)
    ? `a text for ${to} is that of the confirmation, so that the two cannot be told apart`
    : undefined;
}
