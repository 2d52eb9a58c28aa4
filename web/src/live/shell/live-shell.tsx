import type { ReactNode } from 'react';
import { Header } from '../../shell/header.tsx';
import { Notices } from '../../shell/notices.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import './live-shell.css';

type Props = {
  title: string;
  /** What is seen, in place of the map. */
  stage: ReactNode;
  children: ReactNode;
};

/** The frame of a live page: the picture large, and beside it (on phones below) what is said. */
export function LiveShell({ title, stage, children }: Props) {
  return (
    <div className="shell live-shell">
      <div className="panel">
        <Header />
        <PageFrame title={title}>{children}</PageFrame>
      </div>
      <section className="stage live-stage" aria-label="Video">
        {stage}
        <div className="stage-top">
          <Notices />
        </div>
      </section>
    </div>
  );
}
