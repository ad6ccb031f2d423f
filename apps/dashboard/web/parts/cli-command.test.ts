import { expect, it } from 'vitest';
import { controlCommand, nameWords } from './cli-command.ts';

it('names the devices, or all of them', () => {
  const names = ['ana', 'ben'];
  expect(controlCommand('resume', { kind: 'names', names })).toBe('dripfleet resume ana ben');
  expect(controlCommand('drain', { kind: 'all' })).toBe('dripfleet drain --all');
});

it('keeps reason and duration', () => {
  expect(
    controlCommand('pause', { kind: 'names', names: ['ana'] }, { reason: 'new SIM', for: '2h' }),
  ).toBe(`dripfleet pause --for 2h --reason 'new SIM' ana`);
  expect(controlCommand('pause', { kind: 'all' }, { reason: '', for: '' })).toBe(
    'dripfleet pause --all',
  );
});

// It is pasted into a shell, and a reason is anybody's text.
it('lets no text out of its word', () => {
  expect(controlCommand('pause', { kind: 'all' }, { reason: `it's $(reboot) ; x` })).toBe(
    String.raw`dripfleet pause --all --reason 'it'\''s $(reboot) ; x'`,
  );
  expect(nameWords(['--all', 'a b'])).toEqual(['--', '--all', `'a b'`]);
});
