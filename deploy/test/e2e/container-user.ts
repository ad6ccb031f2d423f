import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';

/** Nobody that this machine knows of, as a container's user is. */
const nobody = { uid: 65_534, gid: 65_534 };

/** Who runs what an image would hold, and a folder that such a user may enter. */
type ContainerUser = Readonly<{
  ids: Readonly<{ uid?: number; gid?: number }>;
  name: string;
  folder: string;
}>;

/** Root runs it as somebody else, where that user may run this Node; anybody else as themselves. */
function findUser(): ContainerUser {
  if (process.getuid?.() !== 0) return { ids: {}, name: 'this user', folder: tmpdir() };
  // /tmp, and what stands in TMPDIR, may be root's alone.
  const folder = '/var/tmp';
  const { status } = spawnSync(process.execPath, ['--version'], { cwd: folder, ...nobody });
  return status === 0 ? { ids: nobody, name: 'nobody', folder } : { ids: {}, name: 'root', folder };
}

export const containerUser = findUser();
