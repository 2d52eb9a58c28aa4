import { useCallback, useEffect, useState } from 'react';
import type { NoticeKind } from '#domain/orders/effects.ts';
import type { PersonFrame } from '../realtime/frames.ts';
import { addressOf, useAddress } from '../router.ts';
import { usePersonSocket } from '../session/person-socket.tsx';
import { Icon } from '../ui/icon.tsx';
import { Link } from '../ui/link.tsx';

type Notice = Extract<PersonFrame, { event: 'notice' }>;

const SHOWN_MS = 12_000;
const MOST = 3;

/** Short words on what happened to one's orders elsewhere. They go by themselves. */
export function Notices() {
  const { listen } = usePersonSocket();
  const address = useAddress();
  const [notices, setNotices] = useState<readonly Notice[]>([]);
  const drop = useCallback((gone: Notice) => setNotices((all) => all.filter((other) => other !== gone)), []);

  useEffect(
    () =>
      listen((frame) => {
        if (frame.event !== 'notice') return;
        setNotices((all) => [...all, frame].slice(-MOST));
        setTimeout(() => drop(frame), SHOWN_MS);
      }),
    [listen, drop],
  );

  // Whoever looks at the order sees it there.
  const elsewhere = notices.filter(({ data }) => pageOf(data.orderId) !== address);
  return (
    <div className="notices" aria-live="polite">
      {elsewhere.map((notice) => (
        <div key={`${notice.data.orderId} ${notice.data.orderSeq} ${notice.data.about}`} className="notice">
          <Link href={pageOf(notice.data.orderId)} onClick={() => drop(notice)}>
            {NOTICE_TEXTS[notice.data.about]}
          </Link>
          <button type="button" className="icon-button" aria-label="Dismiss" onClick={() => drop(notice)}>
            <Icon name="close" size={16} />
          </button>
        </div>
      ))}
    </div>
  );
}

function pageOf(orderId: string): string {
  return addressOf({ name: 'order', orderId });
}

const NOTICE_TEXTS: Record<NoticeKind, string> = {
  application_received: 'Someone applied to your order',
  application_withdrawn: 'An application to your order was taken back',
  application_accepted: 'You were chosen — off you go',
  application_rejected: 'Another provider was chosen for an order you applied to',
  order_started: 'Your stream has started',
  order_completed: 'An order of yours is complete',
  order_cancelled: 'An order of yours was cancelled',
  order_disputed: 'An order of yours is disputed',
  order_resolved: 'The dispute about an order of yours is settled',
  order_released: 'Your pay was released',
  rating_received: 'You were rated',
  payment_action_needed: 'Your bank wants you to confirm a payment',
  payment_failed: 'The payment of an order of yours did not work',
  payment_refunded: 'Money was paid back to your card',
  payment_received: 'Your pay was sent to your account',
  payment_charged_back: 'A bank disputes the payment of an order of yours',
};
