import type { Page } from '../page/page.ts';

type LabelsProps = Readonly<{ page: Page; labels: Readonly<Record<string, string>> }>;

/** A device's labels; each finds the other devices that have it. */
export function Labels({ page: { view }, labels }: LabelsProps) {
  const texts = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  if (texts.length === 0) return <>none</>;
  return (
    <>
      {texts.map((text) => (
        <button
          key={text}
          type="button"
          class="label"
          title={`Show the devices with ${text}`}
          onClick={() => (view.filter = { ...view.filter, text })}
        >
          {text}
        </button>
      ))}
    </>
  );
}
