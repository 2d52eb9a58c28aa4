import { createRoute } from '@hono/zod-openapi';
import { earnings, listQuery } from '#contract/payments.ts';
import { type EarningsEntry, type EarningsTotal, earningsOf } from '#db/queries/earnings.ts';
import { toMajorUnits } from '#domain/money/money.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { requirePermission } from '../../middleware/require.ts';
import { answers, failures, signedIn } from '../../openapi.ts';
import { pageCursor } from '../../page-cursor.ts';

const route = createRoute({
  method: 'get',
  path: '/users/me/earnings',
  operationId: 'listEarnings',
  tags: ['payments'],
  summary: 'What you have earned in each currency, and for what',
  description: 'Nothing counts before its release.',
  security: signedIn,
  middleware: requirePermission('order:apply'),
  request: { query: listQuery },
  responses: {
    200: answers(earnings, 'Totals of all, and a page of what they come from, the newest order first'),
    ...failures('VALIDATION_ERROR', 'UNAUTHORIZED', 'FORBIDDEN'),
  },
});

export function registerListEarnings(api: Api): void {
  api.openapi(route, async (c) => {
    const { cursor, limit } = c.req.valid('query');
    const { totals, entries } = await earningsOf(c.get('db'), c.get('user').userId, {
      cursor: pageCursor(cursor),
      limit,
    });
    return answer(c, {
      totals: totals.map(viewTotal),
      items: entries.items.map(viewEntry),
      pagination: entries.pagination,
    });
  });
}

function viewTotal(total: EarningsTotal) {
  const { currency, pending, receivable } = total;
  const major = (amount: bigint) => toMajorUnits(amount, currency);
  return { currency, ...sharesOf(total), pending: major(pending), receivable: major(receivable) };
}

function viewEntry(entry: EarningsEntry) {
  const { id, orderId, title, currency, status, releasedAt, processedAt, settledAt } = entry;
  return {
    paymentId: id,
    orderId,
    title,
    currency,
    ...sharesOf(entry),
    status,
    releasedAt: releasedAt.toISOString(),
    processedAt: processedAt?.toISOString() ?? null,
    settledAt: settledAt?.toISOString() ?? null,
  };
}

function sharesOf({
  currency,
  gross,
  platformFee,
  processingFee,
  net,
  transferred,
  reversed,
}: EarningsTotal | EarningsEntry) {
  const major = (amount: bigint) => toMajorUnits(amount, currency);
  return {
    gross: major(gross),
    platformFee: major(platformFee),
    processingFee: major(processingFee),
    net: major(net),
    transferred: major(transferred),
    reversed: major(reversed),
  };
}
