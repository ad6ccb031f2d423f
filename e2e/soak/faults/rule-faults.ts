import type { NetworkRule } from '../lab/network-control.ts';
import type { Random } from '../random.ts';
import type { Fault } from './fault.ts';

type Deed = Readonly<{
  kind: string;
  /** What a rule for one device adds. */
  rules(random: Random): readonly Omit<NetworkRule, 'device'>[];
  /** Baileys sessions only: the light protocol has no queries. */
  whatsappOnly?: boolean;
}>;

/** A connection must end before a rule on the next one can strike. */
const closed: Omit<NetworkRule, 'device'> = { on: 'message', do: 'close', times: 1 };

const deeds: readonly Deed[] = [
  onMessage('drop_before'),
  onMessage('accept_then_drop'),
  onMessage('no_ack'),
  onMessage('close'),
  onMessage('delay', (random) => ({ ms: random.between(200, 12_000) })),
  onMessage('nack', (random) => ({ code: 503, times: random.between(1, 3) })),
  { kind: 'rule_hang_login', rules: () => [closed, { on: 'login', do: 'hang', times: 1 }] },
  {
    kind: 'rule_nack_login',
    rules: () => [closed, { on: 'login', do: 'nack', code: 503, times: 2 }],
  },
  {
    kind: 'rule_hang_query',
    rules: (random) => [{ on: 'query', do: 'hang', times: random.between(1, 3) }],
    whatsappOnly: true,
  },
];

/** What the network does to some devices by itself. One at a time, for the network forgets all rules at once. */
export const ruleFaults: readonly Fault[] = deeds.map(({ kind, rules, whatsappOnly = false }) => ({
  kind,
  takes: 'network',
  prepare: async ({ network, devices, transport }, { random }) => {
    if (whatsappOnly && transport !== 'baileys') return undefined;
    const some = random.some([...devices.values()], random.between(1, 20));
    return {
      target: `${some.length} devices`,
      devices: some,
      lasts: random.between(5_000, 15_000),
      strike: async () =>
        await network.strike(
          some.flatMap((device) => rules(random).map((rule) => ({ ...rule, device }))),
        ),
      undo: async () => await network.clearRules(),
    };
  },
}));

/** Once for each device: a repeat is to be explained by a fault of its own. */
function onMessage(
  deed: NetworkRule['do'],
  more: (random: Random) => Partial<NetworkRule> = () => ({}),
): Deed {
  return {
    kind: `rule_${deed}`,
    rules: (random) => [{ on: 'message', do: deed, times: 1, ...more(random) }],
  };
}
