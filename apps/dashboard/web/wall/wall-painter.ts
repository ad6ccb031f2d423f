import { signal } from '@preact/signals';
import type { FleetDevice } from '../../src/wire.ts';
import { countErrors } from '../fleet/count-errors.ts';
import type { FleetChange, FleetStore } from '../fleet/fleet-store.ts';
import { cellAt, cellCorner, planWall, type WallLayout } from './wall-layout.ts';
import { drawWallSprites, type WallSprites } from './wall-sprites.ts';

type WallSpace = Readonly<{ width: number; maxHeight: number }>;

/** How much is left to see of devices that are not meant. */
const faint = 0.14;

/** Draws the fleet on a canvas, a cell each, and after a change the changed cells only. */
export class WallPainter {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D | null;
  readonly #fleet: FleetStore;
  readonly #layout = signal<WallLayout>(planWall({ count: 0, width: 0, maxHeight: 0 }));
  #places = new Map<number, number>();
  #space: WallSpace = { width: 0, maxHeight: 0 };
  #meant: ReadonlySet<number> | undefined;
  #sprites: WallSprites | undefined;

  constructor(canvas: HTMLCanvasElement, fleet: FleetStore) {
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d');
    this.#fleet = fleet;
  }

  get layout(): WallLayout {
    return this.#layout.value;
  }

  /** The device at a point of the canvas (px). */
  deviceAt(x: number, y: number): FleetDevice | undefined {
    const place = cellAt(this.#layout.peek(), x, y);
    return place === undefined ? undefined : this.#fleet.devices()[place];
  }

  /** The upper left corner of a device's cell on the canvas (px). */
  cornerOf(id: number): Readonly<{ x: number; y: number }> | undefined {
    const place = this.#places.get(id);
    return place === undefined ? undefined : cellCorner(this.layout, place);
  }

  /** Where the canvas is in the window. */
  bounds(): DOMRect {
    return this.#canvas.getBoundingClientRect();
  }

  /** Fits the wall into a space (px) and draws it. */
  resize(space: WallSpace): void {
    this.#space = space;
    this.#arrange();
  }

  /** After a change of the colours. */
  recolor(): void {
    this.#sprites = undefined;
    this.#paintAll();
  }

  follow({ ids, reordered }: FleetChange): void {
    if (reordered) {
      this.#arrange();
      return;
    }
    for (const id of ids) {
      const place = this.#places.get(id);
      const device = this.#fleet.get(id);
      if (device && place !== undefined) this.#paint(device, place);
    }
  }

  /** Lets all but these devices stand back; undefined: none stands back. */
  emphasize(ids: ReadonlySet<number> | undefined): void {
    this.#meant = ids;
    this.#paintAll();
  }

  #paintAll(): void {
    this.#context?.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    for (const [place, device] of this.#fleet.devices().entries()) this.#paint(device, place);
  }

  #arrange(): void {
    const devices = this.#fleet.devices();
    this.#places = new Map(devices.map(({ id }, place) => [id, place]));
    const layout = planWall({ count: devices.length, ...this.#space });
    const ratio = window.devicePixelRatio;
    // Setting its size clears a canvas, even to what it is.
    this.#canvas.width = Math.round(layout.width * ratio);
    this.#canvas.height = Math.round(layout.height * ratio);
    this.#canvas.style.width = `${layout.width}px`;
    this.#canvas.style.height = `${layout.height}px`;
    this.#sprites = undefined;
    this.#layout.value = layout;
    this.#paintAll();
  }

  #paint(device: FleetDevice, place: number): void {
    const context = this.#context;
    if (!context) return;
    const layout = this.#layout.peek();
    const ratio = window.devicePixelRatio;
    this.#sprites ??= drawWallSprites(this.#canvas, Math.round(layout.cell * ratio));
    const { picture, size, left, top } = this.#sprites;
    const corner = cellCorner(layout, place);
    const [x, y] = [Math.round(corner.x * ratio), Math.round(corner.y * ratio)];
    context.clearRect(x, y, size, size);
    context.globalAlpha = this.#meant?.has(device.id) === false ? faint : 1;
    const sx = left(device.condition);
    const sy = top(countErrors(device) > 0);
    context.drawImage(picture, sx, sy, size, size, x, y, size, size);
  }
}
