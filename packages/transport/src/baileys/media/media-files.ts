import type { StepMedia } from '@dripfleet/domain';
import { download } from './download.ts';
import type { MediaFailure, MediaReach } from './media-outcome.ts';
import { mediaType } from './media-type.ts';
import { isPublicAddress } from './public-address.ts';

export type MediaFile = Readonly<{ bytes: Buffer; mimeType: string }>;

export type MediaLimits = Readonly<Record<StepMedia['kind'], number>>;

const megabyte = 1_048_576;

/**
 * Bytes by kind: what Meta documents for the WhatsApp Cloud API (image 5 MB, audio and video 16 MB, document 100 MB),
 * with a quarter for documents, because files are held in memory.
 */
export const mediaLimits: MediaLimits = {
  image: 5 * megabyte,
  video: 16 * megabyte,
  audio: 16 * megabyte,
  document: 25 * megabyte,
};

export const publicReach: MediaReach = { http: false, mayConnect: isPublicAddress };

/** Files of a process are kept up to this size together. */
const capacity = 64 * megabyte;
/** A changed file is seen after this time at the latest, ms. */
const lifetime = 3_600_000;
const parallel = 4;

type Fetched = Readonly<{ kind: 'fetched'; file: MediaFile }> | MediaFailure;

/** The files of steps, fetched once for all devices of the process. */
export class MediaFiles {
  readonly #limits: MediaLimits;
  readonly #reach: MediaReach;
  readonly #kept = new Map<string, Readonly<{ file: MediaFile; until: number }>>();
  readonly #underway = new Map<string, Promise<Fetched>>();
  readonly #queue: (() => void)[] = [];
  #running = 0;
  #size = 0;

  constructor({ limits = mediaLimits, reach = publicReach } = {}) {
    this.#limits = limits;
    this.#reach = reach;
  }

  /** Never throws. */
  async fetch({ kind, url }: StepMedia): Promise<Fetched> {
    const key = `${kind} ${url}`;
    const file = this.#find(key);
    if (file) return { kind: 'fetched', file };
    const underway = this.#underway.get(key) ?? this.#start(key, kind, url);
    return await underway;
  }

  #start(key: string, kind: StepMedia['kind'], url: string): Promise<Fetched> {
    const fetching = this.#inTurn(async (): Promise<Fetched> => {
      const downloaded = await download(url, this.#limits[kind], this.#reach);
      if (downloaded.kind !== 'downloaded') return downloaded;
      const { bytes, declaredType } = downloaded;
      const mimeType = mediaType(kind, bytes, declaredType);
      if (mimeType === undefined) return { kind: 'refused', code: 'media_wrong_type' };
      const file = { bytes, mimeType };
      this.#keep(key, file);
      return { kind: 'fetched', file };
    }).finally(() => this.#underway.delete(key));
    this.#underway.set(key, fetching);
    return fetching;
  }

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#running >= parallel) await new Promise<void>((go) => this.#queue.push(go));
    else this.#running += 1;
    try {
      return await work();
    } finally {
      const next = this.#queue.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }

  #find(key: string): MediaFile | undefined {
    const kept = this.#kept.get(key);
    if (!kept) return undefined;
    this.#drop(key);
    if (kept.until <= performance.now()) return undefined;
    // Behind all others again: the first to go is the one that was not used for longest.
    this.#kept.set(key, kept);
    this.#size += kept.file.bytes.length;
    return kept.file;
  }

  #keep(key: string, file: MediaFile): void {
    this.#kept.set(key, { file, until: performance.now() + lifetime });
    this.#size += file.bytes.length;
    for (const oldest of this.#kept.keys()) {
      if (this.#size <= capacity) return;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    this.#size -= this.#kept.get(key)?.file.bytes.length ?? 0;
    this.#kept.delete(key);
  }
}
