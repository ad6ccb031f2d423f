import { keyHelp } from '../page/keys.ts';
import type { PageProps } from '../page/page.ts';
import { conditionLooks, conditions } from './condition-look.ts';
import { Glyph } from './glyph.tsx';
import { Modal } from './modal.tsx';

export function Help({ page: { isHelpOpen } }: PageProps) {
  if (!isHelpOpen.value) return null;
  return (
    <Modal title="Help" class="help" onClose={() => (isHelpOpen.value = false)}>
      <h3>Keys</h3>
      <dl>
        {keyHelp.map(([keys, meaning]) => (
          <div key={keys}>
            <dt>
              {keys.split('  ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <h3>Conditions</h3>
      <dl>
        {conditions.map((condition) => (
          <div key={condition}>
            <dt>
              <Glyph condition={condition} /> {conditionLooks[condition].label}
            </dt>
            <dd>{conditionLooks[condition].meaning}</dd>
          </div>
        ))}
      </dl>
      <p>A cell with its corner cut off is a device with errors in the last hour.</p>
    </Modal>
  );
}
