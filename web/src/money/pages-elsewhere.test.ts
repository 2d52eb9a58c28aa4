import { describe, expect, it } from 'vitest';
import { answerIn, comingBack, simulatedQuestion } from './pages-elsewhere.ts';

describe('pages elsewhere', () => {
  it("are found by an intent's secret, and know the way back", () => {
    const back = 'http://127.0.0.1:8787/orders/1?a=b';
    expect(simulatedQuestion('http://127.0.0.1:4242', 'pi_1_secret_2', back)).toBe(
      `http://127.0.0.1:4242/authenticate/pi_1?return_url=${encodeURIComponent(back)}`,
    );
    expect(comingBack('http://127.0.0.1:4242/authenticate/seti_1', back)).toContain(
      '/seti_1?return_url=http',
    );
  });

  it('say on sending somebody back how it went; nobody else is taken for one who comes back', () => {
    expect(answerIn('?setup_intent=seti_1&redirect_status=succeeded')).toBe('succeeded');
    expect(answerIn('?payment_intent=pi_1&redirect_status=failed')).toBe('failed');
    expect(answerIn('?at=1,2')).toBeNull();
  });
});
