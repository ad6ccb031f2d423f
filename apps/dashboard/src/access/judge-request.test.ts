import { describe, expect, test } from 'vitest';
import { judgeRequest, type Principal, type RequestFacts } from './judge-request.ts';

const host = 'fleet.example:8080';
const asked = (facts: Partial<RequestFacts>): RequestFacts => ({
  access: 'viewer',
  method: 'GET',
  principal: undefined,
  origin: undefined,
  secFetchSite: undefined,
  host,
  ...facts,
});
const by = (role: Principal['role'], via: Principal['via'] = 'key'): Principal => ({
  name: 'ana',
  role,
  via,
});

describe('the check before a route', () => {
  test('a route that says nothing of itself is nobody’s', () => {
    expect(judgeRequest(asked({ access: undefined, principal: by('admin') }))).toBe('forbidden');
    expect(judgeRequest(asked({ access: undefined }))).toBe('unauthenticated');
  });

  test('without a key or a login only public routes answer', () => {
    expect(judgeRequest(asked({}))).toBe('unauthenticated');
    expect(judgeRequest(asked({ access: 'public' }))).toBe('allowed');
  });

  test.each([
    ['viewer', 'viewer', 'allowed'],
    ['viewer', 'operator', 'forbidden'],
    ['operator', 'operator', 'allowed'],
    ['operator', 'admin', 'forbidden'],
    ['admin', 'viewer', 'allowed'],
  ] as const)('a %s asks for what needs a %s: %s', (role, access, verdict) => {
    expect(judgeRequest(asked({ access, principal: by(role) }))).toBe(verdict);
  });
});

describe('another site’s page', () => {
  const login = by('admin', 'login');

  test.each(['https://evil.example', 'null', 'http://fleet.example', 'https://fleet.example:8081'])(
    'from %s can do nothing, whoever’s browser it is in',
    (origin) => {
      const facts = { principal: login, origin, access: 'operator' } as const;
      expect(judgeRequest(asked({ ...facts, method: 'POST' }))).toBe('foreign_origin');
      expect(judgeRequest(asked({ ...facts, method: 'GET' }))).toBe('foreign_origin');
      expect(judgeRequest(asked({ ...facts, access: 'public', method: 'POST' }))).toBe(
        'foreign_origin',
      );
    },
  );

  test('a change by cookie must say that it comes from a page of ours', () => {
    const change = { principal: login, access: 'operator', method: 'POST' } as const;
    expect(judgeRequest(asked(change))).toBe('foreign_origin');
    expect(judgeRequest(asked({ ...change, secFetchSite: 'same-site' }))).toBe('foreign_origin');
    expect(judgeRequest(asked({ ...change, secFetchSite: 'same-origin' }))).toBe('allowed');
    expect(judgeRequest(asked({ ...change, origin: `http://${host}` }))).toBe('allowed');
  });

  test('a link to us from elsewhere opens the page; a form of elsewhere posts nothing', () => {
    const cross = { principal: login, secFetchSite: 'cross-site' } as const;
    expect(judgeRequest(asked(cross))).toBe('allowed');
    expect(judgeRequest(asked({ ...cross, access: 'public', method: 'POST' }))).toBe(
      'foreign_origin',
    );
  });

  test('a program with a key sends no origin and needs none', () => {
    const change = { principal: by('operator'), access: 'operator', method: 'POST' } as const;
    expect(judgeRequest(asked(change))).toBe('allowed');
  });
});
