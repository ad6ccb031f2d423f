import type { StepMedia } from '@dripfleet/domain';

/**
 * What a file is, by its first bytes, if WhatsApp takes that as this kind; undefined when not. What the server calls it
 * must not contradict. Source of the types: Meta's list of supported media of the WhatsApp Cloud API.
 *
 * A document may be anything but a web page, which is what one gets instead of a file that asks for a login.
 */
export function mediaType(
  kind: StepMedia['kind'],
  bytes: Buffer,
  declared: string | undefined,
): string | undefined {
  const named = declared?.split(';')[0]?.trim().toLowerCase() ?? '';
  const found = signatures.find(({ fits }) => fits(bytes));
  if (kind === 'document') return documentType(bytes, named, found?.type);
  if (!found?.kinds.includes(kind)) return undefined;
  const vague = named === '' || named === 'application/octet-stream';
  const agrees = named.startsWith(`${kind}/`) || (kind === 'audio' && named === 'application/ogg');
  // An audio in an MP4 file is often called a video.
  if (!vague && !agrees && !(kind === 'audio' && named === 'video/mp4')) return undefined;
  return kind === 'audio' && found.type === 'video/mp4' ? 'audio/mp4' : found.type;
}

type Signature = Readonly<{
  type: string;
  kinds: readonly StepMedia['kind'][];
  fits(bytes: Buffer): boolean;
}>;

const starts =
  (...heads: readonly (string | readonly number[])[]) =>
  (bytes: Buffer) =>
    heads.some((head) => {
      const wanted = typeof head === 'string' ? Buffer.from(head, 'latin1') : Buffer.from(head);
      return bytes.subarray(0, wanted.length).equals(wanted);
    });
/** An ISO container, with its brand in bytes 8 to 12. */
const brand = (pattern: RegExp) => (bytes: Buffer) =>
  bytes.toString('latin1', 4, 8) === 'ftyp' && pattern.test(bytes.toString('latin1', 8, 12));

const signatures: readonly Signature[] = [
  { type: 'image/jpeg', kinds: ['image'], fits: starts([0xff, 0xd8, 0xff]) },
  { type: 'image/png', kinds: ['image'], fits: starts([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]) },
  { type: 'video/3gpp', kinds: ['video'], fits: brand(/^3g/) },
  { type: 'audio/mp4', kinds: ['audio'], fits: brand(/^M4A/) },
  {
    type: 'video/mp4',
    kinds: ['video', 'audio'],
    fits: brand(/^(iso|mp4|avc1|dash|MSNV|f4v|M4V)/i),
  },
  { type: 'audio/ogg', kinds: ['audio'], fits: starts('OggS') },
  { type: 'audio/amr', kinds: ['audio'], fits: starts('#!AMR') },
  {
    type: 'audio/mpeg',
    kinds: ['audio'],
    fits: starts('ID3', [0xff, 0xfb], [0xff, 0xf3], [0xff, 0xf2]),
  },
  { type: 'audio/aac', kinds: ['audio'], fits: starts([0xff, 0xf1], [0xff, 0xf9]) },
  { type: 'application/pdf', kinds: [], fits: starts('%PDF-') },
];

function documentType(bytes: Buffer, named: string, found: string | undefined): string | undefined {
  const page =
    named === 'text/html' || /^\s*<(!doctype html|html)/i.test(bytes.toString('latin1', 0, 200));
  if (page || bytes.length === 0) return undefined;
  // It says that it is a PDF and is none.
  if (named === 'application/pdf' && found !== named) return undefined;
  return found ?? (named || 'application/octet-stream');
}
