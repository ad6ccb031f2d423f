import ts from 'typescript';
import { inRoot } from '../repository.ts';
import type { Manifest } from './manifest.ts';

/**
 * What is wrong with manifests by the types that `kubernetes-types` has from the schemas of Kubernetes 1.30: a field that there is
 * not, one that is missing, a value of another type. Of a field with a list of values it knows only that it is a text.
 */
export function checkTypes(manifests: readonly Manifest[]): readonly string[] {
  // One statement a line, so that a line says which manifest it is.
  const text = manifests
    .map((manifest, index) => {
      const type = `import('kubernetes-types/${moduleOf(manifest)}').${manifest.kind}`;
      return `export const m${index}: ${type} = ${JSON.stringify(manifest)};`;
    })
    .join('\n');
  return diagnose(text).map(({ file, start, messageText }) => {
    const line = file?.getLineAndCharacterOfPosition(start ?? 0).line ?? -1;
    const { kind, metadata } = manifests[line] ?? {};
    const message = ts.flattenDiagnosticMessageText(messageText, ' ');
    return `${kind ?? file?.fileName} ${metadata?.name}: ${message}`;
  });
}

/** `apps/v1` is in a module of that name, `v1` in `core/v1`, `networking.k8s.io/v1` in `networking/v1`. */
function moduleOf({ apiVersion }: Manifest): string {
  const [group = '', version] = apiVersion.split('/');
  return version ? `${group.split('.')[0]}/${version}` : `core/${group}`;
}

function diagnose(text: string): readonly ts.Diagnostic[] {
  const name = inRoot('deploy/test/manifests.generated.ts');
  const options: ts.CompilerOptions = {
    strict: true,
    // The smallest there is: the types need arrays and nothing else.
    lib: ['lib.es5.d.ts'],
    types: [],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.ES2023);
  const files = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...files,
    getSourceFile: (path, ...rest) => (path === name ? source : files.getSourceFile(path, ...rest)),
  };
  const program = ts.createProgram([name], options, host);
  return [...program.getOptionsDiagnostics(), ...program.getSemanticDiagnostics(source)];
}
