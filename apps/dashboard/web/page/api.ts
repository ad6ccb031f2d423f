import type {
  ControlBody,
  ControlResult,
  DeviceView,
  Me,
  PairingBody,
  PairingView,
  Problem,
} from '../../src/wire.ts';

export type ControlAction = 'pause' | 'resume' | 'drain';

/** What the page asks of the server. Every call throws `ApiError`. */
export type Api = Readonly<{
  findMe(): Promise<Me>;
  findDevice(name: string): Promise<DeviceView>;
  control(action: ControlAction, body: ControlBody): Promise<ControlResult>;
  requestPairing(name: string, body: PairingBody): Promise<PairingView>;
  findPairing(name: string): Promise<PairingView>;
  cancelPairing(name: string): Promise<void>;
}>;

/** The server said no, or nothing. The message is for people. */
export class ApiError extends Error {
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'ApiError';
    this.code = code;
  }
}

/** ms. Thousands of devices are controlled in one call. */
const timeout = { read: 15_000, control: 60_000 };

/** `onLoggedOut` is called when the login is over, before the call throws. */
export function createApi(onLoggedOut: () => void): Api {
  const call = async (path: string, options: CallOptions = {}): Promise<unknown> => {
    const response = await request(path, options);
    if (response.status === 401) onLoggedOut();
    if (!response.ok) throw await problemOf(response);
    return response.status === 204 ? undefined : await readJson(response);
  };
  return {
    findMe: async () => (await call('me')) as Me,
    findDevice: async (name) => (await call(devicePath(name))) as DeviceView,
    control: async (action, body) =>
      (await call(`devices/${action}`, {
        method: 'POST',
        body,
        timeout: timeout.control,
      })) as ControlResult,
    requestPairing: async (name, body) =>
      (await call(pairingPath(name), { method: 'POST', body })) as PairingView,
    findPairing: async (name) => (await call(pairingPath(name))) as PairingView,
    cancelPairing: async (name) => {
      await call(pairingPath(name), { method: 'DELETE' });
    },
  };
}

const devicePath = (name: string): string => `devices/${encodeURIComponent(name)}`;
const pairingPath = (name: string): string => `${devicePath(name)}/pairing`;

type CallOptions = Readonly<{
  method?: 'POST' | 'DELETE';
  body?: ControlBody | PairingBody;
  timeout?: number;
}>;

async function request(path: string, options: CallOptions): Promise<Response> {
  const { method = 'GET', body, timeout: limit = timeout.read } = options;
  try {
    return await fetch(`/api/v1/${path}`, {
      method,
      cache: 'no-store',
      credentials: 'same-origin',
      // A body of nothing must not claim to be JSON.
      ...(body && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
      signal: AbortSignal.timeout(limit),
    });
  } catch (error) {
    throw new ApiError('unreachable', 'The dashboard does not answer.', error);
  }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    throw new ApiError('unreadable', 'The dashboard’s answer can’t be read.', error);
  }
}

async function problemOf(response: Response): Promise<ApiError> {
  const problem = (await response.json().catch(() => ({}))) as Partial<Problem>;
  const title = problem.title ?? `The dashboard answered ${response.status}`;
  const detail = problem.detail === undefined ? '' : `: ${problem.detail}`;
  return new ApiError(problem.code ?? 'unknown', `${title}${detail}`);
}

/** For people, whatever was thrown. */
export function errorText(error: unknown): string {
  return error instanceof ApiError ? error.message : `The page has a fault: ${String(error)}`;
}
