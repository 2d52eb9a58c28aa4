/** Where a page elsewhere (a bank's, Stripe's) is to send people back to: this page, without what the last one added. */
export function hereAgain(): string {
  return window.location.origin + window.location.pathname;
}

/** The address of the simulator's page for a bank's question about an intent, by the intent's secret. */
export function simulatedQuestion(simulatorUrl: string, clientSecret: string, back: string): string {
  const [intentId = ''] = clientSecret.split('_secret_');
  return comingBack(`${simulatorUrl}/authenticate/${intentId}`, back);
}

/** The address of a page of the simulator's, which sends people back to `back`. */
export function comingBack(address: string, back: string): string {
  const url = new URL(address);
  url.searchParams.set('return_url', back);
  return url.href;
}

/** What a bank's page says on sending somebody back here; null for whoever does not come from one. */
export function answerIn(search: string): 'succeeded' | 'failed' | null {
  const status = new URLSearchParams(search).get('redirect_status');
  return status === null ? null : status === 'succeeded' ? 'succeeded' : 'failed';
}

/** Leaves for a page elsewhere. Resolves only for one who comes back by the browser's own button, to the page as it was. */
export function leaveFor(address: string): Promise<void> {
  return new Promise((resolve) => {
    window.addEventListener('pageshow', () => resolve(), { once: true });
    window.location.assign(address);
  });
}
