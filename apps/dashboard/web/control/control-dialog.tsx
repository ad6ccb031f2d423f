import type { ControlIntent, PageProps } from '../page/page.ts';
import { plural } from '../parts/format.ts';
import { Modal } from '../parts/modal.tsx';
import { ControlForm } from './control-form.tsx';
import { controlTexts } from './control-texts.ts';

/** Asks before devices are paused, resumed or drained. */
export function ControlDialog({ page }: PageProps) {
  const intent = page.control.value;
  if (!intent) return null;
  const close = () => (page.control.value = undefined);
  return (
    <Modal title={titleOf(intent)} class="control" onClose={close}>
      <ControlForm page={page} intent={intent} onClose={close} />
    </Modal>
  );
}

function titleOf({ action, devices, isAll }: ControlIntent): string {
  const { verb } = controlTexts[action];
  const [only] = devices;
  if (only && devices.length === 1) return `${verb} ${only.name}`;
  return `${verb} ${isAll ? 'all ' : ''}${plural(devices.length, 'device')}`;
}
