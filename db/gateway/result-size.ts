import { GatewayError } from './errors.ts';

/**
 * The refusal of a result that would not fit into the gateway's memory, or a Worker's. A batch is rolled back; a single
 * statement has been executed by the time its result is seen to be too large.
 */
export function resultTooLarge(maxResultBytes: number): GatewayError {
  return new GatewayError(502, `the result is larger than ${maxResultBytes} bytes`, { code: '54000' });
}
