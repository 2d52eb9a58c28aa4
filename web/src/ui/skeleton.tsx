/** Grey rows in the size of what is being loaded, so that nothing jumps when it comes. */
export function Skeleton({ rows, height, label }: { rows: number; height: number; label: string }) {
  return (
    <div className="skeleton" role="status">
      <span className="visually-hidden">{label}</span>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all the same and never move
        <div key={row} className="skeleton-row" style={{ height }} />
      ))}
    </div>
  );
}
