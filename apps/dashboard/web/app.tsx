import { ControlDialog } from './control/control-dialog.tsx';
import { Drawer } from './device/drawer.tsx';
import { ConditionChips } from './header/condition-chips.tsx';
import { Header } from './header/header.tsx';
import { PulseBar } from './header/pulse-bar.tsx';
import type { PageProps } from './page/page.ts';
import { PairingDialog } from './pairing/pairing-dialog.tsx';
import { Help } from './parts/help.tsx';
import { NoticeList } from './parts/notice-list.tsx';
import { useNarrow } from './parts/use-narrow.ts';
import { BulkBar } from './table/bulk-bar.tsx';
import { Table } from './table/table.tsx';
import { Wall } from './wall/wall.tsx';

export function App({ page }: PageProps) {
  // There the drawer covers everything, so nothing behind it may take the focus.
  const isCovered = useNarrow() && page.opened.value !== undefined;
  return (
    <>
      <div class="page" inert={isCovered}>
        <Header page={page} />
        <main>
          <PulseBar page={page} />
          <ConditionChips page={page} />
          <Wall page={page} />
          <section class="card list" aria-label="Devices">
            <BulkBar page={page} />
            <Table page={page} />
          </section>
        </main>
      </div>
      <Drawer page={page} isCovering={isCovered} />
      <ControlDialog page={page} />
      <PairingDialog page={page} />
      <Help page={page} />
      <NoticeList page={page} />
    </>
  );
}
