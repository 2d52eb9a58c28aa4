import { createHmac } from 'node:crypto';

/**
 * The `Stripe-Signature` header: HMAC-SHA256 over time and payload with the endpoint's secret, as it stands with its
 * prefix (https://docs.stripe.com/webhooks#verify-manually).
 * @param time Unix seconds
 */
export function signatureHeader(payload: string, secret: string, time: number): string {
  const signature = createHmac('sha256', secret).update(`${time}.${payload}`).digest('hex');
  return `t=${time},v1=${signature}`;
}
