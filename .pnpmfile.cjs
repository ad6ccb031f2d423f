/** What libraries ask for, corrected before anything is resolved. */
module.exports = {
  hooks: {
    readPackage(library) {
      // Bull Board's valibot may use a compiler for its types alone: pnpm would put ours, 24 MB, into the dashboard's image.
      if (library.name === 'valibot') {
        delete library.peerDependencies?.typescript;
        delete library.peerDependenciesMeta?.typescript;
      }
      return library;
    },
  },
};
