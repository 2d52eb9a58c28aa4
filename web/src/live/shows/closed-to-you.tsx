/** For whom there is no such show, or none that they may know of. */
export function ClosedToYou() {
  return (
    <div className="empty">
      <h1>This show is not open to you</h1>
      <p className="muted">It may be private, or the address is wrong. Whoever sent it can invite you.</p>
    </div>
  );
}
