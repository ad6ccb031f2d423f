import { deferred } from '../deferred.ts';

/** What `work` gives, or `instead` as soon as `over` is aborted: what hangs on a gone connection may never settle. */
export async function unlessOver<Value>(
  over: AbortSignal,
  work: Promise<Value>,
  instead: Value,
): Promise<Value> {
  const cut = deferred<Value>();
  const abort = () => cut.resolve(instead);
  over.addEventListener('abort', abort, { once: true });
  if (over.aborted) abort();
  try {
    return await Promise.race([work, cut.promise]);
  } finally {
    over.removeEventListener('abort', abort);
  }
}
