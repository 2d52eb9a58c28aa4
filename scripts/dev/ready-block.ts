import { DEMO_PASSWORD, DEMO_PEOPLE } from '#db/seed/demo-people.ts';
import type { DatabasePlan } from './database.ts';
import type { MediaProgress } from './media.ts';

/** What a started system says for itself, once. */
export function readyBlock(system: {
  address: string;
  database: DatabasePlan['kind'];
  simulatorUrl: string | null;
  video: MediaProgress;
  dataFolder: string;
  seeded: boolean;
  notices: readonly string[];
  seconds: number;
}): string {
  const { address, database, simulatorUrl, video, dataFolder, seeded, notices, seconds } = system;
  const accounts = DEMO_PEOPLE.map(
    ({ email, role, displayName }) => `    ${email.padEnd(20)} ${role.padEnd(10)} ${displayName}`,
  );
  const kept = {
    embedded: `embedded Postgres + PostGIS, kept in ${dataFolder}`,
    postgres: 'the Postgres of DATABASE_URL',
    neon: 'Neon, by DATABASE_URL',
  }[database];
  return [
    '',
    `  TapLive is running at ${address}  (ready in ${seconds.toFixed(1)} s)`,
    '',
    '  Web app    /',
    '  API        /api/v1, its reference at /api/v1/docs',
    `  Database   ${kept}`,
    `  Stripe     ${simulatorUrl ? `simulated at ${simulatorUrl}, its pages for banks and payees too: no real money` : 'the account of STRIPE_SECRET_KEY, in test mode'}`,
    `  Video      ${describeVideo(video)}`,
    '',
    ...(seeded
      ? [`  Demo accounts, password ${DEMO_PASSWORD}:`, ...accounts]
      : [
          '  No demo accounts: this database is elsewhere. --seed puts them in, with a password that everyone knows.',
        ]),
    '',
    ...notices.map((notice) => `  ! ${notice}\n`),
    '  npm run demo plays a whole order, money and picture included. Ctrl-C stops everything.',
    '',
  ].join('\n');
}

/** How far video is, in a line or two. */
export function describeVideo(progress: MediaProgress): string {
  switch (progress.kind) {
    case 'off':
      return 'none (MEDIA_BACKEND=none): orders start by the place alone';
    case 'preparing':
      return `follows: ${progress.doing}`;
    case 'running':
      return 'runs on this machine; /preflight tells whether it comes through';
    case 'unavailable':
      return `does not run, all else does. ${progress.why}\n  "npm run doctor" tells more; MEDIA_BACKEND=none npm run dev does without it.`;
  }
}
