import { Component, type ReactNode } from 'react';
import { Button } from './button.tsx';

/** What is left of a page in which something unforeseen broke. Not for refusals: those are shown where they happen. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError() {
    return { isBroken: true };
  }

  override render() {
    if (!this.state.isBroken) return this.props.children;
    return (
      <div className="splash" role="alert">
        <h1>This page broke</h1>
        <p className="muted">Nothing is lost: your orders are safe with TapLive.</p>
        <Button kind="primary" onClick={() => window.location.reload()}>
          Load it again
        </Button>
      </div>
    );
  }
}
