import type { Role } from '../wire.ts';

/** Who may use a route: `public` is everybody, a role is it or a higher one. Without any, nobody may. */
export type Access = 'public' | Role;

/** Who asks, and how they showed it: by a key in the header, or by the cookie of a browser that logged in. */
export type Principal = Readonly<{ name: string; role: Role; via: 'key' | 'login' }>;

export type RequestFacts = Readonly<{
  /** What the route says of itself. */
  access: Access | undefined;
  method: string;
  principal: Principal | undefined;
  /** The headers of this name, as a browser sends them and no page of another site can forge. */
  origin: string | undefined;
  secFetchSite: string | undefined;
  host: string | undefined;
}>;

export type Verdict =
  | 'allowed'
  | 'unauthenticated'
  /** The page of another site asks through somebody's browser. */
  | 'foreign_origin'
  | 'forbidden';

const ranks: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, admin: 2 };
const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The one check before any route: deny by default. */
export function judgeRequest(facts: RequestFacts): Verdict {
  const { access, principal } = facts;
  if (access === undefined) return principal ? 'forbidden' : 'unauthenticated';
  if (isForeign(facts)) return 'foreign_origin';
  if (access === 'public') return 'allowed';
  if (!principal) return 'unauthenticated';
  return ranks[principal.role] >= ranks[access] ? 'allowed' : 'forbidden';
}

/**
 * Whether another site's page makes a browser ask: its origin is not ours. Where a cookie speaks for somebody, a change
 * must also prove that it comes from a page of ours: every browser says where a POST comes from.
 */
function isForeign({ method, principal, origin, secFetchSite, host }: RequestFacts): boolean {
  if (origin !== undefined) return !isOwn(origin, host);
  if (secFetchSite === 'cross-site') return !safeMethods.has(method);
  const mustProve = principal?.via === 'login' && !safeMethods.has(method);
  return mustProve && secFetchSite !== 'same-origin';
}

function isOwn(origin: string, host: string | undefined): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, host: asked } = new URL(origin);
  // Parsed as well: a port that goes without saying may be said.
  const own = `${protocol}//${host}`;
  return host !== undefined && URL.canParse(own) && new URL(own).host === asked;
}
