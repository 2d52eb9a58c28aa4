import { relative } from 'node:path';
import { AlreadyRunningError, holdCheckout } from './dev/checkout.ts';
import { ChildEndedError, Children } from './dev/children.ts';
import { planDatabase } from './dev/database.ts';
import { WorkerError } from './dev/edge.ts';
import { dataFolders, ROOT, readSecrets, STATE_FOLDER } from './dev/local-state.ts';
import { readLogLine } from './dev/log-lines.ts';
import { Media, type MediaProgress, planMedia } from './dev/media.ts';
import { type DevOptions, parseOptions, USAGE, UsageError } from './dev/options.ts';
import { isFreePort } from './dev/ports.ts';
import { describeVideo } from './dev/ready-block.ts';
import { planStripe } from './dev/stripe.ts';
import { startSystem } from './dev/system.ts';
import { recordVideo } from './dev/video-record.ts';
import { freePort } from './free-port.ts';

const PARENT_CHECKED_EVERY_MS = 250;

/** `npm run dev`: everything on one address, until Ctrl-C. */
async function main(options: DevOptions): Promise<void> {
  const startedAt = performance.now();
  const address = `http://127.0.0.1:${options.port}`;
  const secrets = await readSecrets();
  const plan = planDatabase(options.databaseUrl, await freePort(), secrets);
  const stripe = planStripe(options.stripe, await freePort());
  const mediaPlan = await planMedia(options.media, address);
  const checkout = await holdCheckout(STATE_FOLDER, {
    pid: process.pid,
    address,
    databaseUrl: plan.settings.DATABASE_URL,
    fetchEndpoint: plan.settings.DATABASE_FETCH_ENDPOINT ?? null,
    stripe:
      stripe.simulatorPort === null
        ? null
        : {
            STRIPE_SECRET_KEY: stripe.vars.STRIPE_SECRET_KEY,
            STRIPE_API_URL: stripe.vars.STRIPE_API_URL,
          },
    origin: mediaPlan.origin,
  });
  if (!(await isFreePort(options.port))) {
    await checkout.release();
    throw new UsageError(
      `Port ${options.port} of 127.0.0.1 is in use by another program. Stop it, or choose another: PORT=${options.port + 1} npm run dev`,
    );
  }

  let quiet = !options.verbose;
  const show = (name: string, raw: string) => {
    const line = readLogLine(raw);
    // A media worker warns of every packet that it cannot place.
    const matters = name === 'media' ? line?.level === 'error' : line?.level !== 'info';
    if (line && (options.verbose || (!quiet && matters))) {
      console.log(`${new Date().toTimeString().slice(0, 8)} ${name.padEnd(9)} ${line.text}`);
    }
  };
  const children = new Children(checkout, { root: ROOT, logs: `${STATE_FOLDER}/logs` }, show);
  let ending: Promise<void> | null = null;
  const end = (exitCode: number) => {
    quiet = true;
    ending ??= children
      .stop()
      .then(() => checkout.release())
      .then(() => process.exit(exitCode));
    return ending;
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // Whoever asks twice does not want to wait.
      if (ending) children.kill();
      else console.log('\n  Stopping …');
      end(0);
    });
  }

  const tellVideo = videoTeller(() => !quiet || options.verbose);
  const media = new Media(mediaPlan, children, (progress) => {
    recordVideo(STATE_FOLDER, progress);
    tellVideo(progress);
  });

  whenParentDies(() => end(0));

  const lost = checkout.lost.then(() => {
    if (!ending) throw new Error('The guard of this checkout was killed.');
  });
  try {
    const folders = dataFolders(options.databaseUrl);
    const block = await Promise.race([
      startSystem(
        { options, address, plan, stripe, mediaPlan, media, folders, secrets, startedAt },
        children,
      ),
      children.failure,
      lost.then(() => new Promise<never>(() => {})),
    ]);
    console.log(block);
    quiet = false;
    await Promise.race([children.failure, lost]);
  } catch (error) {
    if (ending) return ending;
    console.error(`\n${explain(error)}\n`);
    await end(1);
  }
}

const TOLD_EVERY_PERCENT = 10;

/** Tells how far video is, once the rest runs: not each percent of a build. */
function videoTeller(mayTell: () => boolean): (progress: MediaProgress) => void {
  let told = '';
  return (progress) => {
    const text = describeVideo(progress);
    const coarse = text.replace(
      /(\d+) %$/,
      (_, percent) => `${Number(percent) - (Number(percent) % TOLD_EVERY_PERCENT)} %`,
    );
    if (!mayTell() || coarse === told) return;
    told = coarse;
    console.log(`  Video      ${text}`);
  };
}

/**
 * npm passes a signal on to the shell between us, which dies of it and tells nobody; and tests that start a system may
 * be killed. Started by hand, the system may outlive its shell.
 */
function whenParentDies(then: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    then();
  }, PARENT_CHECKED_EVERY_MS);
}

/** What to tell of a failure: the words, their causes, and what the part in question said last. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const lines = [error.message];
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) lines.push(`  ${cause.message}`);
  if (error instanceof ChildEndedError || error instanceof WorkerError) {
    const { child } = error;
    const said = child.tail().flatMap((line) => readLogLine(line)?.text ?? []);
    lines.push(`  The last lines of the ${child.name} (all in ${relative(ROOT, child.logFile)}):`);
    lines.push(...said.map((line) => `    ${line}`));
  }
  return lines.join('\n');
}

try {
  const options = parseOptions(process.argv.slice(2), process.env);
  if (options === 'help') console.log(USAGE);
  else await main(options);
} catch (error) {
  const expected = error instanceof UsageError || error instanceof AlreadyRunningError;
  console.error(expected ? `\n${error.message}\n` : error);
  process.exit(1);
}
