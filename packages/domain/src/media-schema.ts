import { z } from 'zod';
import { mediaKinds, type StepMedia } from './sequence-definition.ts';

/** The longest address of a file, characters. */
const urlLength = 2_000;
/** As much as file systems take. */
const fileNameLength = 255;

/** The fields under `media`. */
export const mediaFields = ['type', 'url', 'file_name'];

/** What to write instead, by the name of the field. */
export const mediaFixes: Readonly<Record<string, string>> = {
  media: `write the fields ${mediaFields.join(', ')}`,
  type: `write ${mediaKinds.slice(0, -1).join(', ')} or ${mediaKinds.at(-1)}`,
  url: `write the address of the file, https://…, at most ${urlLength} characters`,
  file_name: `write what the document is called, at most ${fileNameLength} characters without / and \\`,
};

/** `media` of a step, as a sequence file has it. */
export const media = z
  .strictObject({
    type: z.enum(mediaKinds),
    url: z
      .string()
      .max(urlLength)
      .superRefine((url, context) => {
        const message = whyNoUrl(url);
        if (message !== undefined) context.addIssue({ code: 'custom', message });
      }),
    file_name: z
      .string()
      .max(fileNameLength)
      .refine((name) => !/[\p{Cc}/\\]/u.test(name) && name.trim() !== '', {
        error: 'this is not the name of a file',
      })
      .optional(),
  })
  .superRefine(({ type, file_name: name }, context) => {
    if (name === undefined || type === 'document') return;
    const message = 'only a document shows the name of its file';
    context.addIssue({ code: 'custom', path: ['file_name'], message });
  })
  .transform(({ type, url, file_name: fileName }): StepMedia => ({
    kind: type,
    url,
    ...(fileName !== undefined && { fileName }),
  }));

/** A password in it would be stored and shown; spaces and Liquid mean that it was thought to be filled in. */
function whyNoUrl(url: string): string | undefined {
  if (/\{\{|\{%/.test(url)) return 'Liquid is not supported in "url" yet';
  if (/[\s\p{Cc}]/u.test(url)) return '"url" has a space in it';
  if (!/^https:\/\//i.test(url) || !URL.canParse(url)) return '"url" is no https:// address';
  const { username, password } = new URL(url);
  return username === '' && password === '' ? undefined : '"url" has a name or a password in it';
}
