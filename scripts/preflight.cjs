// Loaded before every script (node -r): a Node too old for TypeScript, or packages that are missing, would otherwise
// make it fail with a riddle. JavaScript, because such a Node must be able to say so.
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const WANTED = 24;

const { execPath, platform, arch, version, versions } = process;
if (Number(versions.node.split('.')[0]) < WANTED) {
  const carried = platform === 'linux' && (arch === 'x64' || arch === 'arm64');
  refuse(
    `TapLive needs Node ${WANTED} or newer; this is ${version} (${execPath}).`,
    carried
      ? 'Run "npm ci" first: it brings a Node of its own, which "npm run" then uses.'
      : `For ${platform}-${arch} the project brings none of its own: see nodejs.org.`,
  );
}
if (!existsSync(join(__dirname, '../node_modules/wrangler'))) {
  refuse('The packages are not installed.', 'Run "npm ci" first.');
}

function refuse(...lines) {
  console.error(`\n${lines.join('\n')}\n`);
  process.exit(1);
}
