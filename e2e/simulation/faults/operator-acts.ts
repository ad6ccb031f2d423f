import { drawDuration, type Fault } from './fault.ts';

const stopMax = 90_000;

/** No faults, but what people do meanwhile: contacts and operators. */
export const operatorActs: readonly Fault[] = [
  {
    kind: 'contact_stop',
    weight: 2,
    strike: ({ world, plan, random }) => {
      const { device, contact } = random.pick(plan.runs);
      world.network.say(device.phone, contact, 'STOP');
      return 0;
    },
  },
  {
    kind: 'contact_reply',
    weight: 1,
    strike: ({ world, plan, random }) => {
      const { device, contact } = random.pick(plan.runs);
      world.network.say(device.phone, contact, 'thanks');
      return 0;
    },
  },
  {
    kind: 'suppressed',
    weight: 1,
    strike: ({ operator, plan, random }) => {
      operator.suppress(random.pick(plan.runs).contact);
      return 0;
    },
  },
  {
    kind: 'device_paused',
    weight: 2,
    strike: ({ operator, plan, random, world }) => {
      const { id } = random.pick(plan.devices);
      const duration = drawDuration(random, stopMax);
      operator.pause(id);
      world.time.after(duration, () => operator.resume(id));
      return duration;
    },
  },
  {
    kind: 'device_drained',
    weight: 2,
    strike: ({ operator, plan, random, world }) => {
      const { id } = random.pick(plan.devices);
      const duration = drawDuration(random, stopMax);
      operator.drain(id);
      world.time.after(duration, () => operator.resume(id));
      return duration;
    },
  },
  {
    kind: 'sequence_paused',
    weight: 2,
    strike: ({ operator, plan, random, world }) => {
      const { name } = random.pick(plan.sequences);
      const duration = drawDuration(random, stopMax);
      operator.switchSequence(name, 'paused');
      world.time.after(duration, () => operator.switchSequence(name, 'active'));
      return duration;
    },
  },
  {
    kind: 'sequence_edited',
    weight: 1,
    strike: ({ operator, plan, random }) => {
      operator.edit(random.pick(plan.sequences));
      return 0;
    },
  },
];
