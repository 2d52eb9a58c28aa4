import { grantAdmin } from '#db/queries/admin-grants.ts';
import { UsageError } from './dev/options.ts';
import { withOperatorDatabase } from './operator-database.ts';

/** `npm run admin:grant -- <email>`: the one way to make an admin. Registering as one is refused. */
async function main(email: string | undefined): Promise<void> {
  if (!email?.includes('@')) throw new UsageError('npm run admin:grant -- <email>');
  const grant = await withOperatorDatabase(process.env.DATABASE_URL, (db) =>
    grantAdmin(db, email, new Date()),
  );
  switch (grant.outcome) {
    case 'granted':
      console.log(
        `${grant.username} was ${grant.from} and is an admin now: when they next sign in, or within minutes.`,
      );
      return;
    case 'already_admin':
      console.log(`${grant.username} is an admin already.`);
      return;
    case 'nobody':
      console.error(`Nobody is registered with ${email}.`);
      process.exitCode = 1;
  }
}

try {
  await main(process.argv[2]);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
