// Loaded before every script (node -r): a Node too old for TypeScript would otherwise fail with a riddle.
// Plain CommonJS of the oldest kind, so that any Node can say this.
var wanted = 24;
if (Number(process.versions.node.split('.')[0]) < wanted) {
  console.error(
    'TapLive needs Node ' +
      wanted +
      ' or newer; this is ' +
      process.version +
      ' (' +
      process.execPath +
      ').\n' +
      (process.platform === 'linux' && (process.arch === 'x64' || process.arch === 'arm64')
        ? 'Run "npm ci" first: it brings a Node of its own, which "npm run" then uses.'
        : 'For ' +
          process.platform +
          '-' +
          process.arch +
          ' the project brings none of its own: install it from nodejs.org.'),
  );
  process.exit(1);
}
