import { useLayoutEffect, useRef } from 'preact/hooks';
import type { FleetDevice } from '../../src/wire.ts';
import type { Page, PageProps } from '../page/page.ts';
import { nameWords } from '../parts/cli-command.ts';
import { CommandLine } from '../parts/command-line.tsx';
import { conditionLooks } from '../parts/condition-look.ts';
import { Glyph } from '../parts/glyph.tsx';
import { CloseButton } from '../parts/modal.tsx';
import { useDeviceChanges } from '../parts/use-device-changes.ts';
import { DeviceActions } from './device-actions.tsx';
import { DeviceFacts } from './device-facts.tsx';
import { useDeviceView } from './use-device-view.ts';

type DrawerProps = PageProps & Readonly<{ isCovering: boolean }>;

/** One device, beside the list; on a narrow screen instead of it. */
export function Drawer({ page, isCovering }: DrawerProps) {
  const id = page.opened.value;
  useDeviceChanges(page.fleet, id === undefined ? [] : [id]);
  if (id === undefined) return null;
  return <OpenDrawer page={page} isCovering={isCovering} device={page.fleet.get(id)} />;
}

type OpenDrawerProps = DrawerProps & Readonly<{ device: FleetDevice | undefined }>;

const titleId = 'drawer-title';

function OpenDrawer({ page, isCovering, device }: OpenDrawerProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  // Not modal: another device can be clicked meanwhile. Closing gives the focus back.
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.show();
    return () => element?.close();
  }, []);
  return (
    <dialog ref={dialog} class="drawer" aria-labelledby={titleId} aria-modal={isCovering}>
      <header>
        <h2 id={titleId}>{device?.name ?? 'This device is gone'}</h2>
        <CloseButton onClose={() => (page.opened.value = undefined)} />
      </header>
      {device && <DevicePanel key={device.id} page={page} device={device} />}
    </dialog>
  );
}

type DevicePanelProps = Readonly<{ page: Page; device: FleetDevice }>;

function DevicePanel({ page, device }: DevicePanelProps) {
  const reading = useDeviceView(page, device);
  const { view, problem } = reading;
  const { label, meaning } = conditionLooks[device.condition];
  return (
    <div class="panel">
      <p class="state">
        <Glyph condition={device.condition} />
        <b>{label}</b>
        <span>{device.why ?? meaning}</span>
      </p>
      {problem && (
        <p role="alert" class="problem">
          {problem}
        </p>
      )}
      <DeviceActions page={page} device={device} />
      {view && (
        <section class="advice" aria-label="What to do">
          <h3>What to do</h3>
          <ul>
            {view.advice.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </section>
      )}
      <DeviceFacts page={page} device={device} reading={reading} />
      <h3>On the command line</h3>
      <CommandLine command={['dripfleet device show', ...nameWords([device.name])].join(' ')} />
    </div>
  );
}
