import { type ReactNode, useEffect, useRef } from 'react';

/** The first page of a visit takes no focus: a screen reader begins at its top anyway. */
let isFirst = true;

/** The main part of a page. After following a link, reading and tabbing go on here. */
export function PageFrame({ title, children }: { title: string; children: ReactNode }) {
  const main = useRef<HTMLElement>(null);

  useEffect(() => {
    document.title = `${title} · TapLive`;
  }, [title]);

  useEffect(() => {
    if (!isFirst) {
      main.current?.focus({ preventScroll: true });
      window.scrollTo(0, 0);
    }
    isFirst = false;
  }, []);

  return (
    <main ref={main} className="page" tabIndex={-1}>
      {children}
    </main>
  );
}
