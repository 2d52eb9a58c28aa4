import { Hono } from 'hono';
import { html } from 'hono/html';
import { finishOnboarding } from '../resources/accounts.ts';
import type { PaymentIntent, SetupIntent } from '../state.ts';
import type { StripeSimulator } from '../stripe.ts';

type Content = ReturnType<typeof html>;

/** The pages that Stripe shows to people: the bank's question about a payment, and a payee's onboarding. */
export function pages(stripe: StripeSimulator): Hono {
  const app = new Hono();
  const { controls, world } = stripe;
  const { state } = world;
  const intentOf = (id: string) => state.paymentIntents.get(id) ?? state.setupIntents.get(id);

  app.get('/authenticate/:id', (c) => {
    const intent = intentOf(c.req.param('id'));
    if (intent?.status !== 'requires_action') return c.html(nothingToDo, 404);
    return c.html(question(intent));
  });
  app.post('/authenticate/:id', async (c) => {
    const intent = intentOf(c.req.param('id'));
    if (intent?.status !== 'requires_action') return c.html(nothingToDo, 404);
    const { outcome } = await c.req.parseBody();
    const succeeded = outcome === 'succeed';
    const ended = controls.authenticate(intent.id, succeeded);
    const back = intent.next_action?.redirect_to_url?.return_url ?? webAddress(c.req.query('return_url'));
    return back ? c.redirect(returnTo(back, ended, succeeded), 303) : c.html(done);
  });

  app.get('/onboarding/:link', (c) => {
    const link = state.accountLinks.get(c.req.param('link'));
    if (!link) return c.html(nothingToDo, 404);
    if (link.used || link.expiresAt < world.clock()) return c.redirect(link.refreshUrl, 303);
    const due = state.accounts.get(link.account)?.requirements?.currently_due ?? [];
    return c.html(onboarding(link.account, due));
  });
  app.post('/onboarding/:link', async (c) => {
    const link = state.accountLinks.get(c.req.param('link'));
    const account = link && state.accounts.get(link.account);
    if (!link || !account) return c.html(nothingToDo, 404);
    if (link.used || link.expiresAt < world.clock()) return c.redirect(link.refreshUrl, 303);
    const { outcome } = await c.req.parseBody();
    state.accountLinks.set(link.id, { ...link, used: true });
    if (outcome === 'finish') finishOnboarding(world, account);
    return c.redirect(link.returnUrl, 303);
  });
  return app;
}

/** The address that the page was opened with as the one to send people back to. Stripe's own pages know it from their opener. */
function webAddress(given: string | undefined): string | null {
  const url = given && URL.parse(given);
  return url && /^https?:$/.test(url.protocol) ? url.href : null;
}

/** What Stripe adds to the address it sends people back to. */
function returnTo(url: string, intent: PaymentIntent | SetupIntent, succeeded: boolean): string {
  const target = new URL(url);
  const kind = intent.object;
  target.searchParams.set(kind, intent.id);
  target.searchParams.set(`${kind}_client_secret`, intent.client_secret ?? '');
  target.searchParams.set('redirect_status', succeeded ? 'succeeded' : 'failed');
  return target.href;
}

function question(intent: PaymentIntent | SetupIntent): Content {
  const what =
    intent.object === 'payment_intent'
      ? `a payment of ${intent.amount} ${intent.currency.toUpperCase()} (minor units)`
      : 'saving your card';
  return page(
    'Your bank asks',
    html`<p>Do you approve ${what}?</p>
      <form method="post">
        <button name="outcome" value="succeed">Approve</button>
        <button name="outcome" value="fail">Refuse</button>
      </form>`,
  );
}

function onboarding(account: string, due: readonly string[]): Content {
  return page(
    'Get paid',
    html`<p>Account ${account}</p>
      <p>${due.length === 0 ? 'Nothing is asked of you.' : 'Asked of you:'}</p>
      <ul>
        ${due.map((requirement) => html`<li>${requirement}</li>`)}
      </ul>
      <form method="post">
        <button name="outcome" value="finish">Give all of it and finish</button>
        <button name="outcome" value="leave">Leave for now</button>
      </form>`,
  );
}

function page(title: string, content: Content): Content {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title} (Stripe simulator)</title>
        <style>
          body {
            font: 1rem/1.5 system-ui, sans-serif;
            max-width: 28rem;
            margin: 4rem auto;
            padding: 0 1rem;
          }
          button {
            font: inherit;
            padding: 0.5rem 1rem;
          }
        </style>
      </head>
      <body>
        <h1>${title}</h1>
        ${content}
        <p><small>This is a simulator: no bank, no money, nothing to type in.</small></p>
      </body>
    </html>`;
}

const nothingToDo = page('Nothing to do here', html`<p>This was done already, or never asked.</p>`);
const done = page('Thank you', html`<p>You can close this page.</p>`);
