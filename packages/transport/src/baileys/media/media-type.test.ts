import { expect, test } from 'vitest';
import { mediaType } from './media-type.ts';

const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0]);
const png = Buffer.from('89504e470d0a1a0a0000', 'hex');
const mp4 = Buffer.from('\0\0\0\x20ftypisom', 'latin1');
const voice = Buffer.from('\0\0\0\x20ftypM4A ', 'latin1');
const ogg = Buffer.from('OggS\0\0');
const pdf = Buffer.from('%PDF-1.7');
const page = Buffer.from('\n<!DOCTYPE html><html>');
const other = Buffer.from('hello, world');

test.each([
  ['image', jpeg, 'image/jpeg', 'image/jpeg'],
  ['image', png, 'image/png; charset=binary', 'image/png'],
  ['image', jpeg, undefined, 'image/jpeg'],
  // The name is wrong, the kind is right: the bytes say which.
  ['image', jpeg, 'image/png', 'image/jpeg'],
  ['video', mp4, 'video/mp4', 'video/mp4'],
  ['video', mp4, 'application/octet-stream', 'video/mp4'],
  ['audio', ogg, 'application/ogg', 'audio/ogg'],
  ['audio', voice, 'audio/x-m4a', 'audio/mp4'],
  ['audio', mp4, 'video/mp4', 'audio/mp4'],
  ['document', pdf, 'application/pdf', 'application/pdf'],
  ['document', other, 'text/csv', 'text/csv'],
  ['document', other, undefined, 'application/octet-stream'],
] as const)('takes as %s %o that is called %s', (...[kind, bytes, declared, expected]) => {
  expect(mediaType(kind, bytes, declared)).toBe(expected);
});

test.each([
  ['image', page, 'image/jpeg'],
  ['image', jpeg, 'text/html'],
  ['image', mp4, 'video/mp4'],
  ['image', other, 'image/jpeg'],
  ['image', Buffer.alloc(0), 'image/jpeg'],
  ['video', jpeg, 'image/jpeg'],
  ['video', voice, 'audio/mp4'],
  ['audio', pdf, 'audio/mpeg'],
  ['document', page, 'application/octet-stream'],
  ['document', other, 'text/html; charset=utf-8'],
  ['document', other, 'application/pdf'],
  ['document', Buffer.alloc(0), 'application/pdf'],
] as const)('refuses as %s %o that is called %s', (kind, bytes, declared) => {
  expect(mediaType(kind, bytes, declared)).toBeUndefined();
});
