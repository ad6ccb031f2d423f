const kept = ['PATH', 'HOME', 'TMPDIR', 'LANG'] as const;

/** What a child that is measured gets of our environment: no setting of the service, and no option of Node. */
export function childEnvironment(
  env: NodeJS.ProcessEnv,
  own: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv {
  const inherited = kept.flatMap((name) => {
    const value = env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(inherited), ...own };
}
