import type { OrderStatus } from '#domain/orders/order.ts';
import type { OrderEventName } from '#domain/orders/order-events.ts';
import { openSocket } from '#test/client.ts';
import { type Member, member } from '#test/security/member.ts';
import { orderThatIs } from '#test/security/record.ts';

/** Where `recordOrder` puts orders. */
export const PLACE = { latitude: 52.52, longitude: 13.405 };

/** The people of one order, and the order; new for every test, so that faults named after them meet nobody else. */
export type Scene = {
  owner: Member;
  assignee: Member;
  applicant: Member;
  admin: Member;
  order: Awaited<ReturnType<typeof orderThatIs>>;
};

export async function sceneWith(status: OrderStatus): Promise<Scene> {
  const [owner, assignee, applicant, admin] = await Promise.all([
    member('creator'),
    member('provider'),
    member('provider'),
    member('admin'),
  ]);
  const parties = { owner: owner.id, assignee: assignee.id, applicant: applicant.id };
  return { owner, assignee, applicant, admin, order: await orderThatIs(status, parties) };
}

/** A command over HTTP: in which status it is given, by whom, how, and the event that it makes. */
export type HttpCommand = {
  name: string;
  in: OrderStatus;
  by: 'owner' | 'assignee' | 'applicant' | 'admin';
  request: (scene: Scene) => { method: 'post' | 'put' | 'delete'; path: string; body?: object };
  event: OrderEventName;
  /** What must be before, beyond the order. */
  before?: (scene: Scene) => Promise<void>;
};

const post = (path: string, body: object = {}) => ({ method: 'post', path, body }) as const;

export const HTTP_COMMANDS: HttpCommand[] = [
  {
    name: 'edit',
    in: 'pending',
    by: 'owner',
    request: ({ order }) => ({ method: 'put', path: `/orders/${order.id}`, body: { title: 'Dawn' } }),
    event: 'order:updated',
  },
  {
    name: 'apply',
    in: 'pending',
    by: 'assignee',
    request: ({ order }) => post(`/orders/${order.id}/applications`, { proposedAmount: 30 }),
    event: 'order:applied',
  },
  {
    name: 'withdraw',
    in: 'pending',
    by: 'applicant',
    request: ({ order }) => post(`/orders/${order.id}/applications/${order.applicationId}/withdraw`),
    event: 'order:application_withdrawn',
  },
  {
    name: 'accept',
    in: 'pending',
    by: 'owner',
    request: ({ order }) => post(`/orders/${order.id}/accept`, { applicationId: order.applicationId }),
    event: 'order:accepted',
  },
  {
    name: 'start',
    in: 'accepted',
    by: 'assignee',
    before: arrive,
    request: ({ order }) => post(`/orders/${order.id}/start`),
    event: 'order:started',
  },
  {
    name: 'complete',
    in: 'active',
    by: 'assignee',
    request: ({ order }) => post(`/orders/${order.id}/complete`),
    event: 'order:completed',
  },
  {
    name: 'cancel',
    in: 'accepted',
    by: 'owner',
    request: ({ order }) => post(`/orders/${order.id}/cancel`, { reason: 'Rain' }),
    event: 'order:cancelled',
  },
  {
    name: 'take back',
    in: 'pending',
    by: 'owner',
    request: ({ order }) => ({ method: 'delete', path: `/orders/${order.id}` }),
    event: 'order:cancelled',
  },
  {
    name: 'dispute',
    in: 'active',
    by: 'owner',
    request: ({ order }) => post(`/orders/${order.id}/dispute`, { reason: 'Nothing to see' }),
    event: 'order:disputed',
  },
  {
    name: 'resolve',
    in: 'disputed',
    by: 'admin',
    request: ({ order }) => post(`/orders/${order.id}/resolve`, { outcome: 'split', providerShare: 5 }),
    event: 'order:resolved',
  },
  {
    name: 'release',
    in: 'completed',
    by: 'owner',
    request: ({ order }) => post(`/orders/${order.id}/release`),
    event: 'order:released',
  },
  {
    name: 'rate',
    in: 'completed',
    by: 'assignee',
    request: ({ order }) => post(`/orders/${order.id}/ratings`, { rating: 4, comment: 'Well lit' }),
    event: 'order:rated',
  },
];

/** The provider is at the order's place, and the room knows. */
async function arrive({ order, assignee }: Scene): Promise<void> {
  const room = await openSocket(`/orders/${order.id}/room?since=0`, assignee.accessToken);
  await room.request('location:update', PLACE);
  await room.next('location:geofence_entered');
  room.close();
}
