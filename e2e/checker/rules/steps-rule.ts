import type { LedgerEvent, LedgerMessage } from '../ledger-event.ts';
import type { Pauses } from '../pauses.ts';
import type { Plan, PlannedContact } from '../plan.ts';
import type { Rule } from '../rule.ts';
import type { Report } from '../violation.ts';
import type { OptOuts } from './opt-outs.ts';

interface StepRecord {
  /** Of the first transmission whose id binds the step, accepted or not. */
  readonly bound: { readonly id: string; readonly n: number };
  /** Line of the first accepted transmission. */
  accepted?: number;
}

interface ContactRecord {
  readonly contact: PlannedContact;
  readonly steps: (StepRecord | undefined)[];
  /** Which step each id was first used for. */
  readonly stepOfId: Map<string, number>;
}

interface StepsContext {
  readonly optOuts: OptOuts;
  readonly pauses: Pauses;
  readonly partial: boolean;
  readonly allowedTexts: ReadonlySet<string>;
  /** Judged by a rule of its own. */
  readonly confirmation: string | undefined;
  readonly report: Report;
}

/**
 * Every step once, under one id, in order, from the planned device, and nothing else.
 *
 * A message that was dropped or nacked was not sent: it completes no step. But an id dropped on the way binds its step
 * all the same, for its sender cannot know that it was not accepted; only a nack is a definite no.
 */
export class StepsRule implements Rule {
  readonly #context: StepsContext;
  readonly #contacts: Map<string, ContactRecord>;

  constructor(plan: Plan, context: StepsContext) {
    this.#context = context;
    this.#contacts = new Map(
      plan.contacts.map((contact) => [
        contact.to,
        { contact, steps: contact.texts.map(() => undefined), stepOfId: new Map() },
      ]),
    );
  }

  /** How many steps have an accepted message. */
  get stepsSent(): number {
    let sent = 0;
    for (const { steps } of this.#contacts.values()) {
      sent += steps.filter((step) => step?.accepted !== undefined).length;
    }
    return sent;
  }

  /** Whether a contact who did not opt out has heard some of the steps, up to the lines heard, and not all. */
  isMidway(contact: string): boolean {
    const steps = this.#contacts.get(contact)?.steps ?? [];
    const heard = steps.filter((step) => step?.accepted !== undefined).length;
    return heard > 0 && heard < steps.length && !this.#context.optOuts.has(contact);
  }

  hear(event: LedgerEvent): void {
    if (event.event !== 'message' || event.outcome === 'nacked') return;
    if (event.text === this.#context.confirmation) return;
    const record = this.#contacts.get(event.to);
    const at = record?.contact.texts.indexOf(event.text) ?? -1;
    if (event.outcome === 'accepted') this.#checkSender(event, record?.contact);
    if (record !== undefined && at >= 0) this.#hearStep(event, record, at);
    else if (event.outcome === 'accepted') this.#checkInvented(event, record?.contact);
  }

  conclude(): void {
    if (this.#context.partial) return;
    for (const record of this.#contacts.values()) this.#checkMissing(record);
  }

  #hearStep(message: LedgerMessage, record: ContactRecord, at: number): void {
    const { n, id } = message;
    const step = record.steps[at] ?? { bound: { id, n } };
    record.steps[at] = step;
    this.#checkIds(message, record, { at, bound: step.bound });
    if (message.outcome !== 'accepted' || step.accepted !== undefined) return;
    step.accepted = n;
    this.#checkOrder(message, record, at);
  }

  #checkIds(
    { n, id, to, device }: LedgerMessage,
    { stepOfId }: ContactRecord,
    { at, bound }: { at: number; bound: StepRecord['bound'] },
  ): void {
    const usedFor = stepOfId.get(id);
    if (usedFor === undefined) stepOfId.set(id, at);
    else if (usedFor !== at) {
      const detail = `id ${id} was step ${usedFor + 1} and is used again for step ${at + 1}: the phone does not show it`;
      this.#context.report({ kind: 'id_reused', n: [n], device, to, step: at + 1, detail });
    }
    if (id === bound.id) return;
    const detail = `step ${at + 1} has id ${bound.id} and a second, ${id}`;
    this.#context.report({ kind: 'second_id', n: [bound.n, n], device, to, step: at + 1, detail });
  }

  #checkOrder({ n, to, device }: LedgerMessage, { steps }: ContactRecord, at: number): void {
    const later = steps.findIndex((step, i) => i > at && step?.accepted !== undefined);
    const laterLine = steps[later]?.accepted;
    if (laterLine === undefined) return;
    const detail = `step ${at + 1} came after step ${later + 1}`;
    const violation = { kind: 'order_broken', device, to, step: at + 1, detail } as const;
    this.#context.report({ ...violation, n: [laterLine, n] });
  }

  #checkSender({ n, to, device }: LedgerMessage, contact: PlannedContact | undefined): void {
    if (contact === undefined || contact.device === device) return;
    const detail = `the contact hears from ${contact.device}, and now from ${device}`;
    this.#context.report({ kind: 'sender_changed', n: [n], device, to, detail });
  }

  #checkInvented(
    { n, to, device, text }: LedgerMessage,
    contact: PlannedContact | undefined,
  ): void {
    if (this.#context.allowedTexts.has(text)) return;
    const quoted = JSON.stringify(text.length > 40 ? `${text.slice(0, 39)}…` : text);
    const detail =
      contact === undefined
        ? `nobody planned to write to ${to}: ${quoted}`
        : `no step of this contact has the text ${quoted}`;
    this.#context.report({ kind: 'step_invented', n: [n], device, to, detail });
  }

  /**
   * After an opt-out nothing more is owed, nor by a device that stays paused; but a gap before the last sent step is a gap.
   */
  #checkMissing({ contact: { to, device }, steps }: ContactRecord): void {
    const { optOuts, pauses, report } = this.#context;
    const lastSent = steps.findLastIndex((step) => step?.accepted !== undefined);
    const excused = optOuts.has(to) || pauses.neverEnds(device);
    const owed = excused ? lastSent : steps.length - 1;
    const n = steps.flatMap((step) => step?.accepted ?? []);
    for (const [at, step] of steps.entries()) {
      if (at > owed || step?.accepted !== undefined) continue;
      const detail = `step ${at + 1} of ${steps.length} was never accepted`;
      report({ kind: 'step_missing', n, device, to, step: at + 1, detail });
    }
  }
}
