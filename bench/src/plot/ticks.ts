/** Round numbers from 0 to at least `max`, about five of them. */
export function ticksTo(max: number): readonly number[] {
  if (!(max > 0) || !Number.isFinite(max)) return [0, 1];
  const step = roundStep(max / 5);
  const count = Math.ceil(max / step - 1e-9);
  // Multiplied and not added up: 0.1 + 0.2 is no tick.
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** A tick as text: thousands apart, and as many digits as the number has. */
export function tickText(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 6 });
}

/** The smallest of 1, 2, 2.5 and 5 times a power of ten that is not below. */
function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 2.5, 5].find((each) => each * power >= rough * (1 - 1e-9)) ?? 10;
  return factor * power;
}
