import type { ControlAction } from './api.ts';
import type { Page } from './page.ts';

/** Whether the person may change anything. Nobody knows before the server has said. */
export function mayOperate({ me }: Page): boolean {
  return me.value !== undefined && me.value.role !== 'viewer';
}

export function openDevice(page: Page, id: number): void {
  page.selected.value = id;
  page.opened.value = id;
}

/** Moves on by `step` rows, from nowhere as if from before the first. The drawer follows if it is open. */
export function moveSelection(page: Page, step: number): void {
  const ids = page.view.matches;
  const { selected, opened } = page;
  const at = selected.value === undefined ? -1 : ids.indexOf(selected.value);
  const id = ids[Math.max(0, Math.min(ids.length - 1, at + step))];
  if (id === undefined) return;
  selected.value = id;
  if (opened.value !== undefined) opened.value = id;
}

/** Opens the dialog for a device. */
export function askControl(page: Page, action: ControlAction, id: number | undefined): void {
  const device = id === undefined ? undefined : page.fleet.get(id);
  if (!device || !mayOperate(page)) return;
  page.control.value = { action, devices: [device], isAll: false };
}

/** Opens the dialog for all devices that match now; who matches later is not meant. */
export function askControlOfMatches(page: Page, action: ControlAction): void {
  const devices = page.view.matches.flatMap((id) => page.fleet.get(id) ?? []);
  if (devices.length === 0 || !mayOperate(page)) return;
  page.control.value = { action, devices, isAll: devices.length === page.fleet.devices().length };
}
