import { isUnreadableReason } from '@dripfleet/domain';
import {
  checkDeviceKeys,
  type DeviceKeyReport,
  KeyFileError,
  openKeyring,
} from '@dripfleet/credentials';
import { countDeviceKeys, listDevices, type Queryable } from '@dripfleet/store';
import { defaultSteal } from './default-steal.ts';
import type { Check } from './doctor-check.ts';

/** How many devices are looked for; more would not be read. */
const devicesMax = 1_000;
const namesShown = 5;

/** Whether the credentials of devices can be read with the key file, and which devices have none that are of use. */
export async function checkCredentials(
  db: Queryable,
  keyFile: string | undefined,
): Promise<readonly Check[]> {
  return [await checkKeyFile(db, keyFile), ...(await checkPairings(db))];
}

async function checkKeyFile(db: Queryable, keyFile: string | undefined): Promise<Check> {
  const name = 'Key file';
  if (keyFile === undefined) return await withoutKeyFile(db, name);
  try {
    const keyring = await openKeyring(keyFile);
    const report = await checkDeviceKeys(db, keyring);
    return judge(report, { name, keyFile, first: keyring.first.name });
  } catch (error) {
    if (!(error instanceof KeyFileError)) throw error;
    return {
      name,
      status: 'failed',
      detail: error.message,
      fix: 'mend it; if it was lost, bring its copy back: without it every device must be paired again',
    };
  }
}

async function withoutKeyFile(db: Queryable, name: string): Promise<Check> {
  const { keys } = await countDeviceKeys(db, 0);
  const devices = keys.reduce((sum, key) => sum + key.devices, 0);
  return devices === 0
    ? { name, status: 'ok', detail: 'not set, and no device has credentials' }
    : {
        name,
        status: 'warning',
        detail: `CREDENTIALS_KEY_FILE is not set here, so the credentials of ${devices} devices were not checked`,
        fix: 'set CREDENTIALS_KEY_FILE to the file that the workers use',
      };
}

function judge(
  { current, older, unreadable, keyless }: DeviceKeyReport,
  { name, keyFile, first }: { name: string; keyFile: string; first: string },
): Check {
  const [worst] = unreadable;
  if (worst)
    return {
      name,
      status: 'failed',
      detail: unreadable
        .map(({ wrappedBy, devices, why }) =>
          why === 'missing'
            ? `${devices} devices need the key "${wrappedBy}", which is not in it`
            : `${devices} devices need another key "${wrappedBy}" than the one in it`,
        )
        .join('; '),
      fix: `put the key "${worst.wrappedBy}" back into ${keyFile}, then dripfleet resume those that are unpaired; only if it is lost for good, pair them again`,
    };
  if (keyless.devices > 0)
    return {
      name,
      status: 'failed',
      detail: `the database lost the keys of ${keyless.devices} devices (${keyless.names.join(', ')})`,
      fix: `restore their rows of device_keys from a backup, then: dripfleet resume ${keyless.names[0] ?? 'NAME'}; only without one: dripfleet pair ${keyless.names[0] ?? 'NAME'}`,
    };
  const detail = `first key "${first}", ${current + older} devices`;
  if (older > 0)
    return {
      name,
      status: 'warning',
      detail: `${detail}, ${older} of them by an older key`,
      fix: 'dripfleet credentials rotate',
    };
  return { name, status: 'ok', detail };
}

async function checkPairings(db: Queryable): Promise<readonly Check[]> {
  const lists = await Promise.all(
    (['unpaired', 'logged_out'] as const).map(
      async (session) =>
        await listDevices(db, { session }, { steal: defaultSteal, limit: devicesMax }),
    ),
  );
  const devices = lists.flat();
  const unread = devices.filter(({ session }) => isUnreadableReason(session.reason));
  const unlinked = devices.filter(({ session }) => !isUnreadableReason(session.reason));
  return [
    judgeUnlinked(unlinked.map(({ name }) => name)),
    ...judgeUnread(unread.map((d) => d.name)),
  ];
}

function judgeUnlinked(names: readonly string[]): Check {
  const name = 'Linked phones';
  const [first] = names;
  if (first === undefined) return { name, status: 'ok', detail: 'no device needs pairing' };
  return {
    name,
    status: 'warning',
    detail: `${names.length} ${names.length === 1 ? 'device needs' : 'devices need'} pairing (${shorten(names)})`,
    fix: `dripfleet pair ${first}`,
  };
}

/** Devices that stopped because of it; the key file may be mended since, which they don't look for. */
function judgeUnread(names: readonly string[]): readonly Check[] {
  const [first] = names;
  if (first === undefined) return [];
  return [
    {
      name: 'Stored sessions',
      status: 'warning',
      detail: `those of ${names.length} ${names.length === 1 ? 'device' : 'devices'} could not be read (${shorten(names)})`,
      fix: `mend the key file or restore the rows, then: dripfleet resume ${first}; only as the last resort: dripfleet pair ${first}`,
    },
  ];
}

const shorten = (names: readonly string[]) =>
  names.slice(0, namesShown).join(', ') + (names.length > namesShown ? ', …' : '');
