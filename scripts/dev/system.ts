import { relative } from 'node:path';
import { database } from '#db/client.ts';
import { seed } from '#db/seed/seed.ts';
import type { Children } from './children.ts';
import { type DatabasePlan, openDatabase } from './database.ts';
import { startEdge, untilHealthy } from './edge.ts';
import { type DataFolders, ROOT, resetData, resetObjects, type Secrets } from './local-state.ts';
import type { Media, MediaPlan } from './media.ts';
import type { DevOptions } from './options.ts';
import { readyBlock } from './ready-block.ts';
import { type StripePlan, startStripe } from './stripe.ts';
import { buildWebApp, watchWebApp } from './web-app.ts';

type Settings = {
  options: DevOptions;
  address: string;
  plan: DatabasePlan;
  stripe: StripePlan;
  mediaPlan: MediaPlan;
  media: Media;
  folders: DataFolders;
  secrets: Secrets;
  startedAt: number;
};

/**
 * Starts every part, as much of it at once as can be. Resolves with what to tell when the system is healthy.
 * What the system can do without is named there when it does not run.
 */
export async function startSystem(
  { options, address, plan, stripe, mediaPlan, media, folders, secrets, startedAt }: Settings,
  children: Children,
): Promise<string> {
  const notices: string[] = [];
  if (options.reset) {
    if (options.databaseUrl) {
      await resetObjects(folders);
      notices.push(
        '--reset emptied what the rooms keep here. Your database is as it was: emptying it is yours to do.',
      );
    } else {
      await resetData(folders);
    }
  }

  const openAndSeed = async () => {
    await openDatabase(plan, folders, children);
    if (options.seed) await seed(database(plan.settings), 'development', new Date());
  };
  const buildAndServe = async () => {
    const problem = await buildWebApp(children);
    if (problem) {
      notices.push(
        `The web app could not be built; the API runs without it. Mend it and start again: ${problem}`,
      );
    }
    const vars = {
      ...plan.settings,
      ...stripe.vars,
      ...mediaPlan.vars,
      ...options.turn,
      ENVIRONMENT: 'development',
      JWT_SECRET: secrets.jwtSecret,
      CORS_ORIGINS: '',
      TRUSTED_PROXY: 'none',
      DEMO_PEOPLE: String(options.seed),
    };
    return startEdge({ port: options.port, objects: folders.objects, vars }, children);
  };
  const [worker] = await Promise.all([
    buildAndServe(),
    openAndSeed(),
    startStripe(stripe, folders, address, children),
  ]);
  await untilHealthy(address, worker);
  // Nothing waits for it.
  void media.run();
  if (options.watch) watchWebApp(children);

  return readyBlock({
    address,
    database: plan.kind,
    simulatorUrl: stripe.vars.STRIPE_API_URL || null,
    video: media.progress,
    dataFolder: relative(ROOT, folders.base),
    seeded: options.seed,
    notices,
    seconds: (performance.now() - startedAt) / 1_000,
  });
}
