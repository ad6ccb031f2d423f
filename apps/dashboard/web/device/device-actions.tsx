import type { FleetDevice } from '../../src/wire.ts';
import { askControl, mayOperate } from '../page/operate.ts';
import type { Page } from '../page/page.ts';

const actions = [
  ['pause', 'Pause', 'p'],
  ['resume', 'Resume', 'r'],
  ['drain', 'Drain', 'd'],
] as const;

type DeviceActionsProps = Readonly<{ page: Page; device: FleetDevice }>;

/** What can be done with a device. The server decides; nothing is hidden for what it was a second ago. */
export function DeviceActions({ page, device: { id, name } }: DeviceActionsProps) {
  if (page.me.value?.role === 'viewer')
    return <p class="note">Your role, viewer, may look only.</p>;
  const mayNot = !mayOperate(page);
  return (
    <div class="actions">
      {actions.map(([action, label, key]) => (
        <button
          key={action}
          type="button"
          disabled={mayNot}
          aria-keyshortcuts={key}
          onClick={() => askControl(page, action, id)}
        >
          {label} <kbd aria-hidden="true">{key}</kbd>
        </button>
      ))}
      <button type="button" disabled={mayNot} onClick={() => (page.pairing.value = name)}>
        Pair…
      </button>
    </div>
  );
}
