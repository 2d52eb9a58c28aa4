import { database } from '#db/client.ts';
import { logFailure } from '#durable-objects/log.ts';
import { refusal } from './answer.ts';
import { type Api, type ApiContext, newApi } from './api.ts';
import { ApiError, toApiError } from './errors.ts';
import { stackOf } from './log.ts';
import { configured } from './middleware/configured.ts';
import { cors } from './middleware/cors.ts';
import { idempotency } from './middleware/idempotency.ts';
import { identity } from './middleware/identity.ts';
import { requestId } from './middleware/request-id.ts';
import { requestLog } from './middleware/request-log.ts';
import { securityHeaders } from './middleware/security-headers.ts';
import type { OpenApiDocument } from './openapi-completion.ts';
import { openApiDocument } from './openapi-document.ts';
import { authRoutes } from './routes/auth/index.ts';
import { liveRoutes } from './routes/live/index.ts';
import { registerReceiveReports } from './routes/media/receive-reports.ts';
import { registerHealth } from './routes/meta/health.ts';
import { metaRoutes } from './routes/meta/index.ts';
import { orderRoutes } from './routes/orders/index.ts';
import { paymentRoutes } from './routes/payments/index.ts';
import { registerReceiveWebhooks } from './routes/payments/receive-webhooks.ts';
import { placeRoutes } from './routes/places/index.ts';
import { userRoutes } from './routes/users/index.ts';
import { servePage } from './routes/web-app/serve-page.ts';
import { isUpgrade, refuseSocket } from './sockets.ts';

/** The whole edge API. `now` is the clock of every request. */
export function createApp(now: () => Date = () => new Date()): Api {
  const app = newApi();
  let described: OpenApiDocument | undefined;
  const document = () => {
    described ??= openApiDocument(app);
    return described;
  };

  app.use(async (c, next) => {
    c.set('now', now());
    c.set('caller', null);
    c.set('reservation', null);
    await next();
  });
  app.use(requestId, requestLog, securityHeaders, cors, configured);
  app.use(async (c, next) => {
    c.set('db', database(c.env));
    await next();
  });
  app.use('/api/*', identity, idempotency);

  registerHealth(app);
  registerReceiveWebhooks(app);
  registerReceiveReports(app);
  app.route('/api/v1', authRoutes());
  app.route('/api/v1', userRoutes());
  app.route('/api/v1', orderRoutes());
  app.route('/api/v1', paymentRoutes());
  app.route('/api/v1', liveRoutes());
  app.route('/api/v1', placeRoutes());
  app.route('/api/v1', metaRoutes(document));

  app.notFound(
    async (c) =>
      (await servePage(c)) ??
      refused(c, new ApiError({ code: 'NOT_FOUND', message: 'There is no such address.' })),
  );
  app.onError((thrown, c) => {
    const error = toApiError(thrown);
    if (error !== thrown && error.rejection.code !== 'VALIDATION_ERROR') {
      const { code } = error.rejection;
      logFailure('request_failed', { requestId: c.get('requestId'), code, stack: stackOf(thrown) }, thrown);
    }
    return refused(c, error);
  });
  return app;
}

function refused(c: ApiContext, error: ApiError): Response {
  return isUpgrade(c) ? refuseSocket(error) : refusal(c, error);
}
